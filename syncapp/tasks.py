"""What the queue calls. A task takes ids, works in a slice of bounded time and may run twice.

Paths and arguments stand in the queue's table: renaming one is a migration.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings

from syncapp import alerts
from syncapp.errors import Busy, SyncAppError
from syncapp.models import Heartbeat, Integration
from syncapp.pipeline import announcements, upkeep
from syncapp.pipeline.process import sync
from syncapp.pipeline.wake import answer, has_due_work, wake, wake_due
from syncapp.reporting.heartbeat import forget_lost_workers
from syncapp.setup import draft_rehearsal

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


class TaskFailed(Exception):
    """What became of a task. The whole story stands in the log, where secrets are hidden."""


def told_without_secrets(task: Callable[P, R]) -> Callable[P, R]:
    """The queue keeps the text of an exception, and of those it came from, in a column where no
    search finds it: it gets the kind of failure only."""

    @wraps(task)
    def careful(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return task(*args, **kwargs)
        except Exception as failure:
            logger.exception("the task %s failed", task.__name__)
            raise TaskFailed(type(failure).__name__) from None
        except BaseException as end:  # the queue's own, when the time is over
            end.__cause__ = end.__context__ = None
            raise

    return careful


@told_without_secrets
def pulse() -> None:
    """What each worker gives itself, see integration_site/broker.py."""
    Heartbeat.beat()


@told_without_secrets
def sweep() -> int:
    """Every minute: rings for every integration that is due, also where a task was lost; then
    tells people what stands."""
    Heartbeat.beat()
    forget_lost_workers()
    announcements.forget_old()
    rung = wake_due()
    try:
        alerts.watch()
    except Exception:  # whoever cannot be told is no reason not to work
        logger.exception("what stands could not be told")
    upkeep.do_some()
    return rung


@told_without_secrets
def work(integration_id: int, trigger: str) -> str:
    """One slice of a pass. What is left over is worked on by another task."""
    Heartbeat.beat()
    answer(integration_id)
    integration = Integration.objects.filter(pk=integration_id, is_paused=False).first()
    if integration is None:
        return "paused or deleted"
    try:
        report = sync(integration, trigger=trigger, seconds=settings.SLICE)
    except Busy:
        return "busy"
    except SyncAppError as error:
        logger.warning("%s: %s", integration.name, error.message)
        return type(error).__name__
    finally:
        Heartbeat.beat()
    if has_due_work(integration_id):
        wake(integration_id, trigger)
    return f"{report.writes} writes"


@told_without_secrets
def rehearse_draft(rehearsal_id: int) -> str:
    """What saving a draft would do. It takes as long as it takes: the queue stops it after its own
    time, and the page then says so."""
    Heartbeat.beat()
    try:
        return draft_rehearsal.carry_out(rehearsal_id)
    finally:
        Heartbeat.beat()
