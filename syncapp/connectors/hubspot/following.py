"""The cursor after a search, as far as it has come, and which slow sweeps are due with it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from syncapp.connectors.base import Cursor
from syncapp.connectors.hubspot.places import Place


class Following:
    def __init__(self, since: datetime, place: Place, began: datetime) -> None:
        self._since = since
        self._place = place
        self._began = began
        self.is_slow = False

    def is_due(self, sweep: str, every: timedelta) -> bool:
        return self._began - self.last_time(sweep) >= every

    def last_time(self, sweep: str) -> datetime:
        at: datetime | None = getattr(self._place, sweep)
        return at or self._since

    def went_to(self, sweep: str, at: datetime) -> None:
        times: dict[str, Any] = {sweep: at}
        self._place = replace(self._place, **times)

    def done(self, sweep: str, *, is_slow: bool = True) -> None:
        self.went_to(sweep, self._began)
        self.is_slow = self.is_slow or is_slow

    def meanwhile(self) -> Cursor:
        return Cursor(self._since, self._place.text())

    def last(self) -> Cursor:
        place = self._place
        return Cursor(self._began, place.times_only.text())
