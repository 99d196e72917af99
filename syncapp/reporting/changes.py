"""Who changed which setting, newest first, with before and after."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext as _

from syncapp.models.choices import DEED
from syncapp.reporting.changed_words import title_of, value_of

PER_PAGE = 50
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    id: int
    at: datetime
    who: str  # empty: a command or the program itself
    kind: str
    what: str
    action: str  # create, update, delete
    deed: str  # of a person, where it is more than changed columns
    fields: Sequence[Field]
    rule: int | None = None  # whose version was saved
    version: int | None = None


def changes(before: int | None = None, who: str = "") -> tuple[list[Change], int | None]:
    """One page, and where the next one begins."""
    rows = LogEntry.objects.select_related("actor", "content_type").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if who:
        rows = rows.filter(actor__username=who)
    found = list(rows[: PER_PAGE + 1])
    more = found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None
    return [_change(row) for row in found[:PER_PAGE]], more


def _change(row: Any) -> Change:
    model, more = row.content_type.model_class(), row.additional_data or {}
    return Change(
        id=row.pk,
        at=row.timestamp,
        who=row.actor.get_username() if row.actor else "",
        kind=str(model._meta.verbose_name) if model else row.content_type.model,
        what=row.object_repr,
        action=row.get_action_display(),
        deed=more.get(DEED, ""),
        rule=row.object_id if "version" in more else None,
        version=more.get("version"),
        fields=list(_fields(model, row.changes_dict or {})),
    )


def _fields(model: type[Model] | None, changed: Mapping[str, Any]) -> Iterator[Field]:
    for name, said in changed.items():
        field = _field(model, name, said)
        if field.before or field.after:
            yield field


def _field(model: type[Model] | None, name: str, said: Any) -> Field:
    if isinstance(said, Mapping):  # groups and the like
        named = ", ".join(map(str, said.get("objects", ())))
        is_added = said.get("operation") == "add"
        return Field(_title(model, name), "" if is_added else named, named if is_added else "")
    choices = dict(getattr(_column(model, name), "flatchoices", ()))
    before, after = (_short(value_of(name, str(choices.get(str(value), value)))) for value in said)
    return Field(_title(model, name), before, after)


def _title(model: type[Model] | None, name: str) -> str:
    return title_of(name) or str(getattr(_column(model, name), "verbose_name", name))


def _column(model: type[Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _short(value: str) -> str:
    text = {"None": "", "True": _("yes"), "False": _("no")}.get(value, value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
