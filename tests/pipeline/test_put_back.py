"""Somebody types in HubSpot while we write, and again while we put back what they typed."""

from contextlib import suppress
from typing import Any

import pytest

from syncapp.engine.records import Entity
from syncapp.errors import Unavailable
from syncapp.models import SyncActivity
from syncapp.pipeline import intents, put_back
from tests.pipeline.worlds import Worlds


@pytest.fixture
def typed(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Answers what is typed before each of so many sends, the contact and its customer."""

    def arrange(times: int) -> tuple[list[str], str, str]:
        contact = worlds.contact(email="ada@nordwind.test", firstname="Ada")
        worlds.rule(Entity.CONTACT, conflict="hubspot")
        worlds.sync()
        (customer,) = worlds.quickbooks("Customer")
        worlds.in_quickbooks("Customer", "edit", customer, fields={"GivenName": "Adele"})
        real, values = intents.commit, []

        def committed(work: Any, sendings: Any, keyed: Any) -> None:
            real(work, sendings, keyed)
            if len(values) < times and keyed[0].write.side.value == "hubspot":
                values.append(f"Typed {len(values)}")
                properties = {"firstname": values[-1]}
                worlds.in_hubspot("contacts", "edit", contact, properties=properties)

        monkeypatch.setattr(intents, "commit", committed)
        return values, contact, customer

    return arrange


@pytest.mark.parametrize("answer", ["arrives", "is lost"])
def test_what_was_typed_last_stands_on_both_sides(worlds: Worlds, typed: Any, answer: str) -> None:
    values, contact, customer = typed(3)
    if answer == "is lost":
        worlds.sandbox.fault("drop_after_commit", vendor="hubspot", method="POST",
                             path="batch/update", times=1)  # fmt: skip
    for _ in range(3):
        worlds.sync()
    assert worlds.hubspot("contacts")[contact]["firstname"] == values[-1] == "Typed 2"
    assert worlds.quickbooks("Customer")[customer]["GivenName"] == "Typed 2"
    worlds.sync_quietly()


def test_who_goes_on_typing_finds_all_of_it_in_the_history(worlds: Worlds, typed: Any) -> None:
    values, contact, _ = typed(5)
    for _ in range(3):
        worlds.sync()
    worlds.sync_quietly()
    told = {
        change[name]
        for row in SyncActivity.objects.all()
        for change in row.changes
        for name in ("before", "after")
    }
    assert len(values) == 5  # each before a send of ours: no more were made
    assert set(values) <= told | {worlds.hubspot("contacts")[contact]["firstname"]}


def test_what_could_not_be_put_back_is_owed(
    worlds: Worlds, typed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    values, contact, customer = typed(1)
    real, sent = put_back.send_all, []

    def breaks_second(work: Any, sendings: Any, **how: Any) -> None:
        sent.append(sendings)
        if len(sent) == 2:
            raise Unavailable("HubSpot does not answer.")
        real(work, sendings, **how)

    with monkeypatch.context() as patch:
        patch.setattr(put_back, "send_all", breaks_second)
        with suppress(Unavailable):
            worlds.sync()
    assert len(sent) == 2
    for _ in range(3):
        worlds.sync()
    assert worlds.hubspot("contacts")[contact]["firstname"] == values[-1] == "Typed 0"
    assert worlds.quickbooks("Customer")[customer]["GivenName"] == "Typed 0"
