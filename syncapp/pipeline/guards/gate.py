"""What a write is asked once its turn has come: is the lease still ours for as long as the call may
take, and was the look-up that found nothing not too long ago? It may have waited for a minute in
the throttle, after all that was asked before."""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from syncapp.errors import TooLate
from syncapp.pipeline.lease import Held

_NAP_SECONDS = 10.0


class Gate:
    """One for each side. Asked in the connector's threads."""

    def __init__(self, lease: Held) -> None:
        self._lease = lease
        self._owner = threading.get_ident()
        self._send_by = math.inf
        self._put_off = 0.0

    @contextmanager
    def looked_up(self, at: float) -> Iterator[None]:
        """What is sent meanwhile was looked for then."""
        self._send_by = at + settings.SEND_DEADLINE
        try:
            yield
        finally:
            self._send_by = math.inf

    def wait(self) -> None:
        """Until the turn of what came too late has come."""
        until = time.monotonic() + self._put_off
        while (left := until - time.monotonic()) > 0:
            self._lease.make_room(0)
            time.sleep(min(left, _NAP_SECONDS))
        self._put_off = 0.0

    def put_off(self, seconds: float) -> None:
        self._put_off = max(self._put_off, seconds)

    def patience(self) -> float:
        return self._send_by - time.monotonic()

    def require(self, seconds: float) -> None:
        if self.patience() < 0:
            raise TooLate("The look-up before this write is too long ago.")
        try:
            self._lease.make_room(seconds)
        finally:
            if threading.get_ident() != self._owner:
                connection.close()  # a thread of a connector has one of its own
