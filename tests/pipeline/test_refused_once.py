"""A list shows what changed in the last minutes again and again: the same version is no news."""

from syncapp.engine.records import Entity, Side
from syncapp.models import SyncActivity
from tests.pipeline.worlds import Trade


def test_a_refused_change_is_not_sent_again_while_it_is_shown_again(trade: Trade) -> None:
    trade.sandbox.options(hubspot={"edit_open_invoices": False})
    trade.start()
    sent = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.sandbox.advance(600)
    (booked,) = trade.quickbooks("Invoice")
    trade.in_quickbooks("Invoice", "edit", booked, fields={"CustomerMemo": {"value": "Thanks!"}})
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, sent)
    assert link.category == "refused"

    trade.sandbox.forget_requests()
    for _ in range(3):
        trade.sync()

    assert not [path for path in trade.sandbox.requests()["by_endpoint"] if "update" in path]
    assert SyncActivity.objects.filter(link=link, action="refused").count() == 1


def test_nor_is_one_whose_value_is_not_taken(trade: Trade) -> None:
    trade.start()
    trade.sync()
    trade.sandbox.advance(600)
    body = {"category": "VALIDATION_ERROR", "message": "phone is no phone", "status": "error"}
    trade.sandbox.fault("status", vendor="hubspot", path="/contacts/batch/update$",
                        status=400, body=body, times=1)  # fmt: skip
    trade.in_quickbooks("Customer", "edit", trade.customer_id, fields={"GivenName": "Adele"})
    trade.sync()
    link = trade.link(Side.QUICKBOOKS, Entity.CONTACT, trade.customer_id)
    assert link.state == "failing"

    trade.sync()
    trade.sync()

    assert SyncActivity.objects.filter(link=link, action="refused").count() == 1
    assert trade.link(Side.QUICKBOOKS, Entity.CONTACT, trade.customer_id).state == "failing"


def test_what_it_names_being_back_is_a_reason_at_any_time(trade: Trade) -> None:
    trade.start()
    trade.sync()
    trade.in_hubspot("contacts", "delete", trade.contact_id)
    booked = trade.quickbooks_invoice(trade.sales_line(2, "100"))
    trade.sync()
    assert trade.link(Side.QUICKBOOKS, Entity.INVOICE, booked).category == "gone"

    trade.sandbox.advance(600)
    trade.in_hubspot("contacts", "restore", trade.contact_id)
    trade.sync()

    assert trade.link(Side.QUICKBOOKS, Entity.INVOICE, booked).state == "in_sync"
