"""Invoices as they are read."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from syncapp.connectors.base import Cursor, Wanted
from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.connectors.hubspot.lines import total
from syncapp.engine.records import Entity, LineKind, Presence, Snapshot
from tests.connectors.hubspot.conftest import Connect
from tests.connectors.hubspot.factories import TWO_HOURS, change, mirror, send, snapshot_of
from tests.connectors.hubspot.factories import hubspot as ref
from tests.connectors.hubspot.portal import Portal

INVOICE = Entity.INVOICE
CHAIR = {"name": "Chair", "quantity": "2", "price": "50", "discount": "5"}
LAMP = {"name": "Lamp", "price": "20"}


def test_it_reads_an_invoice_with_everything_that_belongs_to_it(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    contact = portal.create("contacts", email="ada@acme.test")
    product = portal.create("products", name="Chair", hs_sku="CH-1", price="50")
    id = portal.invoice(
        {**CHAIR, "hs_product_id": product},
        LAMP,
        contact=contact,
        hs_invoice_date="2026-03-01T02:00:00Z",
        hs_comments="Thank you",
    )
    portal.create("discounts", associations=[("invoices", id)], hs_type="PERCENT", hs_value="10")
    portal.create(
        "taxes",
        associations=[("invoices", id)],
        hs_label="VAT",
        hs_type="PERCENT",
        hs_value="20",
    )
    portal.person("finalize", "invoices", id=id)
    payment = portal.person("pay", "invoices", id=id, amount="30")["id"]
    invoice = read(hubspot, id)
    assert invoice.get("contact") == ref(Entity.CONTACT, contact)
    assert invoice.get("contact_count") == 1
    assert invoice.get("hs_invoice_date") == date(2026, 2, 28)
    assert invoice.get("hs_invoice_status") == "open"
    assert invoice.get("hs_invoice_billable") is True
    assert invoice.get("hs_amount_billed") == Decimal("118.80")
    assert invoice.get("hs_balance_due") == Decimal("88.80")
    assert invoice.get("hs_comments") == "Thank you"
    assert invoice.payments == (ref(Entity.PAYMENT, payment),)
    assert invoice.key == ""
    lines = invoice.get("lines")
    assert isinstance(lines, tuple)
    assert [(line.kind, line.amount, line.discount) for line in lines] == [
        (LineKind.ITEM, Decimal("90.00"), Decimal("10.00")),
        (LineKind.ITEM, Decimal("20.00"), Decimal("0")),
        (LineKind.DISCOUNT, Decimal("11.00"), Decimal("0")),
        (LineKind.TAX, Decimal("19.80"), Decimal("0")),
    ]
    assert lines[0].product == ref(Entity.PRODUCT, product)
    assert lines[0].sku == "CH-1"
    assert total(lines) == invoice.get("hs_amount_billed")


def test_one_invoice_and_many_are_read_alike(hubspot: HubSpotConnector, portal: Portal) -> None:
    ids = [furnished(portal, number) for number in range(6)]
    together = hubspot.fetch([ref(INVOICE, id) for id in ids])
    alone = {ref(INVOICE, id): read(hubspot, id) for id in ids}
    assert together == alone


def test_a_single_invoice_is_two_calls(hubspot: HubSpotConnector, portal: Portal) -> None:
    id = portal.invoice(CHAIR, contact=portal.create("contacts"))
    hubspot.fetch([ref(INVOICE, id)])
    portal.forget_calls()
    read(hubspot, id)
    assert portal.calls() == {
        "GET /crm/objects/2026-03/invoices/{id}": 1,
        "POST /crm/objects/2026-03/line_items/batch/read": 1,
    }


def test_plain_invoices_are_not_asked_for_discounts_fees_and_taxes(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    contact = portal.create("contacts", email="ada@acme.test")
    refs = [ref(INVOICE, portal.invoice(CHAIR, LAMP, contact=contact)) for _ in range(120)]
    hubspot.fetch(refs[:1])
    portal.forget_calls()
    hubspot.fetch(refs)
    associations = "POST /crm/associations/2026-03/invoices/{}/batch/read"
    assert portal.calls() == {
        "POST /crm/objects/2026-03/invoices/batch/read": 2,
        "POST /crm/objects/2026-03/line_items/batch/read": 3,
        **{associations.format(to): 1 for to in ("line_items", "contacts", "commerce_payments")},
    }


def test_new_invoices_are_read_with_their_neighbours(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    old = [furnished(portal, number) for number in range(3)]
    (page,) = hubspot.changes({INVOICE: Cursor()})
    portal.sandbox.advance(2)
    new = [furnished(portal, number) for number in range(10)]
    portal.edit("invoices", old[0], hs_comments="x")
    news = {one for page in hubspot.changes({INVOICE: page.cursor}) for one in page.refs}
    assert {one.id for one in news} >= {old[0], *new}
    expected = {one: read(hubspot, one.id) for one in news}
    refs = [ref(INVOICE, id) for id in new]
    portal.forget_calls()
    assert hubspot.fetch(refs) == {one: expected[one] for one in refs}
    assert portal.calls()["GET /crm/objects/2026-03/invoices"] == 1
    assert not any("associations" in call for call in portal.calls())
    assert hubspot.fetch(news) == expected


def test_amounts_are_read_without_lines_and_contact(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    paid, plain, gone = furnished(portal, 1), furnished(portal, 2), portal.invoice(CHAIR)
    portal.person("pay", "invoices", id=paid, amount="30")
    portal.person("delete", "invoices", id=gone)
    refs = [ref(INVOICE, id) for id in (paid, plain, gone)]
    whole = hubspot.fetch(refs)
    portal.forget_calls()
    found = hubspot.amounts(refs[:2])
    assert portal.calls() == {
        "POST /crm/objects/2026-03/invoices/batch/read": 1,
        "POST /crm/associations/2026-03/invoices/commerce_payments/batch/read": 1,
    }
    for one in refs[:2]:
        parts = {"lines": (), "contact": None, "contact_count": Decimal(1)}
        assert replace(found[one], fields={**whole[one].fields, **parts}) == replace(
            whole[one], fields={**found[one].fields, **parts}
        )
    assert len(found[refs[0]].payments) == 1
    assert hubspot.amounts(refs)[refs[2]].presence is Presence.GONE


def test_a_discount_and_a_fee_that_cancel_each_other_out_are_seen(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    ids = [portal.invoice(CHAIR) for _ in range(6)]
    for type in ("discounts", "fees"):
        portal.create(type, associations=[("invoices", ids[0])], hs_type="FIXED", hs_value="7")
    found = hubspot.fetch([ref(INVOICE, id) for id in ids])
    kinds = [line.kind for line in found[ref(INVOICE, ids[0])].get("lines")]
    assert kinds == [LineKind.ITEM, LineKind.DISCOUNT, LineKind.FEE]


def test_a_total_that_shows_the_first_line_only_does_not_hide_the_others(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    portal.options(stale_header_total=True)
    ids = [portal.invoice(CHAIR, LAMP) for _ in range(6)]
    found = hubspot.fetch([ref(INVOICE, id) for id in ids])
    assert {total(invoice.get("lines")) for invoice in found.values()} == {Decimal("110.00")}
    assert {invoice.get("hs_amount_billed") for invoice in found.values()} == {Decimal("90.00")}


@pytest.mark.parametrize(
    "habit",
    [
        {"association_key_spaces": False},
        {"empty_association_reads": "omitted"},
        {"correlation_header": True},
        {"invoice_breakdown_properties": False},
    ],
    ids=str,
)
def test_whatever_the_accounts_habits_invoices_are_read_alike(
    hubspot: HubSpotConnector, portal: Portal, habit: dict[str, object]
) -> None:
    refs = [ref(INVOICE, furnished(portal, number)) for number in range(6)]
    before = hubspot.fetch(refs)
    portal.options(**habit)
    after = hubspot.fetch(refs)
    listed = {one: s for page in hubspot.changes({INVOICE: Cursor()}) for one, s in
              page.snapshots.items()}  # fmt: skip
    assert [lines_of(after[one]) for one in refs] == [lines_of(before[one]) for one in refs]
    assert [lines_of(listed[one]) for one in refs] == [lines_of(before[one]) for one in refs]


def test_of_several_contacts_the_first_is_named(hubspot: HubSpotConnector, portal: Portal) -> None:
    first, second = (portal.create("contacts", firstname=name) for name in ("Ada", "Ben"))
    id = portal.invoice(CHAIR, contact=second)
    portal.person("associate", "invoices", id=id, to_type="contacts", to_id=first)
    invoice = read(hubspot, id)
    assert invoice.get("contact") == ref(Entity.CONTACT, first)
    assert invoice.get("contact_count") == 2


def test_an_invoice_without_anything_is_read(hubspot: HubSpotConnector, portal: Portal) -> None:
    invoice = read(hubspot, portal.invoice())
    assert invoice.get("contact") is None
    assert invoice.get("lines") == ()
    assert invoice.payments == ()


def test_it_knows_a_voided_and_a_deleted_invoice(hubspot: HubSpotConnector, portal: Portal) -> None:
    voided, deleted = furnished(portal, 1), portal.invoice(CHAIR)
    portal.person("void", "invoices", id=voided)
    portal.person("delete", "invoices", id=deleted)
    assert read(hubspot, voided).presence is Presence.VOIDED
    assert read(hubspot, voided).get("hs_amount_billed") == Decimal("110.00")
    assert read(hubspot, deleted).presence is Presence.GONE


def test_more_lines_than_one_page_of_associations_shows(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    ids = [portal.invoice(*[LAMP] * 130), *(portal.invoice(LAMP) for _ in range(5))]
    found = hubspot.fetch([ref(INVOICE, id) for id in ids])
    assert len(found[ref(INVOICE, ids[0])].get("lines")) == 130


def test_it_knows_when_a_person_changed_an_invoice(connect: Connect, portal: Portal) -> None:
    connector = connect(wanted=watching("hs_comments"))
    connector.prepare(tuple(Entity))
    created = datetime.now(UTC) - timedelta(days=90)
    contact = portal.create("contacts")
    asked = {"properties": {"hs_currency": "USD"}, "lines": [CHAIR], "contact": contact}
    id = portal.person("create", "invoices", at=created.isoformat(), **asked)["id"]
    assert close(changed_at(connector, id), created)
    line = portal.partners("invoices", id, "line_items")[0]
    edited = created + timedelta(days=10)
    portal.person("edit", "line_items", id=line, properties={"price": "51"}, at=edited.isoformat())
    assert close(changed_at(connector, id), edited)
    opened = created + timedelta(days=20)
    portal.person("finalize", "invoices", id=id, at=opened.isoformat())
    assert close(changed_at(connector, id), opened)
    (answer,) = send(connector, change(read(connector, id), hs_comments="ours", ledgerline_url="x"))
    assert snapshot_of(answer).get("hs_comments") == "ours"
    assert close(changed_at(connector, id), opened)
    noted = created + timedelta(days=25)
    unmapped = {"hs_purchase_order_number": "PO-1"}
    portal.person("edit", "invoices", id=id, properties=unmapped, at=noted.isoformat())
    assert close(changed_at(connector, id), opened)
    paid = created + timedelta(days=30)
    portal.person("pay", "invoices", id=id, amount="5", at=paid.isoformat())
    assert close(changed_at(connector, id), paid)


def test_histories_from_before_a_time_are_not_read(connect: Connect, portal: Portal) -> None:
    long_ago = "2020-01-01T12:00:00Z"
    asked = {"properties": {"hs_currency": "USD"}, "lines": [CHAIR], "at": long_ago}
    untouched, text_edited, edited = (
        portal.person("create", "invoices", **asked)["id"] for _ in range(3)
    )
    since = datetime.now(UTC) - timedelta(minutes=5)
    line = portal.partners("invoices", text_edited, "line_items")[0]
    portal.edit("line_items", line, description="New words")
    portal.edit("invoices", edited, hs_comments="New words")
    new = portal.invoice(CHAIR)
    connector = connect(wanted=watching("hs_comments"), history_since=since)
    portal.forget_calls()
    refs = [ref(INVOICE, id) for id in (untouched, text_edited, edited, new)]
    changed = {one.id: shown.changed_by_others_at for one, shown in connector.fetch(refs).items()}
    assert changed[untouched] is None
    assert changed[new] is None
    assert changed[text_edited] is not None
    assert changed[text_edited] >= since
    assert changed[edited] is not None
    assert changed[edited] >= since
    assert portal.calls()["POST /crm/objects/2026-03/invoices/batch/read"] == 1
    portal.forget_calls()
    connector.fetch(refs[:1])
    assert "POST /crm/objects/2026-03/invoices/batch/read" not in portal.calls()


def test_what_we_made_was_changed_by_nobody_else(connect: Connect, portal: Portal) -> None:
    connector = connect(wanted=watching("hs_number", "lines", "contact"))
    connector.prepare(tuple(Entity))
    contact = portal.create("contacts")
    (answer,) = send(connector, mirror(contact=contact, lines=[TWO_HOURS]))
    assert changed_at(connector, snapshot_of(answer).ref.id) is None


def watching(*names: str) -> Wanted:
    return Wanted({INVOICE: frozenset(names)}, {INVOICE: {"history": frozenset()}})


def changed_at(connector: HubSpotConnector, id: str) -> datetime | None:
    return read(connector, id).changed_by_others_at


def close(one: datetime | None, other: datetime) -> bool:
    return one is not None and abs(one - other) < timedelta(seconds=1)


def read(connector: HubSpotConnector, id: str) -> Snapshot:
    return connector.fetch([ref(INVOICE, id)])[ref(INVOICE, id)]


def lines_of(invoice: Snapshot) -> tuple[object, ...]:
    return (invoice.get("lines"), invoice.get("contact"), invoice.payments)


def furnished(portal: Portal, number: int) -> str:
    """An open invoice with two lines; every second one with a tax."""
    contact = portal.create("contacts", firstname=f"P{number}")
    id = portal.invoice(CHAIR, LAMP, contact=contact)
    if number % 2 == 0:
        portal.create("taxes", associations=[("invoices", id)], hs_value="5")
    portal.person("finalize", "invoices", id=id)
    return id
