"""Is anything left to do? Asked in one question before a pass reads and in one after it: where
nothing has happened, none of the steps that look for themselves is begun."""

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, QuerySet
from django.utils import timezone

from syncapp.engine.records import Entity
from syncapp.models import Integration
from syncapp.pipeline import announcements, catch_all, recover, retries, sellers, worklist
from syncapp.pipeline.context import Pass
from syncapp.pipeline.guards import brake


def before_reading(work: Pass, entities: Collection[Entity]) -> bool:
    """By earlier passes, or named by webhooks."""
    return _any(
        work,
        recover.unanswered(work),
        catch_all.half_made(work),
        announcements.untaken(work, entities),
    )


def after_reading(work: Pass) -> bool:
    return _any(
        work,
        worklist.due_rows(work.integration, timezone.now()),
        retries.rested(work),
        sellers.untold(work),
        *brake.unsettled(work),
    )


def _any(work: Pass, *questions: QuerySet[Any]) -> bool:
    is_there = reduce(or_, (Exists(rows) for rows in questions))
    return Integration.objects.filter(is_there, pk=work.integration.pk).exists()
