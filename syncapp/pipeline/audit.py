"""Who changed which setting, before and after. Machine-written columns and tokens are not kept."""

from collections.abc import Mapping
from typing import Any

from auditlog.context import auditlog_disabled, disable_auditlog
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.auth.models import Group, User
from django.db.models import Model

from syncapp.models import (
    AlertRecipient,
    Connection,
    FieldMapping,
    FilterCondition,
    FilterGroup,
    Integration,
    SyncRule,
)
from syncapp.models.choices import DEED

unrecorded = disable_auditlog  # for what a single entry of `note` says better


# Everything of it but what a machine writes
_KEPT: Mapping[type[Model], set[str]] = {
    Integration: {"golive", "golive_at", "created_at"},
    SyncRule: {"version", "updated_at", "announced", "started_at"},
    FieldMapping: set(),
    FilterGroup: set(),
    FilterCondition: set(),
    AlertRecipient: {"telling_until"},
}


def register() -> None:
    auditlog.register(Connection, include_fields=["name", "vendor", "account_id"])
    for model, machine_written in _KEPT.items():
        columns = {field.name for field in model._meta.concrete_fields}
        auditlog.register(model, include_fields=sorted(columns - machine_written - {"id"}))
    auditlog.register(
        User,
        include_fields=["username", "first_name", "last_name", "email", "is_active", "is_staff",
                        "is_superuser"],
        m2m_fields={"groups", "user_permissions"},
    )  # fmt: skip
    auditlog.register(Group, include_fields=["name"], m2m_fields={"permissions"})


def note(
    row: Model, deed: str, changes: Mapping[str, list[str]] | None = None, **facts: Any
) -> None:
    """Something a person did that is more than changed columns. `changes`: what is shown of it,
    each with its value before and after."""
    if auditlog_disabled.get():
        return
    LogEntry.objects.log_create(
        row,
        force_log=True,
        action=LogEntry.Action.UPDATE,
        changes=dict(changes or {}),
        additional_data={DEED: deed, **facts},
    )
