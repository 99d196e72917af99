"""What happens now does not wait for a first load to end."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import timezone

from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import PendingChange
from syncapp.pipeline import process, worklist
from tests.pipeline.worlds import Trade


def _ref(entity: Entity, id: str) -> RecordRef:
    return RecordRef(Side.HUBSPOT, entity, id)


def test_a_fresh_change_goes_before_a_first_load_of_any_other_kind(trade: Trade) -> None:
    trade.start()
    initial = PendingChange.Priority.INITIAL
    worklist.add(trade.integration, [_ref(Entity.CONTACT, "1")], priority=initial)
    worklist.add(trade.integration, [_ref(Entity.PAYMENT, "2")])
    taken = worklist.take(trade.integration, timezone.now())
    assert [(row.entity, row.record_id) for row in taken] == [("payment", "2")]


def test_a_record_of_a_first_load_that_changes_is_fresh(trade: Trade) -> None:
    trade.start()
    contacts = [_ref(Entity.CONTACT, str(number)) for number in range(3)]
    worklist.add(trade.integration, contacts, priority=PendingChange.Priority.INITIAL)
    worklist.add(trade.integration, contacts[2:])
    worklist.add(trade.integration, contacts, priority=PendingChange.Priority.INITIAL)
    fresh = worklist.take(trade.integration, timezone.now())
    assert [row.record_id for row in fresh] == ["2"]  # alone: it need not wait for a helping
    worklist.strike_off(fresh)
    of_the_load = worklist.take(trade.integration, timezone.now())
    assert [row.record_id for row in of_the_load] == ["0", "1"]


def test_in_the_middle_of_a_first_load_a_change_is_the_next_helping(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "HELPING", 4)
    changed = trade.contact(email="zoe@acme.test", firstname="Zoe")
    for number in range(11):
        trade.contact(email=f"p{number}@acme.test", firstname=f"P{number}")
    helpings: list[list[str]] = []
    real = process.process

    def noted(work: Any, rows: Sequence[PendingChange]) -> None:
        real(work, rows)
        helpings.append([row.record_id for row in rows if row.entity == Entity.CONTACT])
        if len(helpings) == 1:
            worklist.add(work.integration, [_ref(Entity.CONTACT, changed)])

    monkeypatch.setattr(process, "process", noted)
    trade.start()
    trade.sync()
    assert len(helpings) > 3
    assert helpings[1][0] == changed
