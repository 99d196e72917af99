"""What is pressed on a connection: test, rename, disconnect."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from syncapp.admin.password_again import PasswordAgain
from syncapp.admin.scaffold import Action
from syncapp.errors import NotPossible
from syncapp.models import Connection
from syncapp.setup.disconnect import disconnect, examine
from syncapp.told import told

_NOT_NAMED = {one.name for one in Connection._meta.fields if one.name != "name"}


class TestConnection(Action):
    __test__ = False  # no test of ours, whatever a collector thinks of the name

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        connection = get_object_or_404(Connection, pk=pk)
        finding = examine(connection)
        if finding:
            messages.error(request, finding)
        else:
            said = _("“%(name)s” answers: it is %(account)s.")
            account = connection.account.get("name", "")
            messages.success(request, said % {"name": connection, "account": account})
        return redirect("admin:connections")


class RenameConnection(Action):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Connection.objects.defer(*Connection.sealed_fields())
        connection = get_object_or_404(rows, pk=pk)
        before, connection.name = connection.name, request.POST.get("name", "").strip()
        try:
            connection.clean_fields(exclude=_NOT_NAMED)
            connection.validate_unique(exclude=_NOT_NAMED)
        except ValidationError as wrong:
            said = _("“%(name)s” keeps its name: %(why)s")
            why = " ".join(wrong.messages)
            messages.error(request, said % {"name": before, "why": why})
            return redirect("admin:connections")
        # a worker may have renewed the tokens meanwhile
        connection.save(update_fields=["name", "updated_at"])
        said = _("“%(before)s” is called “%(name)s” now.")
        messages.success(request, said % {"before": before, "name": connection.name})
        return redirect("admin:connections")


class Disconnect(Action, PasswordAgain):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        connection = get_object_or_404(Connection, pk=pk)
        try:
            left = disconnect(connection, request.user.get_username())
        except NotPossible as refusal:
            messages.error(request, told(refusal.message))
            return redirect("admin:connections")
        said = _("“%(name)s” is disconnected and its tokens are wiped. Links and history stay.")
        messages.success(request, said % {"name": connection})
        if left:
            messages.warning(request, left)
        return redirect("admin:connections")
