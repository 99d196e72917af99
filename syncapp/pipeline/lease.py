"""One worker per integration at a time.

A row with holder, fencing number and expiry, taken by a conditional UPDATE. The lease orders the
work; it is not what prevents duplicates. The fencing number stops a late commit, the time left
stops a late send.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from syncapp.engine.said import said
from syncapp.errors import Busy, LeaseLost
from syncapp.models import Integration, Lease
from syncapp.pipeline import leaps

MARGIN_SECONDS = 1.0  # below that of the system check: a lease that was just renewed has it


@dataclass(slots=True)
class Held:
    """The lease in our hands. Times are monotonic: a clock that jumps extends nothing."""

    integration_id: int
    holder: str
    fencing: int
    until: float
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def seconds_left(self) -> float:
        return self.until - time.monotonic()

    def renew(self) -> None:
        """Raises `LeaseLost` when another worker has taken over."""
        taken_at = time.monotonic()
        renewed = Lease.objects.filter(
            integration_id=self.integration_id, holder=self.holder, fencing=self.fencing
        ).update(expires_at=_expiry(), heartbeat_at=timezone.now())
        if not renewed:
            raise LeaseLost(said("Another worker has taken over this integration."))
        self.until = taken_at + settings.LEASE

    def make_room(self, seconds: float) -> None:
        """Before a send: the lease must outlive the whole time-out of the call, and the moment that
        a call needs to be given up. Asked by the threads that send, too. Raises `LeaseLost` where
        it does not."""
        with self._turn:
            if self.seconds_left < seconds + max(settings.LEASE / 4, MARGIN_SECONDS):
                self.renew()
        if self.seconds_left < seconds + MARGIN_SECONDS:
            raise LeaseLost(said("The lease is too short to send anything safely."))

    def guard_commit(self) -> None:
        """Inside the transaction that commits a result: still ours? Raises `LeaseLost`."""
        mine = Lease.objects.filter(
            integration_id=self.integration_id, holder=self.holder, fencing=self.fencing
        ).update(heartbeat_at=timezone.now())
        if not mine:
            raise LeaseLost(said("Another worker has taken over this integration."))

    def release(self) -> None:
        Lease.objects.filter(
            integration_id=self.integration_id, holder=self.holder, fencing=self.fencing
        ).update(holder="", expires_at=None)


def take(integration: Integration) -> Held:
    """Raises `Busy` when somebody else holds it; never waits."""
    lease, _ = Lease.objects.get_or_create(integration=integration)
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
    taken_at = time.monotonic()
    now, fencing = timezone.now(), lease.fencing + 1
    free = Q(holder="") | Q(expires_at__isnull=True) | Q(expires_at__lt=now)
    # in between nobody else has taken it: then its number would have grown
    if not Lease.objects.filter(free, pk=lease.pk, fencing=lease.fencing).update(
        holder=holder, fencing=fencing, expires_at=_expiry(), heartbeat_at=now
    ):
        leaps.set_right()
        raise Busy(
            said(
                "Another worker is syncing “{integration_name}” right now.",
                integration_name=integration.name,
            )
        )
    return Held(integration.pk, holder, fencing, taken_at + settings.LEASE)


@contextmanager
def leased(integration: Integration) -> Iterator[Held]:
    held = take(integration)
    try:
        yield held
    finally:
        held.release()


def _expiry() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LEASE)
