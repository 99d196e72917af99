"""Options, events, headers, the log, and a company that survives a restart."""

from pathlib import Path

import pytest

from tests.sandbox.quickbooks.books import Books, Refused, applied, sale
from tests.sandbox.webhook_receiver import WebhookReceiver
from tests.sandbox_process import ControlError, SandboxProcess


@pytest.mark.parametrize(
    "patch",
    [
        {"colour": "blue"},
        {"batch_replay": "never"},
        {"batch_max": "many"},
        {"batch_max": True},
        {"country": "XX"},
        {"currency": "XXX"},
        {"profile": "mars"},
        {"subscription_status": "HAPPY"},
        {"preferences": {"Colour": {}}},
        {"preferences": []},
        {"sku_in_select_star": 1},
    ],
)
def test_it_refuses_options_that_do_not_exist_or_fit(books: Books, patch: dict) -> None:
    with pytest.raises(ControlError):
        books.options(**patch)


def test_it_refuses_options_for_nobody(books: Books) -> None:
    with pytest.raises(ControlError):
        books.sandbox.options(quickbooks={"colour": "blue"})


def test_the_currency_of_a_company_can_be_chosen(books: Books) -> None:
    books.options(country="GB", currency="EUR")
    assert books.customer("Acme")["CurrencyRef"]["value"] == "EUR"


def test_every_answer_carries_an_id_for_support(books: Books) -> None:
    first, second = (books.send("GET", "preferences").headers["intuit_tid"] for _ in range(2))
    assert first
    assert first != second


def test_a_broken_body_is_a_fault(books: Books) -> None:
    answer = books.send("POST", "customer", b"{")
    assert (answer.status_code, answer.json()["Fault"]["type"]) == (400, "ValidationFault")


def test_resources_that_do_not_exist_are_not_supported(books: Books) -> None:
    for method, path in (("POST", "estimate"), ("GET", "estimate/1"), ("POST", "Customer")):
        with pytest.raises(Refused) as refused:
            books.ask(method, path, {} if method == "POST" else None)
        assert refused.value.code == "500"


def test_faults_may_come_with_status_200(books: Books) -> None:
    books.options(faults_with_status_200=True)
    with pytest.raises(Refused) as refused:
        books.read("Customer", "99")
    assert (refused.value.status, refused.value.code) == (200, "610")


def test_the_log_tells_what_a_call_did(books: Books) -> None:
    books.sandbox.forget_requests()
    acme = books.create("Customer", {"DisplayName": "Acme"}, requestid="r1")
    books.update("Customer", acme, {"DisplayName": "Acme"})
    books.query("select * from Customer")
    log = books.sandbox.requests(entries=True)
    made, noop, query = log["entries"]
    assert made["object_ids"] == ["Customer/1"]
    assert (made["operation"], made["is_write"], made["request_id"]) == ("create", True, "r1")
    assert (noop["operation"], noop["is_noop"]) == ("update", True)
    assert (query["operation"], query["is_write"]) == ("query", False)
    assert query["endpoint"] == "GET /v3/company/{realm}/query"
    assert made["credential"].startswith("qb-access-")
    assert books.token not in str(log)


def test_changes_are_announced_with_their_operation(books: Books) -> None:
    with WebhookReceiver() as receiver:
        books.sandbox.webhooks("quickbooks", receiver.url)
        acme, item = books.customer("Acme"), books.item()
        invoice = books.invoice(acme, sale(item, 10))
        payment = books.payment(acme, 10, applied(invoice, 10))
        books.delete("Payment", payment)
        books.void_invoice(books.fresh("Invoice", invoice))
        books.prefer("SalesFormsPrefs", AllowDiscount=False)
        other = books.customer("Acme Ltd")
        books.person("merge", "Customer", acme["Id"], losing_id=other["Id"])
        expected = [
            "qbo.customer.created.v1",
            "qbo.item.created.v1",
            "qbo.invoice.created.v1",
            "qbo.payment.created.v1",
            "qbo.invoice.updated.v1",
            "qbo.payment.deleted.v1",
            "qbo.invoice.updated.v1",
            "qbo.invoice.voided.v1",
            "qbo.preferences.updated.v1",
            "qbo.customer.created.v1",
            "qbo.customer.merged.v1",
        ]
        assert announced(receiver, len(expected)) == expected


def announced(receiver: WebhookReceiver, count: int) -> list[str]:
    deliveries, seen = 0, []
    while len(seen) < count and deliveries < len(receiver.wait_for(deliveries + 1)):
        deliveries = len(receiver.received)
        seen = [event["type"] for one in receiver.received for event in one.events]
    return seen


def test_a_company_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "world.json"
    with SandboxProcess(state=state) as sandbox:
        books = Books(sandbox, sandbox.reset())
        books.options(batch_max=10, profile="canada")
        acme = books.create("Customer", {"DisplayName": "Acme"}, requestid="r1")
        world, accounts = books.world(), {"quickbooks": books.app}
    with SandboxProcess(state=state) as sandbox:
        books = Books(sandbox, accounts)
        assert books.world() == world
        assert books.create("Customer", {"DisplayName": "Acme"}, requestid="r1") == acme
        assert books.one("select * from Customer where DisplayName = 'acme'") == acme
        assert books.customer("Nordwind")["Id"] == "2"
