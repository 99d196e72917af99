"""The failure desk: causes with counts and money, and putting many right at once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from syncapp.admin import fixes
from syncapp.admin.deeds import print_of
from syncapp.engine.catalogue import CATEGORIES
from syncapp.engine.plan import State
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import ConflictPolicy
from syncapp.models import PendingChange, RecordLink, RecordReference, RuleVersion, SyncRule
from syncapp.pipeline import decisions
from syncapp.reporting.desk import causes
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.queries]
MOST_QUERIES = 17


@pytest.fixture
def world():
    integration = factories.nordwind()
    for entity in ("contact", "invoice"):
        SyncRule.objects.create(integration=integration, entity=entity, is_on=True)
    return integration


@pytest.fixture
def operator(client):
    client.force_login(factories.member("operator"))
    return client


def failing(world, number, category="contact_link", entity="invoice", **fields):
    fields = {"state": "failing", "currency": "USD", "amount": Decimal("10.00"), **fields}
    return factories.link(
        world, entity, hubspot_id=f"{category}-{number}", category=category, **fields
    )


def desk_of(world):
    return f"{reverse('admin:desk')}?integration={world.pk}"


def group_of(world, category="contact_link", state="failing", name="desk_group"):
    return reverse(f"admin:{name}", args=(world.pk, state, category))


def press(client, world, category="contact_link", state="failing", **given):
    answer = client.post(group_of(world, category, state, "desk_do"), given, follow=True)
    assert answer.status_code == 200
    return [str(one).strip() for one in answer.context["messages"]]


def ticked(*links):
    return [f"{link.pk}:{print_of(link)}" for link in links]


def test_failures_stand_by_cause_the_commonest_first_with_money_per_currency(world):
    for number in range(3):
        failing(world, number)
    failing(world, 3, currency="EUR", amount=Decimal("7.50"))
    failing(world, 4, entity="payment", amount=Decimal("5.00"))
    failing(world, 5, category="no_lines")
    factories.link(world, "invoice", hubspot_id="fine", state="in_sync", amount=Decimal(99))
    failing(factories.acme(), 6)

    first, second = causes(world, (State.FAILING,))

    assert (first.category, first.total) == ("contact_link", 5)
    assert [
        (part.entity, part.count, [(one.amount, one.currency) for one in part.money])
        for part in first.parts
    ] == [
        ("invoice", 4, [(Decimal("7.50"), "EUR"), (Decimal("30.00"), "USD")]),
        ("payment", 1, [(Decimal("5.00"), "USD")]),
    ]
    assert (second.category, second.total) == ("no_lines", 1)


def test_every_cause_can_be_explained(operator, world):
    for number, category in enumerate(CATEGORIES):
        failing(world, number, category=category)

    page = operator.get(desk_of(world)).content.decode()

    for row in CATEGORIES.values():
        assert row.title in page or row.title.replace("'", "&#x27;") in page


def test_a_waiting_one_says_when_it_is_tried_next(operator, world):
    soon = timezone.now() + timedelta(minutes=30)
    failing(world, 1, category="limit", state="waiting", next_try_at=soon)

    page = operator.get(desk_of(world)).content.decode()

    assert "the first of them 29 minutes from now" in page.replace("\xa0", " ")


def test_a_desk_without_troubles_says_so(operator, world):
    assert "No record was seen yet" in operator.get(desk_of(world)).content.decode()
    factories.link(world, hubspot_id="1", state="in_sync")
    assert "Nothing fails" in operator.get(desk_of(world)).content.decode()


def test_a_group_that_is_empty_now_leads_back(operator, world):
    page = operator.get(group_of(world)).content.decode()

    assert "No record stands here any more" in page
    assert operator.get(group_of(world, state="in_sync")).status_code == 404


@pytest.mark.parametrize("url", [desk_of, group_of])
def test_more_failures_cost_no_more_queries(operator, world, url, django_assert_max_num_queries):
    def some(start, end):
        for number in range(start, end):
            failing(world, number)
            failing(world, number, category=list(CATEGORIES)[number])

    some(0, 2)
    operator.get(url(world))
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        operator.get(url(world))
    some(2, 12)
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        operator.get(url(world))

    assert len(many) == len(few)


def test_an_invoice_leads_to_the_customer_that_holds_it_back(operator, world):
    ben = factories.link(world, label="Ben", hubspot_id="7", state="excluded", sentence="No mail.")
    fine = factories.link(world, label="Ada", hubspot_id="8", quickbooks_id="8", state="in_sync")
    for number, customer in enumerate((ben, fine)):
        RecordReference.objects.create(
            link=failing(world, number),
            integration=world,
            side="hubspot",
            entity="contact",
            record_id=customer.hubspot_id,
        )

    page = operator.get(group_of(world)).content.decode()

    assert "Put Ben right" in page
    assert reverse("admin:record", args=(ben.pk,)) in page
    assert "Put Ada right" not in page


def test_conflicts_cost_no_query_each(operator, world, django_assert_max_num_queries):
    def some(start, end):
        for number in range(start, end):
            conflict(world, number)

    url = group_of(world, "conflict", "needs_decision")
    some(0, 1)
    operator.get(url)
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        operator.get(url)
    some(1, 12)
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        operator.get(url)

    assert len(many) == len(few)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite for its plan")
def test_the_causes_are_added_up_without_reading_a_row(world):
    failing(world, 1)
    with CaptureQueriesContext(connection) as asked:
        causes(world, (State.FAILING, State.WAITING))

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        plan = " ".join(str(row) for row in cursor.fetchall())

    assert "COVERING INDEX link_newest_by_cause" in plan
    assert "COVERING INDEX link_next_by_cause" in plan
    assert "SCAN" not in plan


def test_the_selected_ones_are_retried_and_no_other(operator, world):
    links = [failing(world, number) for number in range(3)]

    said = press(operator, world, deed="retry", record=ticked(*links[:2]))

    assert said == ["2 records are tried again in a moment. Those that go through leave the list."]
    assert {row.record_id for row in PendingChange.objects.all()} == {
        "contact_link-0",
        "contact_link-1",
    }


def test_all_of_a_cause_are_retried_across_pages(operator, world):
    for number in range(120):
        failing(world, number)
    failing(world, 1, category="no_lines")

    said = press(operator, world, deed="retry", scope="all")

    assert said[0].startswith("120 records")
    assert PendingChange.objects.count() == 120


def test_pressed_twice_nothing_stands_there_twice(operator, world):
    link = failing(world, 1)
    for _ in range(2):
        press(operator, world, deed="retry", record=ticked(link))

    assert PendingChange.objects.count() == 1


@pytest.mark.parametrize("given", [{}, {"record": ["x", "", "99999:a", "-1:a"]}])
def test_without_a_selection_nothing_is_done(operator, world, given):
    failing(world, 1)

    said = press(operator, world, deed="retry", **given)

    assert "Nothing was selected" in said[0]
    assert not PendingChange.objects.exists()


def test_a_record_of_another_cause_or_company_is_not_done(operator, world):
    failing(world, 0)
    others = [failing(world, 1, category="no_lines"), failing(factories.acme(), 2)]

    press(operator, world, deed="exclude", record=ticked(*others))

    assert not RecordLink.objects.filter(category="detached").exists()


def test_what_makes_no_sense_for_a_cause_is_not_done(operator, world):
    failing(world, 1)

    assert operator.post(group_of(world, name="desk_do"), {"deed": "send_again"}).status_code == 404


def conflict(world, number, **fields):
    link = factories.link(
        world,
        hubspot_id=f"h{number}",
        quickbooks_id=f"q{number}",
        state="needs_decision",
        category="conflict",
        **fields,
    )
    changes = [
        {"field": name, "verdict": "conflict", "hubspot": "A", "quickbooks": "B"}
        for name in ("lastname=FamilyName", "phone=PrimaryPhone.FreeFormNumber")
    ]
    factories.activity(link, *changes, action="needs_decision", category="conflict")
    return link


def test_one_value_for_all_conflicts_of_a_field(operator, world):
    links = [conflict(world, number) for number in range(3)]
    where = {"category": "conflict", "state": "needs_decision", "deed": "choose", "scope": "all"}

    said = press(operator, world, wins="hubspot", field="lastname=FamilyName", **where)

    assert said[0] == "Choose: done for 3 records. The next pass carries it out."
    for link in links:
        link.refresh_from_db()
        assert list(link.decisions[decisions.SIDES]) == ["lastname=FamilyName"]
        assert link.decisions[decisions.SIDES]["lastname=FamilyName"]["wins"] == "hubspot"
    again = press(operator, world, wins="hubspot", field="lastname=FamilyName", **where)
    assert "decided already" in again[0]
    assert links[0].activity.filter(action="decided").count() == 1


def test_what_changed_since_it_was_shown_is_left_and_said(operator, world):
    one, other = conflict(world, 1), conflict(world, 2)
    shown = ticked(one, other)
    RecordLink.objects.filter(pk=other.pk).update(sentence="Something else")

    said = press(
        operator,
        world,
        "conflict",
        "needs_decision",
        deed="choose",
        wins="quickbooks",
        record=shown,
    )

    assert said == [
        "Choose: done for 1 record. The next pass carries it out.",
        "1 have changed meanwhile: look at them again.",
    ]
    other.refresh_from_db()
    assert other.decisions == {}


def test_a_viewer_presses_nothing_and_an_operator_changes_no_rule(client, world):
    failing(world, 1, category="service_date")
    client.force_login(factories.member("viewer"))
    assert client.post(group_of(world, name="desk_do"), {"deed": "retry"}).status_code == 403
    client.force_login(factories.member("operator"))
    assert client.post(group_of(world, "service_date", name="desk_fix")).status_code == 403
    assert "Put it right here" not in client.get(desk_of(world)).content.decode()


def test_a_cause_is_removed_by_the_option_that_is_offered_beside_it(client, world):
    failing(world, 1, category="service_date")
    client.force_login(factories.member("configurator"))
    assert "Switch this on" in client.get(desk_of(world)).content.decode()

    for said in ("Kept. The next pass", "It was chosen already"):
        answer = client.post(group_of(world, "service_date", name="desk_fix"), follow=True)
        assert any(said in str(one) for one in answer.context["messages"])

    rule = SyncRule.objects.get(entity="invoice")
    assert rule.options == {"invoice_date_as_service_date": True}
    assert rule.version == 2
    (entry,) = LogEntry.objects.filter(additional_data__isnull=False)
    assert entry.actor.get_username() == "configurator"
    assert entry.changes == {"option invoice_date_as_service_date": ["", "yes"]}
    version = RuleVersion.objects.get(number=entry.additional_data["version"])
    assert (version.saved_by, version.data["options"]["invoice_date_as_service_date"]) == (
        entry.actor,
        True,
    )
    assert "Switch this on" not in client.get(desk_of(world)).content.decode()


def test_every_fix_is_an_option_that_exists():
    for category, fix in fixes._FIXES.items():
        assert category in CATEGORIES
        assert fix.described.consequence
        assert not fix.value or fix.words or fix.value == "True"


@pytest.mark.parametrize("value", ["", " "])
def test_a_choice_that_was_not_made_changes_nothing(client, world, value):
    failing(world, 1, category="order_fee")
    client.force_login(factories.member("configurator"))

    client.post(group_of(world, "order_fee", name="desk_fix"), {"value": value})

    assert SyncRule.objects.get(entity="invoice").options == {}


# Against both worlds.


@pytest.mark.django_db(transaction=True)
def test_what_can_be_chosen_comes_from_the_company(client, trade):
    trade.start()
    client.force_login(factories.member("configurator"))
    url = reverse("admin:desk_choices", args=(trade.integration.pk, "income_account"))

    answer = client.get(url)

    names = [name for _, name in answer.context["choices"]]
    accounts = trade.quickbooks("Account").values()
    assert names
    assert set(names) <= {one["Name"] for one in accounts}
    assert answer.context["chosen"] == trade.income_account
    made = trade.in_quickbooks("Account", fields={"Name": "New income", "AccountType": "Income"})
    assert made not in dict(client.get(url).context["choices"])  # asked once in some minutes
    assert made in dict(client.get(url, {"again": "1"}).context["choices"])
    trade.sandbox.fault("status", vendor="quickbooks", path=".*", status=503, times=9)
    items = reverse("admin:desk_choices", args=(trade.integration.pk, "fee_item"))
    assert client.get(items).context["trouble"]


@pytest.mark.django_db(transaction=True)
def test_many_conflicts_are_decided_at_once_in_both_worlds(client, trade):
    trade.rule(Entity.CONTACT, conflict=ConflictPolicy.ASK)
    people = [trade.contact(email=f"{n}@x.test", firstname="A", lastname="B") for n in range(3)]
    trade.sync()
    for contact in people:
        customer = trade.link(Side.HUBSPOT, Entity.CONTACT, contact).quickbooks_id
        trade.in_hubspot("contacts", "edit", contact, properties={"lastname": "Here"})
        trade.in_quickbooks("Customer", "edit", customer, fields={"FamilyName": "There"})
    trade.sync()
    client.force_login(factories.member("operator"))
    where = {"category": "conflict", "state": "needs_decision", "deed": "choose", "scope": "all"}

    press(client, trade.integration, wins="quickbooks", **where)
    trade.sync()

    assert {trade.hubspot("contacts")[one]["lastname"] for one in people} == {"There"}
    assert not causes(trade.integration, (State.NEEDS_DECISION,))
