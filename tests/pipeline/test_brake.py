"""A pass that would make or take away unusually much asks before its first write."""

from collections.abc import Sequence
from typing import Any

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.errors import Braked
from syncapp.models import Brake, Integration, PendingChange, RecordLink, SyncRule
from syncapp.pipeline import process, worklist
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.guards.brake import release
from syncapp.pipeline.listing import start_over
from syncapp.pipeline.planning import foreseen
from syncapp.pipeline.process import sync
from syncapp.pipeline.rehearsal import rehearse
from syncapp.setup.switch import rule_saved
from tests.pipeline.worlds import Trade


@pytest.fixture
def small(settings: Any) -> None:
    """So that three are many."""
    settings.BRAKE = {"makes": (2, 20), "removals": (1, 5)}


@pytest.fixture
def running(trade: Trade, small: None) -> Trade:
    """Past its initial load, which is announced and therefore not stopped."""
    trade.start()
    trade.sync_quietly()
    return trade


def people(trade: Trade, number: int) -> list[str]:
    return [trade.contact(email=f"p{n}@acme.test", lastname=f"Person {n}") for n in range(number)]


def paid_invoices(trade: Trade, number: int) -> list[str]:
    """Payments born in QuickBooks, each with its copy in HubSpot."""
    payments = []
    for _ in range(number):
        invoice = trade.quickbooks_invoice()
        payments.append(trade.pay_in_quickbooks(invoice, "150"))
        trade.sync()
    assert len(trade.hubspot("commerce_payments")) == number
    return payments


def writes(trade: Trade) -> int:
    return int(trade.sandbox.requests()["writes"])


def test_unannounced_creates_beyond_the_limit_stop_the_pass_before_its_first_write(
    running: Trade,
) -> None:
    people(running, 3)
    running.in_hubspot("contacts", "edit", running.contact_id, properties={"phone": "555"})
    before, done = running.quickbooks("Customer"), writes(running)
    with pytest.raises(Braked, match="make 3 contacts in QuickBooks, and 2 may go"):
        running.sync()
    assert writes(running) == done
    assert running.quickbooks("Customer") == before
    assert Brake.objects.get().released_at is None


def test_as_many_as_may_go_are_not_stopped(running: Trade) -> None:
    people(running, 2)
    running.sync()
    assert len(running.quickbooks("Customer")) == 3
    assert not Brake.objects.exists()


def test_a_person_lets_it_go_once(running: Trade) -> None:
    people(running, 4)
    with pytest.raises(Braked):
        running.sync()
    release(Brake.objects.get(), "ada")
    running.sync()
    assert len(running.quickbooks("Customer")) == 5
    for number in range(4):
        running.contact(email=f"q{number}@acme.test", lastname=f"Later {number}")
    with pytest.raises(Braked):
        running.sync()
    assert len(running.quickbooks("Customer")) == 5


def test_payments_that_vanish_together_are_not_archived_unasked(running: Trade) -> None:
    payments = paid_invoices(running, 3)
    for payment in payments:
        running.in_quickbooks("Payment", "delete", payment)
    done = writes(running)
    with pytest.raises(Braked, match="void or archive 3 payments in HubSpot"):
        running.sync()
    assert writes(running) == done
    assert len(running.hubspot("commerce_payments")) == 3
    release(Brake.objects.get(), "ada")
    running.sync()
    assert not running.hubspot("commerce_payments")


def test_mirrors_that_would_be_voided_together_are_counted(running: Trade) -> None:
    invoices = [running.quickbooks_invoice() for _ in range(2)]
    running.sync()
    for invoice in invoices:
        running.in_quickbooks("Invoice", "void", invoice)
    with pytest.raises(Braked, match="void or archive 2 invoices in HubSpot"):
        running.sync()
    assert {one["hs_invoice_status"] for one in running.hubspot("invoices").values()} == {"open"}


def test_it_is_released_by_itself_when_nothing_unusual_is_planned_any_more(
    running: Trade,
) -> None:
    new = people(running, 3)
    with pytest.raises(Braked):
        running.sync()
    for contact in new:
        running.in_hubspot("contacts", "delete", contact)
    running.sync()
    brake = Brake.objects.get()
    assert brake.released_at is not None
    assert brake.released_by == ""
    assert len(running.quickbooks("Customer")) == 1


def test_an_announced_initial_load_is_never_stopped(trade: Trade, small: None) -> None:
    people(trade, 6)
    trade.start()
    assert len(trade.quickbooks("Customer")) == 7
    trade.sync()
    assert all(rule.announced == {} for rule in SyncRule.objects.all())


def test_more_than_was_announced_and_confirmed_is_stopped(trade: Trade, small: None) -> None:
    people(trade, 6)
    rule = trade.rule(Entity.CONTACT)
    rule_saved(rule, announced={"hubspot": 0, "quickbooks": 3})
    with pytest.raises(Braked, match="make 7 contacts in QuickBooks, and 5 may go"):
        trade.sync()
    assert not trade.quickbooks("Customer")


def test_as_many_as_were_announced_go(trade: Trade, small: None) -> None:
    people(trade, 6)
    rule = trade.rule(Entity.CONTACT)
    rule_saved(rule, announced={"hubspot": 0, "quickbooks": 7})
    trade.sync()
    assert len(trade.quickbooks("Customer")) == 7


def test_an_integration_that_asks_first_writes_nothing_unconfirmed(trade: Trade) -> None:
    Integration.objects.filter(pk=trade.integration.pk).update(confirm_initial_load=True)
    trade.integration.refresh_from_db()
    trade.rule(Entity.CONTACT)
    trade.rule(Entity.PRODUCT, direction=Direction.TO_HUBSPOT)
    with pytest.raises(Braked, match="make 1 contact in QuickBooks, and 0 may go"):
        trade.sync()
    assert not trade.quickbooks("Customer")
    release(Brake.objects.get(), "ada")
    trade.sync()
    assert len(trade.quickbooks("Customer")) == 1
    assert len(trade.hubspot("products")) == 1


def test_a_rehearsal_says_that_the_brake_would_stop_it(running: Trade) -> None:
    people(running, 3)
    rehearsal = rehearse(running.integration)
    assert "make 3 contacts" in rehearsal.brake
    assert rehearsal.created[Side.QUICKBOOKS] == {"contact": 3}
    assert not Brake.objects.exists()


def test_what_is_refused_before_it_is_sent_does_not_count(trade: Trade, small: None) -> None:
    """Invoices with a number that is taken are looked at in every pass and never made."""
    trade.start(invoices=Direction.TO_QUICKBOOKS)
    trade.sync_quietly()
    for _ in range(2):
        invoices = [trade.hubspot_invoice() for _ in range(2)]
        for invoice in invoices:
            number = trade.hubspot("invoices")[invoice]["hs_number"]
            trade.quickbooks_invoice(DocNumber=number)
        trade.sync()
    clashing = RecordLink.objects.filter(category="number_clash")
    assert clashing.count() == 4
    trade.contact(email="p@acme.test", lastname="Person")
    trade.sync()
    assert len(trade.quickbooks("Customer")) == 2


def test_what_comes_to_nothing_is_planned_ahead_once_until_it_changes(
    running: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slice ends long before all of a full pass is done: the next ones plan what is left only
    where something is to be made or taken away."""
    monkeypatch.setattr(worklist, "HELPING", 1)
    invoices = [running.quickbooks_invoice() for _ in range(5)]
    sync(Integration.objects.get(), trigger="command", brake_on=False)
    planned: list[str] = []

    def noted(work: Pass, rows: Sequence[PendingChange]) -> Sequence[Dossier]:
        planned.extend(row.record_id for row in rows if row.side == Side.QUICKBOOKS)
        return foreseen(work, rows)

    monkeypatch.setattr(process, "foreseen", noted)
    due = PendingChange.objects.filter(entity=Entity.INVOICE, side=Side.QUICKBOOKS)
    integration = Integration.objects.get()
    start_over(integration.pk, tuple(Entity))
    while not planned or due.count() > 3:
        sync(integration, trigger="schedule", seconds=0)
    assert sorted(planned) == sorted(invoices)

    left = due.order_by("-pk")[0].record_id
    running.in_quickbooks("Invoice", "edit", left, fields={"CustomerMemo": {"value": "Thanks"}})
    planned.clear()
    sync(integration, trigger="schedule", seconds=0)
    assert planned == [left]
    running.sync()
    assert not due.exists()
