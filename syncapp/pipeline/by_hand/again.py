"""Somebody wants records looked at now, whatever their turn was."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from syncapp.models import Integration, RecordLink, SyncRun
from syncapp.pipeline import worklist
from syncapp.pipeline.wake import wake

_TOGETHER = 500


def look_again(integration: Integration, links: Iterable[RecordLink]) -> int:
    """On the worklist, as fresh as a change; the worker is woken. Answers how many."""
    number = 0
    for some in _chunks(links):
        refs = [worklist.any_ref(one.entity, one.hubspot_id, one.quickbooks_id) for one in some]
        worklist.add(integration, [ref for ref in refs if ref is not None])
        number += len(some)
    if number:
        wake(integration.pk, SyncRun.Trigger.PERSON)
    return number


def _chunks(links: Iterable[RecordLink]) -> Iterator[Sequence[RecordLink]]:
    rows = iter(links)
    while some := list(islice(rows, _TOGETHER)):
        yield some
