"""A type without anything special; the other files of this folder say what is."""

from sandbox.hubspot.change import Change
from sandbox.hubspot.errors import invalid
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.portal import Portal, Record


class Rules:
    def before_create(self, change: Change) -> None:
        """May refuse with ApiError and may fill in values; nothing is stored yet."""

    def before_update(self, change: Change) -> None:
        """Likewise, with `change.record` as it is now."""

    def before_archive(self, change: Change) -> None:
        """May refuse with ApiError."""

    def after(self, portal: Portal, record: Record) -> None:
        """Whatever was done to the record is stored: what must be worked out again?"""


def need(change: Change, *names: str) -> None:
    """hubspot-api.md 4, required on create."""
    missing = [name for name in names if not change.values.get(name)]
    if missing:
        raise invalid(
            f"Error creating {change.kind.singular.upper()}. "
            f"Some required properties were not set: {', '.join(missing)}",
            code="MISSING_REQUIRED_PROPERTY",
            context={"properties": missing},
        )


def refuse_read_only(kind: ObjectType, name: str) -> None:
    raise invalid(
        f'"{name}" of this {kind.singular} is a read only property',
        code="READ_ONLY_VALUE",
        context={"propertyName": [name]},
    )
