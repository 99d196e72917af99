"""Invoices that stay behind, as a file for QuickBooks' own import."""

import csv
import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from syncapp.admin import older_export
from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from syncapp.models import ApiUsage, RecordLink
from tests import factories
from tests.behaviour.naming import item

ADDRESS = "/admin/records/older/file/"


@pytest.fixture
def operator(client, trade):
    trade.rule(Entity.CONTACT)
    trade.rule(Entity.PRODUCT, direction=Direction.TO_HUBSPOT)
    trade.sync()
    client.force_login(factories.member("operator"))
    client.post(reverse("admin:password_again"), {"password": factories.PASSWORD})
    return client


def start_later(trade):
    """The invoice sync begins after everything that is there."""
    rule = trade.rule(Entity.INVOICE, options={"income_account": trade.income_account})
    rule.started_at = timezone.now() + timedelta(minutes=5)
    rule.save()
    trade.sync()


def lines(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


@item("E8")
def test_each_line_is_a_row_in_the_columns_of_the_import(operator, trade):
    trade.hubspot_invoice(
        trade.hours(2),
        trade.hours(3, "33.33", hs_discount_percentage="10"),
        hs_invoice_date="2026-03-04T17:00:00Z",
        hs_due_date="2026-04-03T17:00:00Z",
    )
    start_later(trade)

    answer = operator.get(ADDRESS)

    assert answer["Content-Type"].startswith("text/csv")
    first, second = lines(answer)
    assert tuple(first) == older_export.COLUMNS
    (number,) = [one["hs_number"] for one in trade.hubspot("invoices").values()]
    customer = trade.quickbooks("Customer")[trade.customer_id]["DisplayName"]
    for row in (first, second):
        assert (row["*InvoiceNo"], row["*Customer"]) == (number, customer)
        assert (row["*InvoiceDate"], row["*DueDate"]) == ("03/04/2026", "04/03/2026")
        assert row["Item(Product/Service)"] == "Consulting"
        assert row["Memo"] == "Imported from HubSpot"
    assert (first["ItemQuantity"], first["ItemRate"], first["*ItemAmount"]) == (
        "2",
        "100",
        "200.00",
    )
    made = (Decimal(second["ItemQuantity"]) * Decimal(second["ItemRate"])).quantize(Decimal("0.01"))
    assert made == Decimal(second["*ItemAmount"]) == Decimal("89.99")
    assert not trade.quickbooks("Invoice")
    assert RecordLink.objects.get(entity="invoice").category == "older"


def test_the_rows_add_up_to_what_hubspot_billed_and_say_what_is_paid(operator, trade):
    invoice = trade.hubspot_invoice(trade.hours(7, "14.29"), trade.hours(1, "0.03"))
    trade.pay_in_hubspot(invoice, trade.hubspot("invoices")[invoice]["hs_amount_billed"])
    start_later(trade)

    rows = lines(operator.get(ADDRESS))

    billed = Decimal(trade.hubspot("invoices")[invoice]["hs_amount_billed"])
    assert sum(Decimal(row["*ItemAmount"]) for row in rows) == billed
    assert {row["Memo"] for row in rows} == {"Imported from HubSpot, paid there"}


def test_what_the_import_cannot_hold_is_left_out_with_the_reason(operator, trade):
    trade.hubspot_invoice()
    trade.hubspot_invoice(contact=trade.contact(firstname="Stranger"))
    discounted = trade.in_hubspot(
        "invoices",
        properties={"hs_currency": "USD"},
        contact=trade.contact_id,
        lines=[trade.hours(1)],
    )
    properties = {"hs_label": "Ten", "hs_type": "FIXED", "hs_value": "10"}
    whole = [{"type": "invoices", "id": discounted}]
    trade.in_hubspot("discounts", properties=properties, associations=whole)
    trade.in_hubspot("invoices", "finalize", discounted)
    start_later(trade)

    left_out, invoices = files_of(operator.get(ADDRESS))

    why = [row["Why"] for row in csv.DictReader(io.StringIO(left_out))]
    assert len(list(csv.DictReader(io.StringIO(invoices)))) == 1
    assert "not linked" in why[0]
    assert why[1] == "It has a discount on the whole order, and the import knows none."


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x"])
def test_no_cell_is_a_formula(operator, trade, start):
    trade.hubspot_invoice({**trade.hours(1), "name": start})
    start_later(trade)

    rows = lines(operator.get(ADDRESS))

    assert [row["ItemDescription"] for row in rows] == [f"'{start}"]


def test_a_customer_whose_name_would_be_a_formula_is_left_out(operator, trade):
    trade.in_quickbooks("Customer", "edit", trade.customer_id, fields={"DisplayName": "=1+1"})
    trade.hubspot_invoice()
    start_later(trade)

    left_out, invoices = files_of(operator.get(ADDRESS))

    assert "A spreadsheet would calculate the name of its customer" in left_out
    assert len(invoices.splitlines()) == 1


def test_a_long_history_comes_in_files_that_the_import_takes(operator, trade, monkeypatch):
    monkeypatch.setattr(older_export, "_INVOICES_AT_ONCE", 2)
    for _ in range(3):
        trade.hubspot_invoice(trade.hours(1))
    start_later(trade)

    files = [list(csv.DictReader(io.StringIO(one))) for one in files_of(operator.get(ADDRESS))]

    assert [len(one) for one in files] == [2, 1]


def test_the_record_view_offers_it_to_an_operator_only(operator, trade, client):
    trade.hubspot_invoice()
    start_later(trade)
    page = "/admin/records/?object=invoice&reason=older"

    assert "These invoices stay behind" in operator.get(page).content.decode()
    assert "These invoices stay behind" not in operator.get("/admin/records/").content.decode()
    client.force_login(factories.member("viewer"))
    assert "These invoices stay behind" not in client.get(page).content.decode()


@pytest.mark.django_db
def test_of_a_long_history_one_part_is_chosen(client, monkeypatch):
    monkeypatch.setattr(older_export, "AT_MOST", 2)
    integration = factories.nordwind()
    for number in (1, 2, 3, 4, 5):
        older(integration, f"INV-{number}", amount=number)
    client.force_login(factories.member("operator"))
    client.post(reverse("admin:password_again"), {"password": factories.PASSWORD})

    page = client.get("/admin/records/older/?object=invoice").content.decode()

    parts = ["1–2: INV-1 to INV-2", "3–4: INV-3 to INV-4", "5–5: INV-5 to INV-5"]
    assert [one for one in parts if one in page] == parts
    assert page.count(f'action="{ADDRESS}"') == 1


def test_what_the_filters_leave_is_what_is_downloaded(operator, trade):
    trade.hubspot_invoice(trade.hours(1))
    trade.hubspot_invoice(trade.hours(3))
    start_later(trade)

    rows = lines(operator.get(f"{ADDRESS}?reason=older&least=250"))

    assert [row["ItemQuantity"] for row in rows] == ["3"]
    assert lines(operator.get(f"{ADDRESS}?reason=older&least=many")) == []


def older(integration, label, **fields):
    return factories.link(
        integration, "invoice", label=label, state="excluded", category="older", **fields
    )


def test_what_is_linked_meanwhile_is_never_imported(operator, trade):
    trade.hubspot_invoice()
    start_later(trade)
    RecordLink.objects.filter(entity="invoice").update(quickbooks_id="145")

    left_out, invoices = files_of(operator.get(ADDRESS))

    assert "linked with an invoice in QuickBooks already" in left_out
    assert len(invoices.splitlines()) == 1


def test_a_silent_vendor_is_said_in_a_sentence(operator, trade):
    trade.hubspot_invoice()
    start_later(trade)
    trade.sandbox.fault("status", vendor="hubspot", path=".*", status=503)

    answer = operator.get(ADDRESS, follow=True)

    assert "HubSpot" in next(str(one) for one in answer.context["messages"])


def test_what_is_read_counts_against_the_allowance(operator, trade):
    trade.hubspot_invoice()
    start_later(trade)
    before = sum(ApiUsage.objects.values_list("calls", flat=True))

    operator.get(ADDRESS)

    assert sum(ApiUsage.objects.values_list("calls", flat=True)) > before


def test_the_review_leads_to_them(operator, trade, client):
    client.force_login(factories.member("configurator"))
    answer = client.get(
        reverse("admin:wizard"),
        {"entity": "invoice", "integration": trade.integration.pk},
        follow=True,
    )
    page = client.get(answer.request["PATH_INFO"].replace("configure", "review")).content.decode()

    assert "object=invoice&amp;reason=older" in page


def files_of(answer):
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return [archive.read(name).decode() for name in sorted(archive.namelist())]
