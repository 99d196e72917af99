"""What a rehearsal says is what the next pass does; and it does nothing itself."""

import re
from decimal import Decimal
from typing import Any

from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from syncapp.models import (
    ChangeCursor,
    DayCount,
    Integration,
    Lease,
    PendingChange,
    RecordLink,
    SyncActivity,
    SyncRun,
    WriteIntent,
)
from syncapp.pipeline.rehearsal import rehearse
from syncapp.pipeline.rehearsal.report import Rehearsal, linked_ids, report_of
from tests.pipeline.worlds import Trade

TABLES = (
    ChangeCursor,
    DayCount,
    Lease,
    PendingChange,
    RecordLink,
    SyncActivity,
    SyncRun,
    WriteIntent,
)

NEW_ID = re.compile(r"(?<=HubSpot )\d+|(?<=QuickBooks )\d+|\(to be made\)")
# fields that name a record, whose id the real run gives out
TO_BE_MADE = ("contact=CustomerRef", "invoice=Invoice")


def everything() -> dict[str, list[Any]]:
    return {one.__name__: list(one.objects.order_by("pk").values()) for one in TABLES}


def run_for_real(trade: Trade) -> Rehearsal:
    before = linked_ids(trade.integration)
    last = SyncActivity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    trade.sync()
    while PendingChange.objects.exists():
        trade.sync()
    return report_of(trade.integration, before, after_activity=last)


def told(rehearsal: Rehearsal) -> list[tuple[Any, ...]]:
    """Without the ids that only the real run gives out."""
    return sorted(
        (
            one.entity,
            one.action,
            one.side,
            one.name,
            str(one.amount),
            one.reason,
            NEW_ID.sub("(to be made)", one.sentence),
            tuple(
                (field.field, field.before, field.after if field.field not in TO_BE_MADE else "")
                for field in one.fields
            ),
        )
        for one in rehearsal.planned
    )


def set_up(trade: Trade) -> None:
    trade.rule(Entity.CONTACT)
    trade.rule(Entity.PRODUCT, direction=Direction.TO_HUBSPOT)
    trade.rule(Entity.INVOICE, options={"income_account": trade.income_account})


def test_it_writes_nothing_and_changes_no_row(trade: Trade) -> None:
    set_up(trade)
    rows, world = everything(), trade.sandbox.world()
    rehearsal = rehearse(trade.integration)
    assert rehearsal.created["quickbooks"] == {"contact": 1}
    assert rehearsal.created["hubspot"] == {"product": 1}
    assert everything() == rows
    assert trade.sandbox.world() == world
    assert trade.sandbox.requests()["writes"] == 0


def test_the_run_that_follows_does_exactly_what_was_rehearsed(trade: Trade) -> None:
    trade.start()
    trade.contact(email="cleo@acme.test", firstname="Cleo", lastname="Dahl", company="Acme")
    new = trade.contact(email="new@acme.test", lastname="New")
    trade.hubspot_invoice(trade.hours(2), contact=new)
    trade.hubspot_invoice({"name": "Travel", "quantity": "1", "price": "12.50"})
    trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.in_hubspot("contacts", "edit", trade.contact_id, properties={"phone": "555 0100"})
    nameless = trade.in_hubspot("contacts", properties={"lastname": "Nameless"})
    trade.hubspot_invoice(trade.hours(1), contact=nameless)
    rehearsal = rehearse(trade.integration)
    real = run_for_real(trade)
    assert told(rehearsal) == told(real)
    assert rehearsal.counts == real.counts
    assert rehearsal.money == real.money
    assert rehearsal.money["quickbooks"]["invoice"] == {"USD": Decimal("212.50")}
    assert rehearsal.created["quickbooks"] == {"contact": 2, "product": 1, "invoice": 2}


def test_an_invoice_of_a_customer_to_be_made_comes_after_him(trade: Trade) -> None:
    trade.start()
    new = trade.contact(email="new@acme.test", firstname="Nina", lastname="New")
    invoice = trade.hubspot_invoice(trade.hours(2), contact=new)
    rehearsal = rehearse(trade.integration)
    (made,) = [one for one in rehearsal.writes if one.entity == "invoice"]
    assert (made.action, made.side, made.hubspot_id) == ("created", "quickbooks", invoice)
    assert made.quickbooks_id == ""
    assert made.after == ("contact Nina New",)
    assert any("closed period" in one for one in rehearsal.only_a_write_can_tell)


def test_payments_of_an_invoice_to_be_booked_are_foreseen(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.pay_in_hubspot(invoice, "80.00")
    bought = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.pay_in_quickbooks(bought, "150")
    rehearsal = rehearse(trade.integration)
    real = run_for_real(trade)
    assert told(rehearsal) == told(real)
    assert rehearsal.money["quickbooks"]["payment"] == {"USD": Decimal("80.00")}


def test_records_on_both_sides_are_linked_not_made(trade: Trade) -> None:
    trade.customer(DisplayName="Ada Berg", PrimaryEmailAddr={"Address": "ada@nordwind.test"})
    set_up(trade)
    rehearsal = rehearse(trade.integration)
    linked = [one for one in rehearsal.planned if one.action == "linked"]
    assert [one.entity for one in linked] == ["contact"]
    assert "contact" not in rehearsal.created["quickbooks"]
    assert told(rehearsal) == told(run_for_real(trade))


def test_a_rule_that_is_not_saved_yet_can_be_rehearsed(trade: Trade) -> None:
    trade.start(invoices=Direction.TO_HUBSPOT)
    trade.sandbox.advance(60)
    trade.hubspot_invoice(trade.hours(1))
    assert not rehearse(trade.integration).created["quickbooks"]

    def widen(copy: Integration) -> None:
        rule = copy.rules.get(entity=Entity.INVOICE)
        rule.direction = Direction.BOTH
        rule.started_at = trade.integration.created_at
        rule.save()

    assert rehearse(trade.integration, change=widen).created["quickbooks"] == {"invoice": 1}
    assert trade.integration.rules.get(entity=Entity.INVOICE).direction == Direction.TO_HUBSPOT


def test_a_token_renewed_meanwhile_is_kept(trade: Trade) -> None:
    trade.start()
    connection = trade.integration.quickbooks
    connection.refresh_from_db()
    connection.access_token = "expired"
    connection.save()
    rehearse(trade.integration)
    connection.refresh_from_db()
    assert connection.access_token != "expired"
    assert not connection.needs_reconnect
