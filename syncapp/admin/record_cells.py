"""What stands in each column of a record, on the page and in the export."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext

from syncapp.admin.scaffold import Text
from syncapp.admin.words import OBJECTS, STATES
from syncapp.engine.catalogue import row_of
from syncapp.engine.records import Side
from syncapp.models import RecordLink
from syncapp.reporting.told import sentence_of

Shown = Text | Decimal | datetime | None


@dataclass(frozen=True, slots=True)
class Cell:
    name: str
    value: Shown
    unit: str = ""  # of an amount


def name_of(link: RecordLink) -> str:
    return link.label or link.hubspot_id or link.quickbooks_id or ""


def cells(link: RecordLink, shown: Sequence[str]) -> list[Cell]:
    return [
        Cell(name, _VALUES[name](link), link.currency if name == "amount" else "") for name in shown
    ]


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
