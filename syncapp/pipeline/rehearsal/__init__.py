"""A pass that writes nothing: the real one, on a copy of the database, with connectors that only
pretend to write and a transport that refuses to. It shows what the next pass would do."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils import timezone

from syncapp.engine.records import Entity, Side
from syncapp.errors import Braked
from syncapp.models import Integration, SyncRun
from syncapp.pipeline import accounts, worklist
from syncapp.pipeline.connect import open_connectors
from syncapp.pipeline.context import Progress, silent
from syncapp.pipeline.process import sync
from syncapp.pipeline.rehearsal.pretender import Pretender
from syncapp.pipeline.rehearsal.report import Rehearsal, linked_ids, report_of
from syncapp.pipeline.rehearsal.scratch import Elsewhere, on_scratch
from syncapp.pipeline.runs import Connect, count_usage

_MOST_PASSES = 10  # each but the first works on what the one before has woken

__all__ = ["Rehearsal", "rehearse"]


def rehearse(
    integration: Integration,
    *,
    entities: Collection[Entity] = tuple(Entity),
    full: bool = False,
    change: Callable[[Integration], None] | None = None,
    progress: Progress = silent,
) -> Rehearsal:
    """What the next passes would do until nothing is due. `change` is done to the copy first:
    rules that are not saved yet. Takes no lease and changes no row of the live sync; raises what
    a pass raises when it cannot run."""
    accounts.known(integration)
    elsewhere = Elsewhere()
    opened: dict[Side, Pretender] = {}
    stopped_by = ""
    try:
        with on_scratch(integration) as copy:
            if change is not None:
                change(copy)
            before = linked_ids(copy)
            connect = partial(_connect, opened, elsewhere)
            for number in range(_MOST_PASSES):
                if number and not worklist.due_rows(copy, timezone.now()).exists():
                    break
                stopped_by = _pass(copy, entities, connect, progress, full=full) or stopped_by
                full = False
            calls = {side.value: one.calls for side, one in opened.items()}
            return replace(report_of(copy, before), api_calls=calls, brake=stopped_by)
    finally:
        elsewhere.close()
        for side, pretender in opened.items():
            pretender.connector.close()
            count_usage((integration.connection(side), pretender.connector))


def _pass(
    copy: Integration,
    entities: Collection[Entity],
    connect: Connect,
    progress: Progress,
    *,
    full: bool,
) -> str:
    """Answers what the safety brake would say; the rehearsal goes on all the same."""
    run = partial(
        sync,
        Integration.objects.get(pk=copy.pk),
        trigger=SyncRun.Trigger.COMMAND,
        entities=entities,
        progress=progress,
        connect=connect,
    )
    try:
        run(full=full)
    except Braked as braked:
        run(brake_on=False)
        return braked.message
    return ""


def _connect(
    opened: dict[Side, Pretender], elsewhere: Elsewhere, *asked: Any, **more: Any
) -> dict[Side, Pretender]:
    """The same ones for every pass: what they pretended to write must stay."""
    if not opened:
        real = open_connectors(
            *asked, **more, read_only=True, credentials_of=elsewhere.credentials_of
        )
        opened |= {side: Pretender(one) for side, one in real.items()}
    return opened
