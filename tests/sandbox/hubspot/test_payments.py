"""Commerce payments and what they do to invoices: hubspot-api.md 5.6 and 7.4."""

import pytest

from tests.sandbox.hubspot.api import HubSpotApi
from tests.sandbox_process import ControlError

MONEY = ("hs_invoice_status", "hs_amount_paid", "hs_balance_due")


def money(hubspot: HubSpotApi, invoice: str) -> list[str | None]:
    return list(hubspot.values("invoices", invoice, *MONEY).values())


def test_a_payment_is_processing_unless_said_otherwise(hubspot: HubSpotApi) -> None:
    values = {"hs_initial_amount": "5", "hs_initiated_date": "2026-03-01"}
    payment = hubspot.create("commerce_payments", **values)
    names = ("hs_latest_status", "hs_currency_code", "hs_payment_creation_method", "hs_net_amount")
    assert list(hubspot.values("commerce_payments", payment, *names).values()) == [
        "processing",
        "USD",
        "OTHER",
        "5.00",
    ]


def test_only_a_succeeded_payment_counts(hubspot: HubSpotApi) -> None:
    invoice = hubspot.open_invoice("10")
    payment = hubspot.pay(invoice, "10", hs_latest_status="processing").json()["id"]
    assert money(hubspot, invoice) == ["open", "0.00", "10.00"]
    hubspot.update("commerce_payments", payment, hs_latest_status="succeeded")
    assert money(hubspot, invoice) == ["paid", "10.00", "0.00"]
    assert hubspot.value("invoices", invoice, "hs_payment_date") == "2026-03-02T12:00:00.000Z"


def test_several_payments_add_up(hubspot: HubSpotApi) -> None:
    invoice = hubspot.open_invoice("10")
    hubspot.pay(invoice, "4")
    assert money(hubspot, invoice) == ["open", "4.00", "6.00"]
    hubspot.pay(invoice, "6")
    assert money(hubspot, invoice) == ["paid", "10.00", "0.00"]


def test_associating_later_counts_too(hubspot: HubSpotApi) -> None:
    invoice = hubspot.open_invoice("10")
    values = {"hs_initial_amount": "10", "hs_initiated_date": "2026-03-01"}
    payment = hubspot.create("commerce_payments", hs_latest_status="succeeded", **values)
    path = f"/crm/v4/objects/commerce_payments/{payment}/associations"
    assert hubspot.put(f"{path}/default/invoices/{invoice}").status_code == 200
    assert money(hubspot, invoice) == ["paid", "10.00", "0.00"]
    names = ("hs_has_associated_invoice", "hs_number_of_associated_invoices")
    assert list(hubspot.values("commerce_payments", payment, *names).values()) == ["true", "1"]


@pytest.mark.parametrize(
    ("option", "code", "expected"),
    [
        ("mark_paid", 201, ["paid", "10.00", "0.00"]),
        ("ignored", 201, ["open", "0.00", "10.00"]),
        ("refused", 403, ["open", "0.00", "10.00"]),
    ],
)
def test_what_a_payment_made_by_an_app_does(
    hubspot: HubSpotApi, option: str, code: int, expected: list[str]
) -> None:
    hubspot.options(api_payments=option)
    invoice = hubspot.open_invoice("10")
    assert hubspot.pay(invoice, "10").status_code == code
    assert money(hubspot, invoice) == expected


@pytest.mark.parametrize("option", ["ignored", "refused"])
def test_people_record_payments_whatever_apps_may(hubspot: HubSpotApi, option: str) -> None:
    hubspot.options(api_payments=option)
    invoice = hubspot.open_invoice("10")
    payment = hubspot.person("pay", "invoices", invoice, amount="4", method="check")["id"]
    assert money(hubspot, invoice) == ["open", "4.00", "6.00"]
    hubspot.person("pay", "invoices", invoice)
    assert money(hubspot, invoice) == ["paid", "10.00", "0.00"]
    names = ("hs_payment_method_type", "hs_object_source")
    shown = hubspot.values("commerce_payments", payment, *names)
    assert list(shown.values()) == ["check", "CRM_UI"]


def test_people_cannot_pay_more_than_is_due(hubspot: HubSpotApi) -> None:
    invoice = hubspot.open_invoice("10")
    with pytest.raises(ControlError, match=r"Only 10\.00 is due"):
        hubspot.person("pay", "invoices", invoice, amount="11")


@pytest.mark.parametrize(
    ("option", "expected"),
    [("reduce_balance", ["open", "4.00", "6.00"]), ("ignored", ["open", "0.00", "10.00"])],
)
def test_a_part_payment(hubspot: HubSpotApi, option: str, expected: list[str]) -> None:
    hubspot.options(partial_payments=option)
    invoice = hubspot.open_invoice("10")
    hubspot.pay(invoice, "4")
    assert money(hubspot, invoice) == expected


@pytest.mark.parametrize(
    ("option", "code", "expected"),
    [
        ("zero_balance", 201, ["paid", "15.00", "0.00"]),
        ("negative_balance", 201, ["paid", "15.00", "-5.00"]),
        ("refused", 400, ["open", "0.00", "10.00"]),
    ],
)
def test_an_overpayment(hubspot: HubSpotApi, option: str, code: int, expected: list[str]) -> None:
    hubspot.options(overpayment=option)
    invoice = hubspot.open_invoice("10")
    assert hubspot.pay(invoice, "15").status_code == code
    assert money(hubspot, invoice) == expected


@pytest.mark.parametrize(("accepted", "code"), [("accepted", 201), ("refused", 400)])
@pytest.mark.parametrize("state", ["draft", "voided"])
def test_a_payment_for_a_draft_or_voided_invoice(
    hubspot: HubSpotApi, state: str, accepted: str, code: int
) -> None:
    hubspot.options(**{f"payments_on_{state}": accepted})
    invoice = hubspot.draft("10") if state == "draft" else hubspot.open_invoice("10")
    if state == "voided":
        hubspot.update("invoices", invoice, hs_invoice_status="voided")
    assert hubspot.pay(invoice, "10").status_code == code


@pytest.mark.parametrize(("option", "code"), [(True, 201), (False, 400)])
def test_a_payment_for_a_mirror(hubspot: HubSpotApi, option: bool, code: int) -> None:
    hubspot.options(payments_on_mirror=option)
    invoice = hubspot.mirror("10", hs_invoice_status="open", hs_amount_billed="10.00")
    assert hubspot.pay(invoice, "10").status_code == code
    expected = ["paid", "10.00", "0.00"] if option else ["open", "0.00", "10.00"]
    assert money(hubspot, invoice) == expected


@pytest.mark.parametrize(
    ("option", "code", "paid"),
    [("refused", 400, "0.00"), ("accepted", 201, "10.00"), ("ignored", 201, "0.00")],
)
def test_a_payment_in_another_currency(
    hubspot: HubSpotApi, option: str, code: int, paid: str
) -> None:
    hubspot.options(payment_currency_mismatch=option, additional_currencies=["EUR"])
    invoice = hubspot.open_invoice("10")
    assert hubspot.pay(invoice, "10", hs_currency_code="EUR").status_code == code
    assert hubspot.value("invoices", invoice, "hs_amount_paid") == paid


@pytest.mark.parametrize(
    ("option", "code", "paid"),
    [
        ("each_in_full", 201, ["10.00", "10.00"]),
        ("first_only", 201, ["10.00", "0.00"]),
        ("refused", 400, ["0.00", "0.00"]),
    ],
)
def test_one_payment_for_two_invoices(
    hubspot: HubSpotApi, option: str, code: int, paid: list[str]
) -> None:
    hubspot.options(payment_on_many_invoices=option)
    invoices = [hubspot.open_invoice("10"), hubspot.open_invoice("10")]
    values = {
        "hs_initial_amount": "10",
        "hs_initiated_date": "2026-03-01",
        "hs_latest_status": "succeeded",
    }
    response = hubspot.try_create("commerce_payments", {"invoices": invoices}, **values)
    assert response.status_code == code
    assert [hubspot.value("invoices", each, "hs_amount_paid") for each in invoices] == paid


def test_a_payment_may_show_later(hubspot: HubSpotApi) -> None:
    hubspot.options(payment_delay_seconds=30)
    invoice = hubspot.open_invoice("10")
    hubspot.pay(invoice, "10")
    assert money(hubspot, invoice) == ["open", "0.00", "10.00"]
    hubspot.sandbox.advance(31)
    assert money(hubspot, invoice) == ["paid", "10.00", "0.00"]


@pytest.mark.parametrize(("option", "state"), [(True, "open"), (False, "paid")])
def test_deleting_a_payment(hubspot: HubSpotApi, option: bool, state: str) -> None:
    hubspot.options(payment_removal_reopens=option)
    invoice = hubspot.open_invoice("10")
    payment = hubspot.pay(invoice, "10").json()["id"]
    assert hubspot.delete(f"/crm/v3/objects/commerce_payments/{payment}").status_code == 204
    assert money(hubspot, invoice) == [state, "0.00", "10.00"]


def test_refunds_give_back_in_parts(hubspot: HubSpotApi) -> None:
    invoice = hubspot.open_invoice("10")
    payment = hubspot.person("pay", "invoices", invoice)["id"]
    hubspot.person("refund", "commerce_payments", payment, amount="3")
    status = "hs_latest_status"
    assert hubspot.value("commerce_payments", payment, status) == "partially_refunded"
    assert money(hubspot, invoice) == ["open", "7.00", "3.00"]
    hubspot.person("refund", "commerce_payments", payment)
    assert hubspot.value("commerce_payments", payment, status) == "refunded"
    assert money(hubspot, invoice) == ["open", "0.00", "10.00"]
    with pytest.raises(ControlError, match="left to refund"):
        hubspot.person("refund", "commerce_payments", payment)


def test_apps_cannot_touch_what_a_processor_made(hubspot: HubSpotApi) -> None:
    invoice = hubspot.open_invoice("10")
    payment = hubspot.person("pay", "invoices", invoice, processor="hs_payments")["id"]
    response = hubspot.update("commerce_payments", payment, hs_reference_number="7")
    assert response.status_code == 400
    assert hubspot.delete(f"/crm/v3/objects/commerce_payments/{payment}").status_code == 400


@pytest.mark.parametrize(("option", "code"), [(False, 404), (True, 200)])
def test_the_beta_call_for_manual_payments(hubspot: HubSpotApi, option: bool, code: int) -> None:
    hubspot.options(manual_payments_beta=option)
    invoice = hubspot.open_invoice("10")
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": "542"}]
    body = {
        "currencyCode": "USD",
        "paymentAmount": 10,
        "paymentDate": "2026-03-01",
        "paymentMethod": "CHECK",
        "billingAddress": {"city": "Oslo", "postalCode": "0150"},
        "associations": [{"to": {"id": invoice, "objectType": "invoices"}, "types": types}],
    }
    response = hubspot.post("/commerce/payments/2027-03-beta/manual-payments", body)
    assert response.status_code == code
    if option:
        assert money(hubspot, invoice) == ["paid", "10.00", "0.00"]
        payment = response.json()["id"]
        name = "hs_billing_address_zip"
        assert hubspot.value("commerce_payments", payment, name) == "0150"
