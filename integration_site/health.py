"""`GET /healthz` for monitors: no names, no counts, since anybody may ask."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from syncapp.reporting.heartbeat import how_workers_are


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
        worker = (
            how_workers_are().value
            if migrations == "ok"
            else "unknown until the migrations have run"
        )
    except DatabaseError:
        return {"database": "does not answer"}
    return {"database": "ok", "migrations": migrations, "worker": worker}


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "run manage.py migrate" if plan else "ok"
