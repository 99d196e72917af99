"""Who changed which setting, before and after. Machine-written columns and tokens are not kept."""

from typing import Any

from auditlog.context import disable_auditlog
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.auth.models import Group, User
from django.db.models import Model

from syncapp.models import (
    Connection,
    FieldMapping,
    FilterCondition,
    FilterGroup,
    Integration,
    SyncRule,
)

DEED = "deed"

unrecorded = disable_auditlog  # for what a single entry of `note` says better


def register() -> None:
    auditlog.register(Connection, include_fields=["name", "vendor", "account_id"])
    auditlog.register(Integration, exclude_fields=["golive", "golive_at", "created_at", "id"])
    auditlog.register(
        SyncRule, exclude_fields=["version", "updated_at", "announced", "started_at", "id"]
    )
    for model in (FieldMapping, FilterGroup, FilterCondition):
        auditlog.register(model, exclude_fields=["id"])
    auditlog.register(
        User,
        include_fields=["username", "first_name", "last_name", "email", "is_active", "is_staff",
                        "is_superuser"],
        m2m_fields={"groups", "user_permissions"},
    )  # fmt: skip
    auditlog.register(Group, include_fields=["name"], m2m_fields={"permissions"})


def note(row: Model, deed: str, **facts: Any) -> None:
    """Something a person did that is more than changed columns."""
    LogEntry.objects.log_create(
        row,
        force_log=True,
        action=LogEntry.Action.UPDATE,
        changes={},
        additional_data={DEED: deed, **facts},
    )
