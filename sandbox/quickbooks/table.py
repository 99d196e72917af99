"""The records of one entity, found by id, by a field's value or by when they last changed.

Records are never changed in place: a change puts a new dict. Keys with an underscore are the
sandbox's own and never answered.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from typing import Any

Record = dict[str, Any]
Moment = tuple[int, int, str]  # when it last changed, and its id, of which one part is empty


class Table:
    def __init__(self, records: dict[str, Record] | None = None) -> None:
        self.records: dict[str, Record] = records if records is not None else {}
        self._by_value: dict[str, dict[str, dict[str, None]]] = {}
        self._by_time: list[Moment] = sorted(_moment(r) for r in self.records.values())
        self._stale_moments = 0

    def get(self, record_id: str) -> Record | None:
        """None for what was never there and for what was deleted."""
        record = self.records.get(record_id)
        return None if record is None or record.get("_deleted") else record

    def live(self) -> Iterator[Record]:
        return (record for record in self.records.values() if not record.get("_deleted"))

    def put(self, record: Record) -> None:
        record_id = record["Id"]
        before = self.records.get(record_id)
        self.records[record_id] = record
        for field, ids_by_value in self._by_value.items():
            _move(
                ids_by_value,
                record_id,
                _live(before, field) if before else None,
                _live(record, field),
            )
        moment = _moment(record)
        if before is None or _moment(before) != moment:
            self._stale_moments += before is not None
            if not self._by_time or moment > self._by_time[-1]:
                self._by_time.append(moment)
            elif not self._has(moment):
                insort(self._by_time, moment)
            self._drop_stale_moments()

    def with_value(self, field: str, value: str) -> Iterable[Record]:
        """Live records whose field folds to the folded value, oldest first."""
        if field not in self._by_value:
            ids_by_value: dict[str, dict[str, None]] = {}
            for record in self.live():
                _move(ids_by_value, record["Id"], None, fold(record.get(field)))
            self._by_value[field] = ids_by_value
        ids = self._by_value[field].get(value, ())
        return [self.records[record_id] for record_id in sorted(ids, key=int_or_text)]

    def changed_since(self, ms: int) -> Iterator[Record]:
        """Deleted ones too, oldest change first."""
        for at, number, word in self._by_time[bisect_left(self._by_time, (ms, -1, "")) :]:
            record = self.records[word or str(number)]
            if record["_at"] == at:
                yield record

    def _has(self, moment: Moment) -> bool:
        place = bisect_left(self._by_time, moment)
        return place < len(self._by_time) and self._by_time[place] == moment

    def _drop_stale_moments(self) -> None:
        if self._stale_moments > 1000 and self._stale_moments * 2 > len(self._by_time):
            self._by_time = sorted(_moment(r) for r in self.records.values())
            self._stale_moments = 0


def fold(value: Any) -> str | None:
    """The form in which values are compared: without case, references and e-mails by their one
    telling part (quickbooks-api.md 11)."""
    if isinstance(value, dict):
        value = value.get("value", value.get("Address", value.get("FreeFormNumber")))
    return None if value is None else str(value).casefold()


def int_or_text(record_id: str) -> tuple[int, str]:
    return (int(record_id), "") if record_id.isdigit() else (0, record_id)


def _live(record: Record, field: str) -> str | None:
    return None if record.get("_deleted") else fold(record.get(field))


def _move(
    ids_by_value: dict[str, dict[str, None]], record_id: str, old: str | None, new: str | None
) -> None:
    if old == new:
        if new is not None:
            ids_by_value.setdefault(new, {})[record_id] = None
        return
    if old is not None and old in ids_by_value:
        ids_by_value[old].pop(record_id, None)
    if new is not None:
        ids_by_value.setdefault(new, {})[record_id] = None


def _moment(record: Record) -> Moment:
    return record["_at"], *int_or_text(record["Id"])
