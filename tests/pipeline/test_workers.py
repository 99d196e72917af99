"""Several `qcluster` processes on PostgreSQL: companies are worked on side by side, each by one
worker at a time, and a killed worker is made up for by the other one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from syncapp.models import Heartbeat, Integration, Lease, SyncRun
from syncapp.pipeline.wake import wake
from tests.pipeline.test_killed import environment
from tests.pipeline.test_two_companies import SECOND, second  # noqa: F401  a fixture
from tests.pipeline.test_worker import wait_for
from tests.pipeline.worlds import Trade
from tests.sandbox_process import REPOSITORY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="several clusters: PostgreSQL"),
]

Clusters = list[subprocess.Popen[bytes]]


@pytest.fixture
def clusters(
    trade: Trade,
    second: Integration,  # noqa: F811
    tmp_path: Path,
) -> Iterator[Clusters]:
    """Two of them, each with a session of its own, so that what is left of one can be ended."""
    said = (tmp_path / "said.txt").open("w")
    running = [
        subprocess.Popen(
            [sys.executable, "manage.py", "qcluster"],
            cwd=REPOSITORY,
            env=environment(),
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        for _ in range(2)
    ]
    yield running
    for cluster in running:
        with suppress(ProcessLookupError):
            cluster.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            cluster.wait(timeout=30)
        with suppress(ProcessLookupError):
            os.killpg(cluster.pid, signal.SIGKILL)  # workers whose main process was killed
    said.close()


def names(trade: Trade, realm: str) -> list[str]:
    companies = trade.sandbox.world()["quickbooks"]["companies"]
    customers = companies[realm].get("Customer", {}).values()
    return sorted(str(one.get("GivenName")) for one in customers)


def test_two_clusters_work_on_two_companies_and_none_on_one_at_the_same_time(
    trade: Trade,
    second: Integration,  # noqa: F811
    clusters: Clusters,
) -> None:
    expected = sorted(["Ada", *(f"P{n}" for n in range(8))])
    for n in range(8):
        trade.contact(email=f"p{n}@acme.test", firstname=f"P{n}")
    ring(trade.integration, second, times=4)
    for realm in (trade.realm, SECOND):
        wait_for(lambda realm=realm: names(trade, realm) == expected)
    assert Heartbeat.objects.exists()

    clusters[0].kill()  # its own workers go on for a while, as after a real one
    clusters[0].wait()
    trade.in_hubspot("contacts", "edit", trade.contact_id, properties={"firstname": "Adele"})
    wait_for(lambda: not Lease.objects.filter(expires_at__gt=timezone.now()).exists())
    ring(trade.integration, second, times=2)
    for realm in (trade.realm, SECOND):
        wait_for(lambda realm=realm: "Adele" in names(trade, realm))
    assert len(names(trade, trade.realm)) == len(names(trade, SECOND)) == len(expected)
    clusters[1].send_signal(signal.SIGTERM)
    assert clusters[1].wait(timeout=60) == 0
    for integration in (trade.integration, second):
        assert_one_at_a_time(integration)


def ring(*integrations: Integration, times: int) -> None:
    for _ in range(times):
        for integration in integrations:
            wake(integration.pk)


def assert_one_at_a_time(integration: Integration) -> None:
    runs = SyncRun.objects.filter(integration=integration, ended_at__isnull=False)
    ordered = list(runs.order_by("started_at").values_list("started_at", "ended_at", "fencing"))
    for (_, ended, fencing), (started, _, next_fencing) in pairwise(ordered):
        assert started >= ended, "two passes over one company at the same time"
        assert next_fencing > fencing
