"""A worker that lives and does nothing is started again by the supervisor of its own machine."""

import signal
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from syncapp.management import supervisor as module
from syncapp.management.supervisor import Supervisor
from syncapp.models import Heartbeat
from syncapp.reporting import heartbeat

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SILENCE = timedelta(seconds=1)
SAYS_THAT_IT_STARTED = """
import os, sys, time
with open(sys.argv[1], "a") as file:
    print(os.getpid(), file=file)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def shorter_times(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "HEARTBEAT_LOOK_SECONDS", 0.1)
    for place in (module, heartbeat):
        monkeypatch.setattr(place, "WORKER_SILENCE", SILENCE)
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Watched(Supervisor):
    """Looks after its child for so many seconds, then is told to stop."""

    def look(self, seconds: float, beats: bool = False) -> None:
        end = time.monotonic() + seconds
        look_after = super()._look_after_children

        def looking() -> None:
            if beats:
                Heartbeat.beat()
            look_after()
            self.told_to_stop = time.monotonic() > end

        self._look_after_children = looking  # type: ignore[method-assign]
        self.run()


def watched(place: Path, name: str = "worker") -> tuple[Watched, list[str]]:
    said: list[str] = []
    command = [sys.executable, "-c", SAYS_THAT_IT_STARTED, str(place)]
    return Watched({name: command}, say=said.append), said


def last_ran(minutes_ago: float) -> None:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    Heartbeat.objects.create(name=settings.WORKER_NAME, at=at)


def starts(place: Path) -> list[str]:
    return place.read_text().split()


def test_a_worker_whose_queue_is_jammed_is_ended_and_started_again(tmp_path: Path) -> None:
    last_ran(minutes_ago=9)
    watcher, said = watched(tmp_path / "starts")

    watcher.look(seconds=3)

    first, second = starts(tmp_path / "starts")[:2]
    assert first != second
    assert any("although the worker lives" in sentence for sentence in said)


def test_what_other_machines_do_says_nothing_about_this_worker(tmp_path: Path) -> None:
    last_ran(minutes_ago=9)
    Heartbeat.objects.create(name="another", at=timezone.now() + timedelta(minutes=9))
    watcher, _ = watched(tmp_path / "starts")

    watcher.look(seconds=3)

    assert len(starts(tmp_path / "starts")) > 1


def test_a_worker_that_was_stopped_is_taken_out_of_service(tmp_path: Path) -> None:
    watcher, _ = watched(tmp_path / "starts")

    watcher.look(seconds=0.3, beats=True)

    assert [one.name for one in Heartbeat.objects.all()] == [Heartbeat.ENDED]


def test_a_worker_that_was_just_started_gets_its_time_first(tmp_path: Path) -> None:
    last_ran(minutes_ago=9)
    watcher, said = watched(tmp_path / "starts")

    watcher.look(seconds=0.7)

    assert len(starts(tmp_path / "starts")) == 1
    assert said == ["Stopping ...", "Stopped."]


def test_a_worker_whose_tasks_run_is_left_alone(tmp_path: Path) -> None:
    watcher, said = watched(tmp_path / "starts")

    watcher.look(seconds=2.5, beats=True)

    assert len(starts(tmp_path / "starts")) == 1
    assert said == ["Stopping ...", "Stopped."]


def test_the_web_server_is_not_restarted_for_a_worker_that_is_elsewhere(tmp_path: Path) -> None:
    last_ran(minutes_ago=9)
    watcher, _ = watched(tmp_path / "starts", name="web server")

    watcher.look(seconds=2)

    assert len(starts(tmp_path / "starts")) == 1
