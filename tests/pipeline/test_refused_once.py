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
