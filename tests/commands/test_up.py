"""`manage.py up`: what it runs, where only the worker is wanted too."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django_q.models import Schedule

from syncapp.management.commands import up
from tests.commands.calling import call

pytestmark = pytest.mark.django_db

Commands = Mapping[str, Sequence[str]]


@pytest.fixture
def supervised(monkeypatch: pytest.MonkeyPatch) -> list[Commands]:
    """What the supervisor was told to run; it runs nothing."""
    told: list[Commands] = []

    class Supervisor:
        def __init__(self, commands: Commands, **_: Any) -> None:
            told.append(commands)

        def run(self) -> None:
            pass

    monkeypatch.setattr(up, "Supervisor", Supervisor)
    # Closing it would end the test's transaction.
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.close", lambda _: None)
    return told


def test_it_runs_web_and_worker(supervised: list[Commands], settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").touch()

    ended = call("up", "--bind", "127.0.0.1:8123")

    assert ended.code == 0, ended.err
    assert list(supervised[0]) == ["web", "worker"]
    assert "http://127.0.0.1:8123/admin/" in ended.out


def test_a_machine_without_pages_runs_the_worker_alone(
    supervised: list[Commands], settings: Any, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path  # nothing was collected there, and no page needs it

    ended = call("up", "--worker-only")

    assert ended.code == 0, ended.err
    assert list(supervised[0]) == ["worker"]
    assert "admin" not in ended.out
    assert Schedule.objects.count() == 1
