"""What a helping asks of the database is found by the ids of its records, not among all."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from syncapp.models import Integration
from syncapp.pipeline import worklist
from syncapp.pipeline.process import sync
from tests.pipeline.loads import Load
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)

_THROUGH_ALL = re.compile(
    r"SCAN syncapp_recordlink|recordlink .*\(integration_id=\?( AND entity=\?)?\)$"
)
_LISTS = 8  # at whose end all linked records of the kind are looked through


@pytest.mark.parametrize("side", ["hubspot", "quickbooks"])
def test_no_helping_looks_through_all_records(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite tells its plan without rows")
    monkeypatch.setattr(worklist, "HELPING", 5)  # many more helpings than lists
    Load(sandbox, side)
    with CaptureQueriesContext(connection) as asked:
        sync(Integration.objects.get(), trigger="command")
    statements = [
        one["sql"]
        for one in asked.captured_queries
        if one["sql"].startswith("SELECT") and "syncapp_recordlink" in one["sql"]
    ]
    through_all = [one for one in statements if any(map(_THROUGH_ALL.search, _plan(one)))]
    assert len(through_all) <= _LISTS


def _plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"))
        return [str(row[-1]) for row in cursor.fetchall()]
