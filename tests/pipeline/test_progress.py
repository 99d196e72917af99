"""What a running pass says of itself while it runs."""

import pytest

from syncapp.engine.records import Entity
from syncapp.models import Integration, SyncRun
from syncapp.pipeline import progress
from syncapp.pipeline.process import sync
from syncapp.pipeline.progress import SECONDS, Watched
from tests import factories
from tests.pipeline.worlds import Worlds

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_running_pass_shows_what_it_does_and_its_calls(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "SECONDS", 0)  # what is over sooner is not shown
    worlds.contact(email="ada@nordwind.test", firstname="Ada")
    worlds.rule(Entity.CONTACT)
    seen: list[tuple[str, int, dict[str, int]]] = []

    def look(step: str, done: int, total: int | None) -> None:
        row = SyncRun.objects.get()
        seen.append((row.step, row.step_done, row.api_calls))

    sync(Integration.objects.get(), trigger="command", progress=look)

    steps = [step for step, _, _ in seen]
    assert "Reading contacts in HubSpot" in steps
    assert any(calls.get("hubspot") for _, _, calls in seen)
    assert (SyncRun.objects.get().step, SyncRun.objects.get().outcome) == ("", "done")


def test_progress_is_stored_every_other_second_at_most(django_assert_num_queries) -> None:
    run, clock, heard = factories.run(factories.nordwind()), Clock(), []
    watched = Watched(run, lambda *told: heard.append(told), clock)

    with django_assert_num_queries(0):
        watched("Reading contacts in HubSpot", 1, None)
    clock.now += SECONDS
    with django_assert_num_queries(1):
        for number in range(100):
            watched("Syncing contacts", number, 100)
    clock.now += SECONDS
    with django_assert_num_queries(1):
        watched("Syncing contacts", 100, 100)

    run.refresh_from_db()
    assert (run.step, run.step_done, run.step_total, len(heard)) == (
        "Syncing contacts",
        100,
        100,
        102,
    )
