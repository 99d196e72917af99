"""Testing a connection, and taking one back. Links and history stay with the account."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from syncapp.engine.said import said
from syncapp.errors import Busy, NotPossible, SyncAppError
from syncapp.models import Connection
from syncapp.pipeline import accounts, audit
from syncapp.pipeline.credentials import end_refresh_turn, oauth_client, take_refresh_turn
from syncapp.pipeline.identify import asking
from syncapp.pipeline.lease import leased
from syncapp.pipeline.runs import count_usage
from syncapp.setup.consent import uses


def examine(connection: Connection) -> str:
    """Asks the account who it is. Answers what is wrong, nothing when all is well."""
    connector = asking(connection)
    try:
        accounts.refresh(connection, connector)
        finding = ""
    except SyncAppError as error:
        finding = error.message
    finally:
        count_usage((connection, connector))
        connector.close()
    connection.tested_at, connection.test_finding = timezone.now(), finding
    connection.save(update_fields=["tested_at", "test_finding"])
    audit.note(connection, "tested")
    return finding


def disconnect(connection: Connection, by: str) -> str:
    """Revokes the consent over there and wipes the tokens here. Answers what is left to do by
    hand, nothing mostly. Raises `NotPossible` while a pass runs."""
    with _nobody_works_with(connection):
        row = Connection.objects.get(pk=connection.pk)  # as it is now that nobody else renews it
        left = _revoked(row)
        row.access_token = row.refresh_token = row.previous_refresh_token = ""
        row.expires_at = row.refresh_expires_at = row.hard_expires_at = None
        row.needs_reconnect = True
        row.reconnect_reason = said("{name} disconnected it.", name=by)
        with transaction.atomic():
            with audit.unrecorded():
                row.save()
            audit.note(row, "disconnected")
    return left


@contextmanager
def _nobody_works_with(connection: Connection) -> Iterator[None]:
    """Neither a pass, nor anybody who is just renewing the token and would store a live one."""
    holder = uuid4().hex
    with ExitStack() as held:
        for integration in uses(connection):
            try:
                held.enter_context(leased(integration))
            except Busy:
                running = _(
                    "A pass over “%(name)s” is running: pause it or wait for its end, then"
                    " disconnect. Nothing was changed."
                )
                raise NotPossible(running % {"name": integration.name}) from None
        if not take_refresh_turn(connection.pk, holder):
            raise NotPossible(_("Its token is being renewed just now: try again in a moment."))
        held.callback(end_refresh_turn, connection.pk, holder)
        yield


def _revoked(connection: Connection) -> str:
    vendor = connection.side.product_name
    if not connection.refresh_token:
        if not connection.access_token:
            return ""
        return _(
            "Its token is a static one, which only %(vendor)s itself can end: delete the private"
            " app there, or have it make a new token."
        ) % {"vendor": vendor}
    try:
        oauth_client(connection.side).revoke(connection.refresh_token)
    except SyncAppError as error:
        return _(
            "The consent could not be taken back over there (%(why)s) Remove the app in"
            " %(vendor)s's own settings too."
        ) % {"why": error.message, "vendor": vendor}
    return ""
