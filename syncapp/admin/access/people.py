"""Who may come in and what they may; an owner's page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from syncapp.admin.access import second_factor
from syncapp.admin.access.person_form import ROLE_TITLES, NewPersonForm, PersonForm, role_of
from syncapp.admin.generic import CreatePage, UpdatePage
from syncapp.admin.password_again import PasswordAgain
from syncapp.admin.scaffold import Action, SitePage
from syncapp.pipeline import audit
from syncapp.pipeline.signed_in import reset_second_factor, sign_out_everywhere

TRAIL = ((gettext_lazy("People"), "people"),)


class People(SitePage):
    title = gettext_lazy("People")
    template_name = "ledgerline/access/people.html"
    extra_context = {
        "lead": gettext_lazy("Who may come in. Each role may everything the one before it may.")
    }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        with_app = second_factor.people_with_one()
        people = [
            {
                "user": user,
                "role": ROLE_TITLES.get(role_of(user), ""),
                "has_second_factor": user.pk in with_app,
            }
            for user in User.objects.prefetch_related("groups").order_by("username")
        ]
        return super().get_context_data(people=people, **kwargs)


def reachable(by: Any, pk: int) -> User:
    """A superuser is somebody only superusers may change: else an owner could become one."""
    person = get_object_or_404(User, pk=pk)
    if person.is_superuser and not by.is_superuser:
        raise PermissionDenied
    return person


class _PersonPage(PasswordAgain, SitePage):
    trail = TRAIL
    template_name = "ledgerline/access/person.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]
        return {**kwargs, "by": self.request.user}

    def form_valid(self, form: PersonForm) -> HttpResponse:
        with transaction.atomic():
            person = form.save()
        messages.success(self.request, _("%(name)s is saved.") % {"name": person})
        return redirect("admin:people")


class AddPerson(_PersonPage, CreatePage):
    get = CreatePage.get
    title = gettext_lazy("Add a person")
    model = User
    form_class = NewPersonForm


class EditPerson(_PersonPage, UpdatePage):
    get = UpdatePage.get
    context_object_name = "person"  # by itself it would be “user”, which is who is signed in
    form_class = PersonForm

    def get_object(self, queryset: Any = None) -> User:  # noqa: ARG002
        return reachable(self.request.user, self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: User = self.object
        self.title = person.get_username()
        return super().get_context_data(has_second_factor=second_factor.has_one(person), **kwargs)


class ResetSecondFactor(Action, PasswordAgain):
    """For somebody who has lost the phone and the recovery codes."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = reachable(request.user, pk)
        reset_second_factor(person)
        said = _("%(name)s is signed out and may set up a new second factor after the password.")
        messages.success(request, said % {"name": person})
        return redirect("admin:people")


class SignOutPerson(Action):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = reachable(request.user, pk)
        count = sign_out_everywhere(person)
        audit.note(person, "signed_out")
        said = _("%(name)s is signed out: %(count)s.") % {"name": person, "count": count}
        messages.success(request, said)
        return redirect("admin:people")
