"""What stands in each column of a record, on the page and in the export."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from syncapp.admin.scaffold import Text
from syncapp.admin.words import OBJECTS, STATES
from syncapp.engine.catalogue import row_of
from syncapp.engine.records import Side
from syncapp.models import RecordLink
from syncapp.told import sentence_of

_SIDES = {f"{side.value}_id": side for side in Side}
_HINTS: Mapping[Side, Text] = {
    Side.HUBSPOT: _("Opens in HubSpot"),
    Side.QUICKBOOKS: _("Opens in QuickBooks"),
}
_KINDS = {"state": "state", "since": "time", "seen": "time", "amount": "amount"}
Shown = Text | Decimal | datetime | None


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind` says how it is drawn, so that no page asks itself that for every cell."""

    name: str
    value: Shown
    kind: str = "text"
    unit: str = ""  # of an amount; of a state, the word that is in no language
    url: str = ""  # of the record in its own app
    hint: Text = ""


def name_of(link: RecordLink) -> str:
    return link.label or link.hubspot_id or link.quickbooks_id or ""


def cells(
    link: RecordLink, shown: Sequence[str], apps: Mapping[Side, str] | None = None
) -> list[Cell]:
    """`apps`: the addresses of the record, where they are known."""
    return [_cell(link, name, apps or {}) for name in shown]


def _cell(link: RecordLink, name: str, apps: Mapping[Side, str]) -> Cell:
    value = _VALUES[name](link)
    if value is None or value == "":
        return Cell(name, value, "empty")
    side = _SIDES.get(name)
    if side is not None and side in apps:
        return Cell(name, value, "app", url=apps[side], hint=_HINTS[side])
    unit = {"amount": link.currency, "state": link.state}.get(name, "")
    return Cell(name, value, _KINDS.get(name, "text"), unit)


def _reason(link: RecordLink) -> Shown:
    return gettext(row_of(link.category).title) if link.category else ""


def _origin(link: RecordLink) -> Shown:
    return Side(link.origin).product_name if link.origin else ""


_VALUES: Mapping[str, Callable[[RecordLink], Shown]] = {
    "object": lambda link: OBJECTS[link.entity],
    "state": lambda link: STATES[link.state],
    "reason": _reason,
    "sentence": sentence_of,
    "amount": lambda link: link.amount,
    "hubspot_id": lambda link: link.hubspot_id,
    "quickbooks_id": lambda link: link.quickbooks_id,
    "origin": _origin,
    "since": lambda link: link.state_since,
    "seen": lambda link: link.seen_at,
}
