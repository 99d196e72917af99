"""`manage.py rotate_keys`: encrypts every stored secret anew with the first of TOKEN_KEYS.

Put the new key in front of the old one, run this, then take the old one away. It may be
interrupted and run again, and workers may go on meanwhile.
"""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from syncapp.errors import ConfigurationError
from syncapp.models.encrypted import SealedRow


class Command(BaseCommand):
    help = "Encrypt every stored secret anew with the first of TOKEN_KEYS."

    def handle(self, **_: Any) -> None:
        try:
            done = [f"{_rotated(kind)} {kind._meta.verbose_name_plural}" for kind in sealed_kinds()]
        except ConfigurationError as error:
            raise CommandError(error.message, returncode=2) from None
        self.stdout.write(
            f"Encrypted anew: the secrets of {', '.join(done)}. The other keys of TOKEN_KEYS "
            "are no longer needed, except for backups of the database."
        )


def sealed_kinds() -> list[type[SealedRow]]:
    return [model for model in apps.get_models() if issubclass(model, SealedRow)]


def _rotated(kind: Any) -> int:
    ids = list(kind.objects.order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        _rotate(kind, pk)
    return len(ids)


def _rotate(kind: Any, pk: int) -> None:
    """In one transaction that holds the row, so that a token renewed meanwhile is not undone."""
    with transaction.atomic():
        for row in kind.objects.select_for_update().filter(pk=pk):
            names = kind.sealed_fields()
            for name in names:
                setattr(row, name, str(getattr(row, name)))
            row.save(update_fields=names)
