"""What a write is asked once its turn has come: is the lease still ours for as long as the call may
take, and was the look-up that found nothing not too long ago? It may have waited for a minute in
the throttle, after all that was asked before."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from syncapp.errors import TooLate
from syncapp.pipeline.lease import Held
from syncapp.pipeline.thread_connection import left_as_it_was

_NAP_SECONDS = 10.0
_HEAD_START_SECONDS = 2.0  # looking takes a call, deciding anew a few


class Gate:
    """One for each side. Asked in the connector's threads."""

    def __init__(self, lease: Held) -> None:
        self._lease = lease
        self._send_by = math.inf
        self._opens_at = -math.inf  # monotonic: when the turn of what came too late comes

    @contextmanager
    def looked_up(self, at: float) -> Iterator[None]:
        """What is sent meanwhile was looked for then."""
        self._send_by = at + settings.SEND_DEADLINE
        try:
            yield
        finally:
            self._send_by = math.inf

    @property
    def looks_at(self) -> float:
        """When the turn of what came too late has nearly come: it is looked for anew first."""
        return self._opens_at - _HEAD_START_SECONDS

    @property
    def is_closed(self) -> bool:
        return self.looks_at > time.monotonic()

    def wait(self, until: float = math.inf) -> None:
        until = min(self.looks_at, until)
        while (left := until - time.monotonic()) > 0:
            self._lease.make_room(0)
            time.sleep(min(left, _NAP_SECONDS))

    def put_off(self, seconds: float) -> None:
        """The first of those that came too late waits no longer than the others."""
        opens_at = time.monotonic() + seconds
        is_first = self._opens_at < time.monotonic()
        self._opens_at = opens_at if is_first else min(self._opens_at, opens_at)

    def patience(self) -> float:
        return self._send_by - time.monotonic()

    def require(self, seconds: float) -> None:
        if self.patience() < 0:
            raise TooLate("The look-up before this write is too long ago.")
        with left_as_it_was():
            self._lease.make_room(seconds)
