"""Another income account was chosen for lines that match no product, and QuickBooks refuses it."""

from syncapp.engine.records import Entity
from syncapp.models import SyncActivity
from tests.pipeline.worlds import Trade


def test_an_account_that_quickbooks_does_not_take_is_tried_once_a_pass(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice({"name": "Travel", "quantity": "1", "price": "10"})
    trade.sync()
    accounts = trade.quickbooks("Account").values()
    bank = next(one["Id"] for one in accounts if one["AccountType"] == "Bank")
    trade.rule(Entity.INVOICE, options={"income_account": bank})
    for n in range(3):
        trade.contact(email=f"n{n}@acme.test", firstname=f"N{n}")
    trade.hubspot_invoice({"name": "Travel", "quantity": "1", "price": "20"})
    trade.sandbox.forget_requests()
    trade.sync()
    refused = SyncActivity.objects.filter(action="refused")
    assert [one.link.label for one in refused if one.link] == ["Custom line item"]
    assert trade.sandbox.requests()["by_endpoint"]["POST /v3/company/{realm}/item"] == 1
