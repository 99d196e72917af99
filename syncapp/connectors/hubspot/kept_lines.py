"""Line items as they were read, or as our writes left them, a moment ago: an invoice that a payment
has moved is read again without them."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping

from syncapp.connectors.hubspot.objects import LINE_ITEMS
from syncapp.connectors.hubspot.replies import Record, version_of

MOST = 6_000  # those of 2,000 invoices


class KeptLines:
    """Whoever changes one moves its version, which the next search shows. Safe to share between
    threads."""

    def __init__(self, fresh_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._fresh, self._clock = fresh_seconds, clock
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[Record, float]] = OrderedDict()

    def keep(self, lines: Iterable[Record]) -> None:
        """Read or written just now."""
        if not self._fresh:
            return
        now = self._clock()
        with self._lock:
            for line in lines:
                id = str(line["id"])
                self._held[id] = line, now
                self._held.move_to_end(id)
            while len(self._held) > MOST:
                self._held.popitem(last=False)

    def of(self, ids: Iterable[str]) -> dict[str, Record]:
        """Those that are young enough."""
        oldest = self._clock() - self._fresh
        with self._lock:
            held = {id: self._held[id] for id in ids if id in self._held}
        return {id: line for id, (line, at) in held.items() if at >= oldest}

    def shown(self, versions: Mapping[str, str]) -> None:
        """By a search: what stands there in another version is not what we hold."""
        with self._lock:
            held = {id: self._held[id][0] for id in versions if id in self._held}
        self.forget(id for id, line in held.items() if version_of(LINE_ITEMS, line) != versions[id])

    def forget(self, ids: Iterable[str]) -> None:
        with self._lock:
            for id in ids:
                self._held.pop(id, None)

    def forget_all(self) -> None:
        with self._lock:
            self._held.clear()
