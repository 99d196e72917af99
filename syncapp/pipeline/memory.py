"""What was read in this pass, so that nothing is read twice.

The latest snapshots are kept as they are, older ones in a file without a name that is gone with
the pass: a company has more invoices than a worker has memory.
"""

import pickle
import tempfile
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import IO

from syncapp.engine.records import RecordRef, Snapshot

AT_HAND = 2_000  # some 10 KB each
_Place = tuple[int, int, float]  # where in the file, how long, and when it was read


class Memory:
    def __init__(self, at_hand: int = AT_HAND, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_hand = at_hand
        self._clock = clock
        self._latest: OrderedDict[RecordRef, tuple[Snapshot, float]] = OrderedDict()
        self._put_away: dict[RecordRef, _Place] = {}
        self._file: IO[bytes] | None = None
        self._end = 0

    def keep(self, snapshot: Snapshot, read_at: float | None = None) -> None:
        """`read_at`: by our clock; just now where it is not said."""
        self._put_away.pop(snapshot.ref, None)
        self._latest[snapshot.ref] = snapshot, self._clock() if read_at is None else read_at
        self._latest.move_to_end(snapshot.ref)
        while len(self._latest) > self._at_hand:
            ref, (oldest, at) = self._latest.popitem(last=False)
            self._put_away[ref] = self._stored(oldest, at)

    def get(self, ref: RecordRef, *, within: float | None = None) -> Snapshot | None:
        """`within`: not when it was read longer ago than so many seconds."""
        if (found := self._latest.get(ref)) is not None:
            snapshot, at = found
            return None if self._is_older(at, within) else snapshot
        place = self._put_away.get(ref)
        if place is None or self._is_older(place[2], within):
            return None
        return self._read(place)

    def is_older(self, ref: RecordRef, seconds: float) -> bool:
        found = self._latest.get(ref) or self._put_away.get(ref)
        return found is None or self._is_older(found[-1], seconds)

    def forget(self, refs: Iterable[RecordRef]) -> None:
        for ref in refs:
            self._latest.pop(ref, None)
            self._put_away.pop(ref, None)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _stored(self, snapshot: Snapshot, at: float) -> _Place:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed with the pass
        written = pickle.dumps(snapshot, pickle.HIGHEST_PROTOCOL)
        place = self._end, len(written), at
        self._file.seek(self._end)
        self._file.write(written)
        self._end += len(written)
        return place

    def _read(self, place: _Place) -> Snapshot:
        if self._file is None:
            raise LookupError("Nothing was put away.")
        self._file.seek(place[0])
        # written by this very process into a file that nobody else can open
        snapshot: Snapshot = pickle.loads(self._file.read(place[1]))  # noqa: S301
        return snapshot

    def _is_older(self, at: float, seconds: float | None) -> bool:
        return seconds is not None and self._clock() - at > seconds
