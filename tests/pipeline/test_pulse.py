"""Each cluster gives itself a task now and then, so that its silence is seen though others work."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from django_q.models import OrmQ, Task
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from integration_site import broker as module
from integration_site.broker import Broker
from syncapp.models import Heartbeat
from tests.pipeline.test_killed import environment
from tests.pipeline.test_worker import wait_for
from tests.sandbox_process import REPOSITORY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_q.brokers.orm.sleep", lambda _: None)


def taken(broker: Broker) -> list[str]:
    return [str(SignedPackage.loads(task)["func"]) for _, task in broker.dequeue()]


def test_a_pulse_comes_at_once_and_then_every_half_minute(monkeypatch: Any) -> None:
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    broker = Broker()

    assert taken(broker) == [module.PULSE]
    now += 29
    assert taken(broker) == []
    now += 2
    assert taken(broker) == [module.PULSE]


def test_it_takes_no_tasks_place() -> None:
    async_task("syncapp.tasks.sweep")
    broker = Broker()

    assert taken(broker) == ["syncapp.tasks.sweep", module.PULSE]
    assert OrmQ.objects.count() == 1  # a pulse is in nobody else's reach


def test_it_leaves_no_row_behind() -> None:
    ((acknowledged_at, task),) = Broker().dequeue()

    assert acknowledged_at is None
    assert SignedPackage.loads(task)["save"] is False


@pytest.fixture
def clusters() -> Iterator[list[subprocess.Popen[bytes]]]:
    running = [
        subprocess.Popen(
            [sys.executable, "manage.py", "qcluster"],
            cwd=REPOSITORY,
            env={**environment(), "WORKER_NAME": name},
        )
        for name in ("one", "two")
    ]
    yield running
    for cluster in running:
        cluster.send_signal(signal.SIGTERM)
        assert cluster.wait(timeout=60) == 0


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.usefixtures("clusters")
def test_two_clusters_without_work_both_show_that_they_live() -> None:
    """No task is in the queue, and only one of them would get it."""
    signs: list[list[Any]] = []
    for _ in range(2):
        wait_for(lambda: len(_later_than(signs[-1:])) == 2)
        signs.append(_later_than(signs[-1:]))

    assert all(sorted(one) != sorted(other) for one, other in pairwise(signs))
    assert not Task.objects.filter(func=module.PULSE).exists()


def _later_than(signs: list[list[Any]]) -> list[Any]:
    last = max(signs[0]) if signs else None
    rows = Heartbeat.objects.filter(name__in=("one", "two"))
    return [row.at for row in (rows.filter(at__gt=last) if last else rows)]
