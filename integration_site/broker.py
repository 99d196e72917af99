"""The queue in the database, with a pulse of each cluster's own.

Several clusters take from one queue, so that a task says nothing about those that did not get it:
one of them may be jammed for days behind the others' backs. A pulse is a task that a cluster gives
itself. It travels like every other, through what can jam.
"""

import time

from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.humanhash import uuid
from django_q.signing import SignedPackage

PULSE = "syncapp.tasks.pulse"
PULSE_SECONDS = 30.0

Found = list[tuple[int | None, str]]  # where to acknowledge it, the signed task


class Broker(ORM):  # type: ignore[misc]
    _next_pulse_at = 0.0

    def dequeue(self) -> Found:
        found: Found = super().dequeue() or []
        now = time.monotonic()
        if now >= self._next_pulse_at:
            self._next_pulse_at = now + PULSE_SECONDS
            found.append((None, _pulse()))
        return found


def _pulse() -> str:
    name, number = uuid()
    task = {
        "id": number,
        "name": name,
        "func": PULSE,
        "args": (),
        "kwargs": {},
        "started": timezone.now(),
        "save": False,
        "ack_failure": True,
    }
    return str(SignedPackage.dumps(task))
