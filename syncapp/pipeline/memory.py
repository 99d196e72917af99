"""What was read in this pass, so that nothing is read twice.

The latest snapshots are kept as they are. Older ones, and the keys that records are known by, lie
in a database without a name that is gone with the pass: a company has more invoices than a worker
has memory, and a hundred bytes of each would be too many.
"""

import pickle
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

from syncapp.engine.records import Entity, RecordRef, Side, Snapshot

AT_HAND = 2_000  # some 10 KB each
_TABLES = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE seen (
        id TEXT, entity TEXT, side TEXT, read_at REAL, snapshot BLOB,
        PRIMARY KEY (id, entity, side)
    );
    CREATE TABLE known (
        key TEXT, side TEXT, entity TEXT, id TEXT,
        PRIMARY KEY (key, side, entity, id)
    ) WITHOUT ROWID;
"""
_STORE = "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)"
_READ_AT = "SELECT read_at FROM seen WHERE id = ? AND entity = ? AND side = ?"
_SNAPSHOT = "SELECT snapshot FROM seen WHERE id = ? AND entity = ? AND side = ?"
_FORGET = "DELETE FROM seen WHERE id = ? AND entity = ? AND side = ?"
_NOTE = "INSERT OR IGNORE INTO known VALUES (?, ?, ?, ?)"
_KNOWN = "SELECT entity, id FROM known WHERE key = ? AND side = ?"


class Memory:
    def __init__(self, at_hand: int = AT_HAND, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_hand = at_hand
        self._clock = clock
        self._latest: OrderedDict[RecordRef, tuple[Snapshot, float]] = OrderedDict()
        self._database: sqlite3.Connection | None = None

    def keep(self, snapshot: Snapshot, read_at: float | None = None) -> None:
        """`read_at`: by our clock; just now where it is not said."""
        self._latest[snapshot.ref] = snapshot, self._clock() if read_at is None else read_at
        self._latest.move_to_end(snapshot.ref)
        while len(self._latest) > self._at_hand:
            _, (oldest, at) = self._latest.popitem(last=False)
            self._put_away(oldest, at)

    def get(self, ref: RecordRef, *, within: float | None = None) -> Snapshot | None:
        """`within`: not when it was read longer ago than so many seconds."""
        if (found := self._latest.get(ref)) is not None:
            snapshot, at = found
            return None if self._is_older(at, within) else snapshot
        at_stored = self._read_at(ref)
        if at_stored is None or self._is_older(at_stored, within):
            return None
        return self._taken_back(ref)

    def is_older(self, ref: RecordRef, seconds: float) -> bool:
        found = self._latest.get(ref)
        at = found[1] if found else self._read_at(ref)
        return at is None or self._is_older(at, seconds)

    def forget(self, refs: Iterable[RecordRef]) -> None:
        for ref in refs:
            self._latest.pop(ref, None)
            if self._database is not None:
                self._database.execute(_FORGET, _key(ref))

    def note(self, ref: RecordRef, key: str) -> None:
        """By which key a record was known when it was read; never forgotten."""
        row = key, ref.side.value, ref.entity.value, ref.id
        self._opened().execute(_NOTE, row)

    def known_by(self, side: Side, keys: Iterable[str]) -> set[RecordRef]:
        if self._database is None:
            return set()
        return {
            RecordRef(side, Entity(entity), id_)
            for key in dict.fromkeys(keys)
            for entity, id_ in self._database.execute(_KNOWN, (key, side.value))
        }

    def close(self) -> None:
        if self._database is not None:
            self._database.close()

    def _put_away(self, snapshot: Snapshot, at: float) -> None:
        written = pickle.dumps(snapshot, pickle.HIGHEST_PROTOCOL)
        self._opened().execute(_STORE, (*_key(snapshot.ref), at, written))

    def _read_at(self, ref: RecordRef) -> float | None:
        if self._database is None:
            return None
        row = self._database.execute(_READ_AT, _key(ref)).fetchone()
        return float(row[0]) if row else None

    def _taken_back(self, ref: RecordRef) -> Snapshot:
        (written,) = self._opened().execute(_SNAPSHOT, _key(ref)).fetchone()
        # written by this very process into a file that nobody else can open
        snapshot: Snapshot = pickle.loads(written)  # noqa: S301
        return snapshot

    def _opened(self) -> sqlite3.Connection:
        if self._database is None:
            # the empty name is a temporary file that SQLite has already removed
            self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._database.executescript(_TABLES)
        return self._database

    def _is_older(self, at: float, seconds: float | None) -> bool:
        return seconds is not None and self._clock() - at > seconds


def _key(ref: RecordRef) -> tuple[str, str, str]:
    return ref.id, ref.entity.value, ref.side.value
