"""Columns for what the engine says: an ordinary text column, in which a sentence also keeps what it
was made of. Rows from before, and plain texts, are read as they stand."""

from typing import TYPE_CHECKING, Any

from django.db import models

from syncapp.engine.said import Said, packed, unpacked

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class SentenceField(_TextField):
    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return packed(value) if isinstance(value, str) else value

    def from_db_value(self, value: Any, *_: Any) -> Any:
        return unpacked(value) if isinstance(value, str) else value

    def deconstruct(self) -> Any:
        """For migrations it is what the database sees: nothing changed there."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class FactsField(models.JSONField):
    """Facts of a finding by name; some are sentences themselves."""

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(_each(value, packed))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return _each(super().from_db_value(value, expression, connection), unpacked)

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


def _each(facts: Any, change: Any) -> Any:
    if not isinstance(facts, dict):
        return facts
    return {
        name: change(value) if isinstance(value, Said | str) else value
        for name, value in facts.items()
    }
