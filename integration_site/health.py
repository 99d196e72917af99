"""`GET /healthz` for monitors: no names, no counts, since anybody may ask."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from syncapp.reporting.heartbeat import WORKER_SILENCE, worker_seen_at


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    checks = _checks()
    is_well = all(answer == "ok" for answer in checks.values())
    body = {"status": "ok" if is_well else "unwell", **checks}
    return JsonResponse(body, status=200 if is_well else 503)


def _checks() -> dict[str, str]:
    try:
        migrations = _migrations()
        worker = _worker() if migrations == "ok" else "unknown until the migrations have run"
    except DatabaseError:
        return {"database": "does not answer"}
    return {"database": "ok", "migrations": migrations, "worker": worker}


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "run manage.py migrate" if plan else "ok"


def _worker() -> str:
    """A task writes the heartbeat; the queue's own status says "working" even when jammed."""
    seen_at = worker_seen_at()
    if seen_at is None:
        return "no task has run yet"
    silent: timedelta = timezone.now() - seen_at
    return "ok" if silent < WORKER_SILENCE else "no task has run for two minutes"
