"""What a running pass says of itself, kept with its row so that a page can show it."""

import time
from collections.abc import Callable, Mapping

from syncapp.connectors.base import Connector
from syncapp.engine.records import Entity, Side
from syncapp.models import SyncRun
from syncapp.pipeline.context import Progress

TELLING_SELLERS = "Telling sellers in HubSpot"
SECONDS = 2.0  # between two updates: people look at it, and each one is a write


def reading(entity: str, side: Side) -> str:
    return f"Reading {entity}s in {side.product_name}"


def syncing(entity: str) -> str:
    return f"Syncing {entity}s"


# What pages translate
STEPS = (
    TELLING_SELLERS,
    *(syncing(entity) for entity in Entity),
    *(reading(entity, side) for entity in Entity for side in Side),
)


class Watched:
    """Hands on what it is told, and stores it now and then."""

    def __init__(
        self, run: SyncRun, listener: Progress, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._run, self._listener, self._clock = run, listener, clock
        self._stored_at = clock()  # a pass that is soon over is not watched
        self.connectors: Mapping[Side, Connector] = {}

    def __call__(self, step: str, done: int, total: int | None) -> None:
        self._listener(step, done, total)
        now = self._clock()
        if now - self._stored_at < SECONDS:
            return
        self._stored_at = now
        SyncRun.objects.filter(pk=self._run.pk).update(
            step=step,
            step_done=done,
            step_total=total,
            api_calls={side.value: one.calls for side, one in self.connectors.items()},
        )
