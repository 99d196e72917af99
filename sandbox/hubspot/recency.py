"""The records of one type in the order of their last change, so that a poll for what changed
since an instant does not look at everything."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from typing import Any

Record = dict[str, Any]


class Recency:
    def __init__(self, records: dict[str, Record]) -> None:
        self._records = records
        self._changes = _order(records.values())

    def note(self, record: Record) -> None:
        """After each change; older entries of the record become stale and are skipped."""
        insort(self._changes, (record["updated_at"], record["id"]))
        if len(self._changes) > 2 * len(self._records) + 100:
            self._changes = _order(self._records.values())

    def since(self, instant: str) -> Iterator[Record]:
        """Those last changed at that instant or later, each once."""
        seen: set[str] = set()
        for index in range(bisect_left(self._changes, (instant, "")), len(self._changes)):
            changed_at, record_id = self._changes[index]
            record = self._records[record_id]
            if record["updated_at"] == changed_at and record_id not in seen:
                seen.add(record_id)
                yield record


def _order(records: Iterable[Record]) -> list[tuple[str, str]]:
    return sorted((record["updated_at"], record["id"]) for record in records)
