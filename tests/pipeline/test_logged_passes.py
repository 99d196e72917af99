"""What a pass and a task leave in the log."""

import logging

import pytest

from syncapp import tasks
from syncapp.engine.records import Entity
from syncapp.logs import AboutFilter
from syncapp.models import SyncRun
from tests.pipeline.worlds import Worlds


def test_every_line_of_a_pass_names_the_pass_and_its_integration(worlds: Worlds, caplog) -> None:
    caplog.handler.addFilter(AboutFilter())
    for number in range(40):
        worlds.contact(email=f"c{number}@acme.test", firstname="Cay")
    worlds.rule(Entity.CONTACT)
    caplog.set_level(logging.INFO, "syncapp")

    worlds.sync()

    about = {"run": str(SyncRun.objects.get().pk), "integration": str(worlds.integration.pk)}
    calls = [line for line in caplog.records if line.name == "syncapp.connectors.transport"]
    assert len(calls) > 5
    assert {line.threadName for line in calls} > {"MainThread"}  # some went side by side
    ours = [line for line in caplog.records if line.name.startswith("syncapp.")]
    assert [line for line in ours if line.about != about] == []


@pytest.mark.parametrize("end", [ValueError, SystemExit])
def test_what_the_queue_keeps_of_a_failed_task_holds_no_text_of_ours(monkeypatch, end) -> None:
    def break_down() -> int:
        try:
            raise ValueError("token qb-access-123456789")
        except ValueError as error:
            raise end("time is over") from error

    monkeypatch.setattr(tasks, "wake_due", break_down)
    monkeypatch.setattr(tasks.Heartbeat, "beat", lambda: None)

    with pytest.raises((tasks.TaskFailed, SystemExit)) as raised:
        tasks.sweep()

    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None or raised.value.__suppress_context__
    assert "qb-access" not in str(raised.getrepr(style="native"))
