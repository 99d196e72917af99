"""`manage.py rotate_keys`: encrypts every stored token anew with the first of TOKEN_KEYS.

Put the new key in front of the old one, run this, then take the old one away. It may be
interrupted and run again, and workers may go on meanwhile.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from syncapp.errors import ConfigurationError
from syncapp.models import Connection
from syncapp.models.accounts import SEALED_FIELDS


class Command(BaseCommand):
    help = "Encrypt every stored token anew with the first of TOKEN_KEYS."

    def handle(self, **_: Any) -> None:
        ids = list(Connection.objects.order_by("pk").values_list("pk", flat=True))
        try:
            for pk in ids:
                _rotate(pk)
        except ConfigurationError as error:
            raise CommandError(error.message, returncode=2) from None
        self.stdout.write(
            f"Encrypted anew: the tokens of {len(ids)} connections. The other keys of TOKEN_KEYS "
            "are no longer needed, except for backups of the database."
        )


def _rotate(pk: int) -> None:
    """In one transaction that holds the row, so that a token renewed meanwhile is not undone."""
    with transaction.atomic():
        rows = Connection.objects.select_for_update().filter(pk=pk)
        for row in rows:
            for name in SEALED_FIELDS:
                setattr(row, name, getattr(row, name))
            row.save(update_fields=SEALED_FIELDS)
