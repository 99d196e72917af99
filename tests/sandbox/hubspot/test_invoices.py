"""The life of an invoice: hubspot-api.md 5.5, 5.7 and 7."""

import pytest

from tests.sandbox.hubspot.api import HubSpotApi, error_codes
from tests.sandbox_process import ControlError

STATUS = "hs_invoice_status"


def status(hubspot: HubSpotApi, invoice: str) -> str | None:
    return hubspot.value("invoices", invoice, STATUS)


def line_of(hubspot: HubSpotApi, invoice: str) -> str:
    return str(hubspot.world()["associations"]["invoices"][invoice]["line_items"][0])


def test_a_new_invoice_is_a_draft_due_today(hubspot: HubSpotApi) -> None:
    invoice = hubspot.create("invoices", hs_currency="USD")
    shown = hubspot.values("invoices", invoice, STATUS, "hs_invoice_billable", "hs_number")
    assert shown == {STATUS: "draft", "hs_invoice_billable": "true", "hs_number": None}
    dates = hubspot.values("invoices", invoice, "hs_due_date", "hs_invoice_date", "createdate")
    assert len(set(dates.values())) == 1


def test_opening_assigns_number_and_link(hubspot: HubSpotApi) -> None:
    invoice = hubspot.draft("10")
    answer = hubspot.update("invoices", invoice, hs_invoice_status="open").json()
    assert answer["properties"][STATUS] == "open"
    assert answer["properties"]["hs_number"] == "INV-1001"
    assert str(hubspot.value("invoices", invoice, "hs_invoice_link")).startswith("https://")
    second = hubspot.open_invoice("5")
    assert hubspot.value("invoices", second, "hs_number") == "INV-1002"


@pytest.mark.parametrize(
    ("links", "token"),
    [("line_items", "INVOICE_TO_CONTACT"), ("contacts", "INVOICE_TO_LINE_ITEM")],
)
def test_opening_needs_a_contact_and_a_line(hubspot: HubSpotApi, links: str, token: str) -> None:
    company = hubspot.create("companies", name="Nordwind")
    other = hubspot.create(links)
    invoice = hubspot.create(
        "invoices", {links: [other], "companies": [company]}, hs_currency="USD"
    )
    response = hubspot.update("invoices", invoice, hs_invoice_status="open")
    assert response.status_code == 400
    assert token in response.text
    assert status(hubspot, invoice) == "draft"


def test_a_recurring_line_keeps_an_invoice_a_draft(hubspot: HubSpotApi) -> None:
    product = hubspot.create("products", name="Hosting", recurringbillingfrequency="monthly")
    contact = hubspot.create("contacts")
    line = hubspot.create("line_items", hs_product_id=product, price="10")
    invoice = hubspot.create(
        "invoices", {"contacts": [contact], "line_items": [line]}, hs_currency="USD"
    )
    response = hubspot.update("invoices", invoice, hs_invoice_status="open")
    assert error_codes(response) == ["RECURRING_LINE_ITEM"]


def test_a_portal_without_sender_details_answers_but_keeps_the_draft(hubspot: HubSpotApi) -> None:
    hubspot.options(sender_details_complete=False)
    response = hubspot.update("invoices", hubspot.draft("10"), hs_invoice_status="open")
    assert response.status_code == 200
    assert response.json()["properties"][STATUS] == "draft"


@pytest.mark.parametrize(("option", "code"), [(True, 201), (False, 400)])
def test_opening_in_the_create_call(hubspot: HubSpotApi, option: bool, code: int) -> None:
    hubspot.options(open_in_create=option)
    contact = hubspot.create("contacts")
    line = hubspot.create("line_items", name="Sail", price="10")
    links = {"contacts": [contact], "line_items": [line]}
    response = hubspot.try_create("invoices", links, hs_currency="USD", hs_invoice_status="open")
    assert response.status_code == code
    if option:
        assert response.json()["properties"]["hs_number"] == "INV-1001"


def test_opening_in_the_create_call_is_guarded_too(hubspot: HubSpotApi) -> None:
    hubspot.options(open_in_create=True)
    response = hubspot.try_create("invoices", hs_currency="USD", hs_invoice_status="open")
    assert error_codes(response) == ["MISSING_ASSOCIATION"]


@pytest.mark.parametrize(
    ("option", "wanted"), [("void_billable", "voided"), ("pay_by_status", "paid")]
)
@pytest.mark.parametrize("allowed", [True, False])
def test_an_app_sets_the_last_status_only_where_it_may(
    hubspot: HubSpotApi, option: str, wanted: str, allowed: bool
) -> None:
    hubspot.options(**{option: allowed})
    invoice = hubspot.open_invoice("10")
    response = hubspot.update("invoices", invoice, hs_invoice_status=wanted)
    assert response.status_code == (200 if allowed else 400)
    assert status(hubspot, invoice) == (wanted if allowed else "open")


def test_a_voided_invoice_keeps_its_total_and_owes_nothing(hubspot: HubSpotApi) -> None:
    invoice = hubspot.open_invoice("10")
    hubspot.update("invoices", invoice, hs_invoice_status="voided")
    shown = hubspot.values("invoices", invoice, "hs_amount_billed", "hs_balance_due")
    assert shown == {"hs_amount_billed": "10.00", "hs_balance_due": "0.00"}
    again = hubspot.update("invoices", invoice, hs_invoice_status="open")
    assert error_codes(again) == ["INVALID_STATUS_CHANGE"]


def test_an_open_invoice_never_becomes_a_draft_again(hubspot: HubSpotApi) -> None:
    invoice = hubspot.open_invoice("10")
    response = hubspot.update("invoices", invoice, hs_invoice_status="draft")
    assert error_codes(response) == ["INVALID_STATUS_CHANGE"]


@pytest.mark.parametrize(("name", "value"), [("hs_amount_billed", "1"), ("hs_number", "7")])
def test_hubspot_computes_and_numbers_billable_invoices_itself(
    hubspot: HubSpotApi, name: str, value: str
) -> None:
    response = hubspot.update("invoices", hubspot.draft("10"), **{name: value})
    assert error_codes(response) == ["READ_ONLY_VALUE"]


def test_an_account_may_let_apps_number_invoices(hubspot: HubSpotApi) -> None:
    hubspot.options(billable_number_writable=True)
    invoice = hubspot.draft("10", hs_number="2026-7")
    hubspot.update("invoices", invoice, hs_invoice_status="open")
    assert hubspot.value("invoices", invoice, "hs_number") == "2026-7"


def test_the_total_follows_the_lines(hubspot: HubSpotApi) -> None:
    invoice = hubspot.draft("10", "2.5")
    assert hubspot.value("invoices", invoice, "hs_amount_billed") == "12.50"
    line = line_of(hubspot, invoice)
    hubspot.update("line_items", line, quantity="3")
    assert hubspot.value("invoices", invoice, "hs_amount_billed") == "32.50"
    hubspot.delete(f"/crm/v3/objects/line_items/{line}")
    assert hubspot.value("invoices", invoice, "hs_amount_billed") == "2.50"
    assert hubspot.value("invoices", invoice, "hs_balance_due") == "2.50"


def test_a_line_works_out_its_amounts(hubspot: HubSpotApi) -> None:
    line = hubspot.create(
        "line_items", price="10", quantity="3", discount="1", hs_discount_percentage="10"
    )
    names = ("hs_pre_discount_amount", "hs_total_discount", "amount", "hs_effective_unit_price")
    assert hubspot.values("line_items", line, *names) == {
        "hs_pre_discount_amount": "30.00",
        "hs_total_discount": "6.00",
        "amount": "24.00",
        "hs_effective_unit_price": "8.00",
    }


def test_a_line_takes_what_it_lacks_from_its_product(hubspot: HubSpotApi) -> None:
    product = hubspot.create("products", name="Sail", price="40", hs_sku="S-1")
    line = hubspot.create("line_items", hs_product_id=product, price="35")
    assert hubspot.values("line_items", line, "name", "price", "hs_sku", "quantity") == {
        "name": "Sail",
        "price": "35",
        "hs_sku": "S-1",
        "quantity": "1",
    }


def test_a_unit_price_is_never_negative(hubspot: HubSpotApi) -> None:
    assert error_codes(hubspot.try_create("line_items", price="-1")) == ["INVALID_PRICE"]


def test_line_tax_comes_from_the_library(hubspot: HubSpotApi) -> None:
    properties = {"name": "Sales tax", "percentageRate": "8.25"}
    rate = hubspot.person("create", "tax_rates", properties=properties)["id"]
    (listed,) = hubspot.get("/tax-rates/2026-09/tax-rates").json()["results"]
    assert listed["id"] == rate
    assert hubspot.get(f"/tax-rates/2026-09/tax-rates/{rate}").json()["label"] == "Sales tax"
    invoice = hubspot.draft("10")
    line = line_of(hubspot, invoice)
    hubspot.update("line_items", line, hs_tax_rate_group_id=rate)
    assert hubspot.values("line_items", line, "hs_tax_amount", "hs_post_tax_amount") == {
        "hs_tax_amount": "0.83",
        "hs_post_tax_amount": "10.83",
    }
    assert hubspot.value("invoices", invoice, "hs_amount_billed") == "10.83"
    wrong = hubspot.update("line_items", line, hs_tax_rate_group_id="1")
    assert error_codes(wrong) == ["INVALID_OPTION"]


def test_discounts_come_before_fees_and_taxes_last(hubspot: HubSpotApi) -> None:
    kinds = {"discounts": ("PERCENT", "10"), "fees": ("FIXED", "5"), "taxes": ("PERCENT", "20")}
    links = {
        kind: [hubspot.create(kind, hs_label=kind, hs_type=type_, hs_value=value)]
        for kind, (type_, value) in kinds.items()
    }
    line = hubspot.create("line_items", price="100")
    invoice = hubspot.create("invoices", {"line_items": [line], **links}, hs_currency="USD")
    # 100 - 10 % = 90, + 5 = 95, + 20 % = 114
    names = ("hs_subtotal", "hs_total_discount", "hs_fees_amount", "hs_amount_billed")
    assert list(hubspot.values("invoices", invoice, *names).values()) == [
        "100.00",
        "10.00",
        "5.00",
        "114.00",
    ]


def test_the_breakdown_may_not_exist(hubspot: HubSpotApi) -> None:
    hubspot.options(invoice_breakdown_properties=False)
    invoice = hubspot.draft("10")
    path = f"/crm/v3/objects/invoices/{invoice}"
    shown = hubspot.get(path, properties="hs_subtotal,hs_amount_billed").json()["properties"]
    assert "hs_subtotal" not in shown
    assert shown["hs_amount_billed"] == "10.00"


def test_the_total_may_lag_until_somebody_edits(hubspot: HubSpotApi) -> None:
    hubspot.options(stale_header_total=True)
    invoice = hubspot.draft("10", "20")
    assert hubspot.value("invoices", invoice, "hs_amount_billed") == "10.00"
    hubspot.update("invoices", invoice, hs_title="September")
    assert hubspot.value("invoices", invoice, "hs_amount_billed") == "30.00"


def test_a_recalculation_moves_the_modification_time(hubspot: HubSpotApi) -> None:
    invoice = hubspot.draft("10")
    before = hubspot.value("invoices", invoice, "hs_lastmodifieddate")
    hubspot.sandbox.advance(60)
    hubspot.update("line_items", line_of(hubspot, invoice), price="11")
    assert hubspot.value("invoices", invoice, "hs_lastmodifieddate") != before


def test_the_recipient_comes_from_the_company(hubspot: HubSpotApi) -> None:
    company = hubspot.create("companies", name="Nordwind", city="Oslo", country="Norway")
    contact = hubspot.create("contacts", email="ada@nordwind.example")
    invoice = hubspot.create(
        "invoices", {"contacts": [contact], "companies": [company]}, hs_currency="USD"
    )
    names = (
        "hs_recipient_company_city",
        "hs_invoice_latest_company_name",
        "hs_invoice_latest_contact_email",
    )
    assert list(hubspot.values("invoices", invoice, *names).values()) == [
        "Oslo",
        "Nordwind",
        "ada@nordwind.example",
    ]


@pytest.mark.parametrize("allowed", [True, False])
def test_the_header_of_an_open_invoice(hubspot: HubSpotApi, allowed: bool) -> None:
    hubspot.options(edit_open_invoices=allowed)
    invoice = hubspot.open_invoice("10")
    response = hubspot.update("invoices", invoice, hs_due_date="2026-12-31T12:00:00Z")
    assert response.status_code == (200 if allowed else 400)


def test_own_properties_of_an_open_invoice_stay_writable(hubspot: HubSpotApi) -> None:
    hubspot.options(edit_open_invoices=False)
    definition = {
        "name": "books_balance",
        "label": "Balance in the books",
        "type": "number",
        "fieldType": "number",
        "groupName": "invoiceinformation",
    }
    hubspot.post("/crm/v3/properties/invoices", definition)
    invoice = hubspot.open_invoice("10")
    assert hubspot.update("invoices", invoice, books_balance="10").status_code == 200


@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize("billable", ["true", "false"])
def test_the_lines_of_an_open_invoice(hubspot: HubSpotApi, allowed: bool, billable: str) -> None:
    hubspot.options(edit_open_lines=allowed)
    invoice = hubspot.draft("10", hs_invoice_billable=billable)
    hubspot.update("invoices", invoice, hs_invoice_status="open")
    expected = 200 if allowed else 400
    line = line_of(hubspot, invoice)
    assert hubspot.update("line_items", line, price="11").status_code == expected
    added = hubspot.try_create("line_items", {"invoices": [invoice]}, price="1")
    assert added.status_code == (201 if allowed else 400)
    gone = hubspot.delete(f"/crm/v3/objects/line_items/{line}")
    assert gone.status_code == (204 if allowed else 400)


@pytest.mark.parametrize("allowed", [True, False])
def test_an_invoice_with_a_payment_is_locked(hubspot: HubSpotApi, allowed: bool) -> None:
    hubspot.options(edit_invoices_with_payments=allowed)
    invoice = hubspot.open_invoice("10")
    hubspot.pay(invoice, "4")
    expected = 200 if allowed else 400
    assert hubspot.update("invoices", invoice, hs_title="New").status_code == expected
    line = line_of(hubspot, invoice)
    assert hubspot.update("line_items", line, price="11").status_code == expected


@pytest.mark.parametrize(
    ("setting", "state", "code"),
    [(False, "draft", 204), (False, "open", 400), (True, "open", 204), (True, "voided", 400)],
)
def test_which_invoices_can_be_deleted(
    hubspot: HubSpotApi, setting: bool, state: str, code: int
) -> None:
    hubspot.options(delete_open_invoices=setting)
    invoice = hubspot.draft("10")
    if state != "draft":
        hubspot.update("invoices", invoice, hs_invoice_status="open")
    if state == "voided":
        hubspot.update("invoices", invoice, hs_invoice_status="voided")
    assert hubspot.delete(f"/crm/v3/objects/invoices/{invoice}").status_code == code


def test_lines_go_and_come_back_with_their_invoice(hubspot: HubSpotApi) -> None:
    invoice = hubspot.draft("10")
    line = line_of(hubspot, invoice)
    hubspot.delete(f"/crm/v3/objects/invoices/{invoice}")
    assert hubspot.get(f"/crm/v3/objects/line_items/{line}").status_code == 404
    hubspot.person("restore", "invoices", invoice)
    assert hubspot.get(f"/crm/v3/objects/line_items/{line}").status_code == 200
    assert hubspot.value("invoices", invoice, "hs_amount_billed") == "10.00"


@pytest.mark.parametrize("state", ["draft", "open", "paid", "voided"])
def test_a_mirror_is_created_in_any_status_with_its_own_number(
    hubspot: HubSpotApi, state: str
) -> None:
    values = {STATUS: state, "hs_number": "1037", "hs_amount_billed": "99.00"}
    invoice = hubspot.mirror("10", **values)
    assert hubspot.values("invoices", invoice, *values) == values
    assert hubspot.value("invoices", invoice, "hs_invoice_link") is None


@pytest.mark.parametrize(("totals", "billed"), [("as_written", "99.00"), ("recomputed", "10.00")])
def test_the_total_of_a_mirror(hubspot: HubSpotApi, totals: str, billed: str) -> None:
    hubspot.options(mirror_totals=totals)
    invoice = hubspot.mirror("10", hs_amount_billed="99.00", hs_invoice_status="open")
    assert hubspot.value("invoices", invoice, "hs_amount_billed") == billed
    assert hubspot.value("invoices", invoice, "hs_balance_due") == billed


def test_a_mirror_nobody_totalled_is_totalled_by_hubspot(hubspot: HubSpotApi) -> None:
    assert hubspot.value("invoices", hubspot.mirror("10", "5"), "hs_amount_billed") == "15.00"


def test_a_mirror_takes_direct_writes_when_open(hubspot: HubSpotApi) -> None:
    hubspot.options(edit_open_invoices=False)
    invoice = hubspot.mirror("10", hs_invoice_status="open")
    changes = {"hs_due_date": "2026-12-31T12:00:00.000Z", "hs_number": "7", STATUS: "paid"}
    assert hubspot.update("invoices", invoice, **changes).status_code == 200
    assert hubspot.values("invoices", invoice, *changes) == changes
    assert hubspot.value("invoices", invoice, "hs_balance_due") == "0.00"


@pytest.mark.parametrize(("needed", "code"), [(True, 400), (False, 200)])
def test_a_mirror_without_lines_may_not_be_opened_later(
    hubspot: HubSpotApi, needed: bool, code: int
) -> None:
    hubspot.options(mirror_status_needs_lines=needed)
    response = hubspot.update("invoices", hubspot.mirror(), hs_invoice_status="open")
    assert response.status_code == code
    assert ("INVOICE_TO_LINE_ITEM" in response.text) is needed


def test_a_mirror_takes_recurring_lines_and_no_contact(hubspot: HubSpotApi) -> None:
    line = hubspot.create("line_items", price="10", recurringbillingfrequency="monthly")
    values = {"hs_currency": "USD", "hs_invoice_billable": "false"}
    invoice = hubspot.create("invoices", {"line_items": [line]}, **values)
    assert hubspot.update("invoices", invoice, hs_invoice_status="open").status_code == 200


@pytest.mark.parametrize(("option", "code"), [(True, 200), (False, 400)])
def test_switching_a_mirror_to_billable(hubspot: HubSpotApi, option: bool, code: int) -> None:
    hubspot.options(billable_switch=option)
    invoice = hubspot.mirror("10", hs_invoice_status="open")
    response = hubspot.update("invoices", invoice, hs_invoice_billable="true")
    assert response.status_code == code
    hubspot.person("edit", "invoices", invoice, properties={"hs_invoice_billable": "true"})
    assert hubspot.value("invoices", invoice, "hs_invoice_billable") == "true"


@pytest.mark.parametrize(("option", "code"), [(True, 201), (False, 400)])
def test_whether_apps_say_which_system_made_an_invoice(
    hubspot: HubSpotApi, option: bool, code: int
) -> None:
    hubspot.options(invoice_source_writable=option)
    values = {"hs_currency": "USD", "hs_invoice_source": "data_sync"}
    assert hubspot.try_create("invoices", **values).status_code == code


def test_people_are_told_why_an_invoice_cannot_be_opened(hubspot: HubSpotApi) -> None:
    invoice = hubspot.create("invoices", hs_currency="USD")
    with pytest.raises(ControlError, match="INVOICE_TO_CONTACT"):
        hubspot.person("finalize", "invoices", invoice)


def test_yen_have_no_cents(hubspot: HubSpotApi) -> None:
    hubspot.options(additional_currencies=["JPY"])
    line = hubspot.create("line_items", price="1000", hs_line_item_currency_code="JPY")
    invoice = hubspot.create("invoices", {"line_items": [line]}, hs_currency="JPY")
    assert hubspot.value("invoices", invoice, "hs_amount_billed") == "1000"
