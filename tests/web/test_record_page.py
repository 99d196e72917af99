"""The page of one record: what it shows, and what its buttons do to both worlds."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from syncapp.admin.deeds import DEEDS, print_of
from syncapp.engine import wire
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import ConflictPolicy
from syncapp.models import PendingChange, RecordLink, RecordReference, SyncRule, WriteIntent
from syncapp.pipeline.lease import leased
from tests import factories

pytestmark = pytest.mark.queries

HOSTILE = '<img src=x onerror="alert(1)">'
MOST_QUERIES = 18


def page_of(link):
    return reverse("admin:record", args=(link.pk,))


def press(client, link, deed, **given):
    """As from the page that was just opened; answers the messages of the page it leads to."""
    link.refresh_from_db()
    url = reverse("admin:record_deed", args=(link.pk, deed))
    answer = client.post(url, {"seen": print_of(link), **given}, follow=True)
    assert answer.status_code == 200
    return [str(one) for one in answer.context["messages"]]


@pytest.fixture
def operator(client, db):
    client.force_login(factories.member("operator"))
    return client


@pytest.fixture
def invoice(db):
    integration = factories.nordwind()
    SyncRule.objects.create(integration=integration, entity="invoice", is_on=True)
    customer = factories.link(
        integration, label="Ada Berg", hubspot_id="70", quickbooks_id="7", state="in_sync"
    )
    link = factories.link(
        integration,
        "invoice",
        label=HOSTILE,
        hubspot_id="80",
        quickbooks_id="8",
        origin="hubspot",
        state="failing",
        category="protected_change",
        facts={"side": "QuickBooks", "owner": "HubSpot", "field": "lines", "author": HOSTILE},
        sentence="It was changed.",
        amount=Decimal("1250.00"),
        currency="USD",
        baseline_hubspot=wire.encode({"hs_number=DocNumber": "INV-1"}),
        baseline_quickbooks=wire.encode({"hs_number=DocNumber": "INV-1"}),
    )
    RecordReference.objects.create(
        link=link, integration=integration, side="hubspot", entity="contact", record_id="70"
    )
    change = {"field": "lines=Line", "verdict": "protected", "hubspot": "a; b", "quickbooks": "c"}
    intent = WriteIntent.objects.create(
        integration=integration,
        link=link,
        side="quickbooks",
        entity="invoice",
        operation="update",
        request_id="our-1",
        body={"sent": HOSTILE},
        answer={"Fault": "no"},
    )
    factories.activity(link, change, action="failing", category="protected_change")
    factories.activity(link, intent=intent, side="quickbooks", vendor_request_id="req-7")
    assert customer.pk
    return link


def test_it_shows_both_sides_why_and_what_happened(operator, invoice):
    page = operator.get(page_of(invoice)).content.decode()

    for said in (
        "Money changed elsewhere",  # why
        "Undo the change in QuickBooks",
        "INV-1",  # agreed
        "Changed where it does not belong",  # and what stands between
        "Ada Berg",  # whom it refers to
        "req-7",  # for support
        "our-1",
        "1,250.00",
    ):
        assert said in page
    assert HOSTILE not in page


def test_what_happened_names_fields_and_customers_as_people_do(operator, invoice):
    customer = RecordLink.objects.get(entity="contact")
    copied = {"target": "quickbooks", "verdict": "copy", "before": ""}
    factories.activity(
        invoice,
        {**copied, "field": "contact=CustomerRef", "after": customer.quickbooks_id},
        {**copied, "field": "hs_due_date=DueDate", "after": "2026-03-01"},
        {**copied, "field": "po_number=PrivateNote", "after": "PO 77"},
        side="quickbooks",
        action="created",
    )

    for address in (page_of(invoice), reverse("admin:record_activity", args=(invoice.pk,))):
        page = operator.get(address).content.decode()
        told = re.findall(r'<th scope="row">([^<]+) <span.*?<ins>(.*?)</ins>', page)
        assert told == [
            ("Customer", "Ada Berg"),
            ("Due date", "2026-03-01"),
            ("Po number", "PO 77"),
        ]


def test_a_customer_shows_the_invoices_that_refer_to_it(operator, invoice):
    customer = RecordLink.objects.get(entity="contact")

    page = operator.get(page_of(customer)).content.decode()

    assert page_of(invoice) in page


def test_more_that_happened_costs_no_more_queries(operator, invoice, django_assert_max_num_queries):
    operator.get(page_of(invoice))
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        operator.get(page_of(invoice))
    for number in range(15):
        factories.activity(invoice, action="failing", category="protected_change")
        child = factories.link(invoice.integration, "payment", hubspot_id=f"child-{number}")
        RecordReference.objects.create(
            link=child,
            integration=invoice.integration,
            side="hubspot",
            entity="invoice",
            record_id="80",
        )
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        operator.get(page_of(invoice))

    assert len(many) == len(few)


def test_what_happened_goes_on_page_by_page(operator, invoice):
    for number in range(50):
        factories.activity(invoice, sentence=f"sentence {number:02}")
    seen, url = [], page_of(invoice)
    for _ in range(3):
        answer = operator.get(url)
        seen += [one["row"].pk for one in answer.context["timeline"].entries]
        url = f"{page_of(invoice)}?older={answer.context['timeline'].older}"

    assert len(seen) == len(set(seen)) == invoice.activity.count()


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 30, "0"])
def test_a_place_that_nobody_was_given_is_the_first_page(operator, invoice, odd):
    assert operator.get(page_of(invoice), {"older": odd}).status_code == 200


def test_sync_now_puts_it_on_the_worklist_and_wakes_the_worker(
    operator, invoice, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        said = press(operator, invoice, "retry")

    assert {row.record_id for row in PendingChange.objects.all()} == {"80"}
    assert OrmQ.objects.exists()
    assert "tried again in a moment" in said[0]


def test_a_paused_integration_says_that_nothing_happens_yet(operator, invoice):
    invoice.integration.is_paused = True
    invoice.integration.save()

    said = press(operator, invoice, "retry")

    assert any("is paused" in one for one in said)


def test_it_is_left_alone_once_and_a_second_press_finds_it_done(operator, invoice):
    url = reverse("admin:record_deed", args=(invoice.pk, "exclude"))
    seen = print_of(invoice)

    operator.post(url, {"seen": seen})
    again = operator.post(url, {"seen": seen}, follow=True)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.category) == ("excluded", "detached")
    assert invoice.activity.filter(action="detached").count() == 1
    assert any("changed meanwhile" in str(one) for one in again.context["messages"])


def test_while_a_worker_is_at_it_nothing_is_done_and_it_says_so(operator, invoice):
    with leased(invoice.integration):
        said = press(operator, invoice, "exclude")

    invoice.refresh_from_db()
    assert "busy" in said[0].lower()
    assert invoice.state == "failing"


def test_what_makes_no_sense_any_more_is_said_in_a_sentence(operator, invoice):
    assert press(operator, invoice, "unlink") == [
        "Invoices and payments stay linked, or they would be booked again. Let it go instead."
    ]
    assert press(operator, invoice, "send_again") == ["It is not deleted anywhere."]
    assert press(operator, invoice, "choose", wins="hubspot") == [
        "There is no such conflict any more."
    ]
    assert press(operator, invoice, "choose", wins="nobody") == ["Choose HubSpot or QuickBooks."]


@pytest.mark.parametrize("id_", ["", "12; drop", "9" * 31, "7/8"])
def test_an_id_that_is_none_is_not_taken(operator, invoice, id_):
    RecordLink.objects.filter(pk=invoice.pk).update(quickbooks_id=None)

    said = press(operator, invoice, "link", id=id_)

    assert said == ["An id is a number: it stands in the address of the record's page."]


def test_a_deed_that_does_not_exist_is_none(operator, invoice):
    url = reverse("admin:record_deed", args=(invoice.pk, "delete"))

    assert operator.post(url).status_code == 404


@pytest.mark.parametrize("deed", DEEDS)
def test_a_viewer_sees_no_button_and_presses_none(client, invoice, deed):
    client.force_login(factories.member("viewer"))

    page = client.get(page_of(invoice)).content.decode()

    assert "/do/" not in page
    assert client.post(reverse("admin:record_deed", args=(invoice.pk, deed))).status_code == 403
    assert client.post(reverse("admin:record_read", args=(invoice.pk,))).status_code == 403


# Against both worlds.


@pytest.fixture
def person(client, trade):
    client.force_login(factories.member("operator"))
    return client


def edited_in_quickbooks(trade):
    trade.start()
    invoice = trade.hubspot_invoice()
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    line = {**trade.sales_line(3, "100"), "Id": booked["Line"][0]["Id"]}
    trade.in_quickbooks("Invoice", "edit", booked["Id"], fields={"Line": [line]})
    trade.sync()
    return trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)


def test_a_protected_change_is_put_back_from_the_page(person, trade):
    link = edited_in_quickbooks(trade)
    assert link.category == "protected_change"

    said = press(person, link, "restore")

    assert said == ["What both apps held before is put back."]
    assert trade.one_invoice_in_quickbooks()["TotalAmt"] == 200
    trade.sync()
    link.refresh_from_db()
    assert link.state == "in_sync"


def test_a_protected_change_that_is_gone_meanwhile_says_so(person, trade):
    link = edited_in_quickbooks(trade)
    booked = trade.one_invoice_in_quickbooks()
    line = {**trade.sales_line(2, "100"), "Id": booked["Line"][0]["Id"]}
    trade.in_quickbooks("Invoice", "edit", booked["Id"], fields={"Line": [line]})

    assert press(person, link, "restore") == ["Nothing protected is changed on it any more."]


def test_reading_both_shows_what_they_hold_and_changes_nothing(person, trade):
    trade.rule(Entity.CONTACT, conflict=ConflictPolicy.ASK)
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.CONTACT, trade.contact_id)
    trade.in_hubspot("contacts", "edit", trade.contact_id, properties={"lastname": HOSTILE})
    before = (trade.sandbox.world(), RecordLink.objects.values().get(pk=link.pk))

    page = person.post(reverse("admin:record_read", args=(link.pk,)))

    assert page.status_code == 200
    (row,) = [one["row"] for one in page.context["fields"] if one["row"].label == "Last name"]
    assert (row.hubspot, row.quickbooks, row.verdict) == ([HOSTILE], ["Berg"], "copy")
    assert HOSTILE not in page.content.decode()
    assert RecordLink.objects.values().get(pk=link.pk) == before[1]
    assert trade.sandbox.world()["hubspot"]["objects"] == before[0]["hubspot"]["objects"]


def test_a_vendor_that_is_away_is_said_in_a_sentence(person, trade):
    trade.rule(Entity.CONTACT)
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.CONTACT, trade.contact_id)
    trade.sandbox.fault("status", vendor="hubspot", path=".*", status=503, times=9)

    page = person.post(reverse("admin:record_read", args=(link.pk,)))

    assert page.status_code == 200
    assert page.context["look"] is None
    assert [one.level_tag for one in page.context["messages"]] == ["error"]


def test_two_that_are_one_are_linked_by_id(person, trade):
    trade.rule(Entity.CONTACT)
    contact = trade.contact(firstname="Ben", phone="555 0100")
    customer = trade.customer(DisplayName="Ben's shop")
    trade.sync()
    half = trade.link(Side.HUBSPOT, Entity.CONTACT, contact)
    assert (half.category, half.quickbooks_id) == ("no_email", None)

    said = press(person, half, "link", id=customer)

    assert "linked with the record you chose" in said[0]
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.CONTACT, contact).quickbooks_id == customer
    assert trade.quickbooks("Customer")[customer]["PrimaryPhone"]["FreeFormNumber"] == "555 0100"
