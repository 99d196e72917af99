"""What stands in `Cursor.page`: the place in a listing or search and the times of slow sweeps.

Written as a query string, times in milliseconds since 1970, empty parts left out:
  after, started      a listing goes on after this record id; it began at that time
  at, seen, tie       a search goes on at this time of change, without these ids of that very
                      time; or, inside that time, after this id
  began               when that search began, by HubSpot's clock
  archived, swept, daily, lines, watched    when archived records were last looked through, when we
                      last looked far back and very far, and from when on changed line items and
                      changed associated records are to be looked for
  archived_before     when archived records were looked through the time before
"""

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from syncapp.connectors.hubspot.values import milliseconds

_TIMES = (
    *("started", "at", "began"),
    *("archived", "archived_before", "swept", "daily", "lines", "watched"),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Position:
    """In a search that is sorted by time of change."""

    at: datetime
    seen: tuple[str, ...] = ()
    tie: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    after: str = ""
    started: datetime | None = None
    at: datetime | None = None
    seen: tuple[str, ...] = ()
    tie: str = ""
    began: datetime | None = None
    archived: datetime | None = None
    archived_before: datetime | None = None
    swept: datetime | None = None
    daily: datetime | None = None
    lines: datetime | None = None
    watched: datetime | None = None

    @property
    def position(self) -> Position | None:
        return Position(self.at, self.seen, self.tie) if self.at else None

    @classmethod
    def begun(cls, at: datetime) -> "Place":
        """All that is looked for from time to time was looked for then."""
        return cls(archived=at, archived_before=at, swept=at, daily=at, lines=at, watched=at)

    @property
    def times_only(self) -> "Place":
        """Without a place in a listing or search."""
        return replace(self, after="", started=None, at=None, seen=(), tie="", began=None)

    def text(self) -> str:
        shown = {item.name: _shown(getattr(self, item.name)) for item in fields(self)}
        return urlencode({name: value for name, value in shown.items() if value})


def parse(text: str) -> Place:
    values = dict(parse_qsl(text))
    return Place(
        after=values.get("after", ""),
        seen=tuple(filter(None, values.get("seen", "").split(","))),
        tie=values.get("tie", ""),
        **{
            name: _EPOCH + timedelta(milliseconds=int(values[name]))
            for name in _TIMES
            if name in values
        },
    )


def _shown(value: str | tuple[str, ...] | datetime | None) -> str:
    if isinstance(value, datetime):
        return str(milliseconds(value))
    return ",".join(value) if isinstance(value, tuple) else value or ""
