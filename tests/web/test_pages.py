"""Every address of ours by every role; what stands on the pages; what they cost."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from syncapp.admin.roles import ROLES
from syncapp.admin.routes import ROUTES
from syncapp.engine.records import Entity
from syncapp.models import (
    AlertRecipient,
    Brake,
    ChosenColumns,
    Connection,
    DayCount,
    Integration,
    RecordLink,
    RuleDraft,
    RuleVersion,
    SavedView,
    SyncRule,
    WriteIntent,
)
from syncapp.reporting.keyset import ORDERS
from syncapp.setup.drafts import recommended_document
from tests import factories
from tests.web.consenting import type_password
from tests.web.test_roles import MAY

pytestmark = pytest.mark.django_db

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
MOST_QUERIES = 30
ASKS_A_VENDOR = ("record_read", "desk_choices")


@pytest.fixture
def world():
    return an_integration()


def an_integration():
    integration = factories.nordwind()
    for vendor, url in (
        ("hubspot", "https://app.hubspot.com"),
        ("quickbooks", "https://qbo.test/app/homepage"),
    ):
        connection = getattr(integration, vendor)
        connection.account = {"app_url": url}
        connection.save()
    for entity in ("contact", "product", "invoice"):
        SyncRule.objects.create(integration=integration, entity=entity, is_on=True)
    RuleVersion.objects.create(
        rule=SyncRule.objects.order_by("id")[0], number=1, data={"entity": "contact", "on": True}
    )
    Brake.objects.create(integration=integration, sentence="This pass would void 60 invoices.")
    factories.run(integration, outcome="done", writes=5, counts={"invoice": {"failing": 1}})
    factories.link(
        integration, label="Ada Berg", quickbooks_id="7", hubspot_id="70", state="in_sync"
    )
    failing = factories.link(
        integration,
        "invoice",
        label=HOSTILE,
        hubspot_id="80",
        state="failing",
        category="contact_link",
        sentence=f"Its customer {HOSTILE} is not linked.",
        amount=Decimal("12.50"),
        currency="USD",
    )
    change = {
        "field": "phone=PrimaryPhone",
        "target": "quickbooks",
        "before": HOSTILE,
        "after": "+1",
    }
    factories.activity(failing, change, sentence=HOSTILE, vendor_request_id="req-1")
    return integration


# Ways back that were never begun, and pages that ask for the password first
LEAD_ON = {"consent_callback", "consent_offer", "connect", "reconnect"} | {
    "connect_private_app", "reconnect_private_app", "add_person", "edit_person",
    "records_export", "older_export", "older_invoices",
}  # fmt: skip


@pytest.fixture
def owner(client):
    client.force_login(factories.member("owner"))
    type_password(client)
    return client


def draft():
    """Of two accounts that must be reconnected, so that nobody asks them."""
    integration = Integration.objects.filter(name="Acme").first() or factories.acme()
    mine = [integration.hubspot_id, integration.quickbooks_id]
    Connection.objects.filter(pk__in=mine).update(needs_reconnect=True)
    found = RuleDraft.objects.filter(integration=integration).first()
    return found or RuleDraft.objects.create(
        integration=integration,
        entity="contact",
        data=recommended_document(Entity.CONTACT),
        changed_at=timezone.now(),
    )


def address(route, world):
    ben = User.objects.filter(username="ben").first() or factories.ben()
    values = {
        "switch_rule": {"pk": world.rules.first().pk},
        "release_brake": {"pk": world.brakes.first().pk},
        "record_activity": {"pk": world.links.last().pk},
        "objects_panel": {"pk": world.pk, "entity": "invoice", "state": "failing"},
        "choose_columns": {"page": "objects"},
        "drop_view": {"pk": 1},
        "connect": {"vendor": "hubspot"},
        "consent_callback": {"vendor": "hubspot"},
        "consent_offer": {"key": "unknown"},
        "rename_connection": {"pk": world.hubspot_id},
        "reconnect_private_app": {"pk": world.hubspot_id},
        **{key: {"pk": world.hubspot_id} for key in ("reconnect", "test_connection", "disconnect")},
        **{key: {"pk": ben.pk} for key in ("edit_person", "reset_second_factor")},
        "sign_out_person": {"pk": ben.pk},
        "rule_versions": {"pk": world.rules.first().pk},
        "restore_version": {"pk": world.rules.first().pk, "number": 1},
        "edit_integration": {"pk": world.pk},
        **{
            f"{deed}_recipient": {"pk": AlertRecipient.objects.get_or_create(name="Ada")[0].pk}
            for deed in ("edit", "try", "drop")
        },
        **{name: {"pk": world.links.last().pk} for name in ("record", "record_read")},
        "record_deed": {"pk": world.links.last().pk, "deed": "sync"},
        "run": {"pk": world.runs.first().pk},
        "pass_live": {"pk": world.pk},
        "desk_choices": {"pk": world.pk, "option": "income_account"},
        **{
            name: {"pk": world.pk, "state": "failing", "category": "order_fee"}
            for name in ("desk_group", "desk_do", "desk_fix")
        },
        **{one.name: {"pk": draft().pk} for one in ROUTES if "setup/<int:pk>" in one.path},
        **{key: {"pk": world.pk} for key in ("pause", "go_on", "sync_now")},
    }
    return reverse(f"admin:{route.name}", kwargs=values.get(route.name, {}))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
@pytest.mark.parametrize("role", ROLES)
def test_every_role_at_every_address(client, world, settings, role, route):
    person = factories.member(role)
    SavedView.objects.create(pk=1, user=person, name="Mine")
    client.force_login(person)
    url = address(route, world)
    settings.HUBSPOT_API_BASE = "http://127.0.0.1:1"
    if route.name in ASKS_A_VENDOR and route.permission in MAY[role]:
        pytest.skip("proven where there are vendors to ask")
    given = {"on": "no", "name": "x", "deed": "retry"}

    answer = client.post(url, given) if route.is_action else client.get(url)

    good = 302 if route.is_action or route.name in LEAD_ON else 200
    assert answer.status_code == (good if route.permission in MAY[role] else 403)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_nobody_without_a_group_opens_anything(client, world, route):
    client.force_login(factories.ben())
    url = address(route, world)

    assert client.get(url).status_code == 403
    assert client.post(url).status_code == 403


@pytest.mark.parametrize(
    "route", [one for one in ROUTES if one.is_action], ids=lambda one: one.name
)
def test_an_action_is_not_done_by_following_a_link(owner, world, route):
    assert owner.get(address(route, world)).status_code == 405


PAGES = ["/admin/", "/admin/objects/", "/admin/records/", "/admin/desk/", "/admin/passes/"]


@pytest.mark.parametrize("url", PAGES)
def test_a_page_says_what_to_do_while_nothing_is_connected(owner, url):
    page = owner.get(url).content.decode()

    assert "Connect" in page


@pytest.mark.parametrize("url", PAGES)
def test_more_records_cost_a_page_no_more_queries(owner, world, url, django_assert_max_num_queries):
    owner.get(url)  # content types and the session are read once
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        owner.get(url)
    for number in range(20):
        link = factories.link(
            world, hubspot_id=f"more-{number}", state="failing", category="no_name"
        )
        factories.activity(link)
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        owner.get(url)

    assert len(many) == len(few)


def test_names_from_outside_are_text_wherever_they_are_shown(owner, world):
    failing = world.links.get(state="failing")
    pages = [
        "/admin/",
        "/admin/objects/",
        "/admin/records/",
        reverse("admin:objects_panel", args=(world.pk, "invoice", "failing")),
        reverse("admin:record_activity", args=(failing.pk,)),
        f"/admin/records/?q={HOSTILE}&order={HOSTILE}&after={HOSTILE}",
    ]
    for url in pages:
        page = owner.get(url).content.decode()
        assert "<img src=x" not in page, url
        assert "<script>alert" not in page, url
        assert " style=" not in page, url
        assert " onclick=" not in page, url


def test_the_days_of_each_object_are_drawn_and_told(owner, world):
    today = timezone.localdate(timezone=world.zone)
    DayCount.objects.create(
        integration=world, day=today, entity="invoice", created=1200, updated=1, failed=3
    )
    DayCount.objects.create(
        integration=world, day=today - timedelta(days=30), entity="invoice", created=7
    )

    page = owner.get("/admin/objects/").content.decode()

    assert page.count("1,200 created, 1 updated, 3 began to fail") == 2
    assert page.count("Nothing happened.") == 3
    assert '<td class="ll-number">1,200</td>' in page
    invoices = owner.get("/admin/objects/?object=invoice").content.decode()
    assert invoices.count("ll-day-chart") == 1


def test_a_number_opens_its_records_with_their_reason(owner, world):
    page = owner.get(reverse("admin:objects_panel", args=(world.pk, "invoice", "failing")))

    text = page.content.decode()
    assert "Customer is not linked" in text
    assert "An invoice never makes a customer" in text
    assert "Open all 1 in the record view" in text


def test_switching_off_says_what_is_asked_and_does_it_once(owner, world):
    page = owner.get("/admin/objects/").content.decode()
    assert "Payments go off with it." in page
    rule = world.rules.get(entity="invoice")
    url = reverse("admin:switch_rule", args=(rule.pk,))

    owner.post(url, {"on": "no"})
    owner.post(url, {"on": "no"})

    rule.refresh_from_db()
    assert not rule.is_on
    assert rule.version == 2


def test_a_way_back_to_another_site_is_not_taken(owner, world):
    url = reverse("admin:pause", args=(world.pk,))

    answer = owner.post(url, {"next": "https://evil.test/"})

    assert answer.url == f"/admin/objects/?integration={world.pk}"
    assert Integration.objects.get().is_paused


def test_only_an_owner_is_offered_the_brake(client, world):
    shown = {}
    for role in ROLES:
        client.force_login(factories.member(role))
        shown[role] = "Release the brake" in client.get("/admin/objects/").content.decode()

    assert shown == {"viewer": False, "operator": False, "configurator": False, "owner": True}


def test_releasing_the_brake_is_signed_with_a_name(owner, world):
    brake = world.brakes.get()

    owner.post(reverse("admin:release_brake", args=(brake.pk,)))

    brake.refresh_from_db()
    assert brake.released_by == "owner"


@pytest.mark.parametrize("name", ["release_brake", "records_export", "older_export"])
def test_what_is_delicate_asks_for_the_password_again(client, world, name):
    client.force_login(factories.member("owner"))
    route = next(one for one in ROUTES if one.name == name)
    ask = client.post if route.is_action else client.get

    answer = ask(address(route, world))

    assert answer.url.startswith("/admin/password/")
    assert world.brakes.get().released_at is None


def test_after_the_password_a_download_is_pressed_again_where_it_was(client, world):
    client.force_login(factories.member("owner"))
    asked = client.get(f"{reverse('admin:records_export')}?state=failing")

    back = client.post(asked.url, {"password": factories.PASSWORD}, follow=True)

    assert back.redirect_chain[-1][0] == "/admin/records/?state=failing"
    assert "Press the button again now" in back.content.decode()


def test_columns_are_kept_for_one_person(client, world):
    ada = factories.member("viewer")
    client.force_login(ada)

    client.post(reverse("admin:choose_columns", args=("records",)), {"column": ["amount", "evil"]})

    assert ChosenColumns.objects.get().columns == ["amount"]
    headings = client.get("/admin/records/").context["headings"]
    assert [one["name"] for one in headings] == ["record", "amount"]
    client.force_login(factories.member("owner"))
    assert len(client.get("/admin/records/").context["headings"]) > 2


def found(client, **query):
    page = client.get("/admin/records/", query)
    return [one["link"].label for one in page.context["records"]]


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ({"object": "contact"}, ["Ada Berg"]),
        ({"state": "failing"}, [HOSTILE]),
        ({"reason": "contact_link"}, [HOSTILE]),
        ({"side": "both"}, ["Ada Berg"]),
        ({"side": "hubspot"}, [HOSTILE]),
        ({"side": "quickbooks"}, []),
        ({"q": "ada"}, ["Ada Berg"]),
        ({"q": "7"}, ["Ada Berg"]),
        ({"least": "12.50"}, [HOSTILE]),
        ({"most": "12.49"}, []),
        ({"since": "2999-01-01"}, []),
        ({"order": "label"}, [HOSTILE, "Ada Berg"]),
        ({"order": "-label"}, ["Ada Berg", HOSTILE]),
    ],
    ids=str,
)
def test_records_are_found_by(owner, world, query, labels):
    assert found(owner, **query) == labels


@pytest.mark.parametrize("query", [{"state": "evil"}, {"least": "abc"}, {"since": "yesterday"}])
def test_what_is_asked_wrongly_is_said_and_finds_nothing(owner, world, query):
    page = owner.get("/admin/records/", query)

    assert page.status_code == 200
    assert page.context["records"] == []
    assert "ll-error" in page.content.decode()


@pytest.mark.parametrize("order", ORDERS)
def test_paging_there_and_back_shows_every_record_once(owner, world, order):
    for number in range(58):
        amount = number % 4 or None
        factories.link(world, hubspot_id=f"p{number}", label=f"Same {number % 3}", amount=amount)
    every = set(RecordLink.objects.values_list("pk", flat=True))
    url, there = f"?order={order}&size=25", []
    while url:
        page = owner.get(f"/admin/records/{url}")
        there.append([one["link"].pk for one in page.context["records"]])
        last, url = page, page.context["next"]
    back, url = [there[-1]], last.context["previous"]
    while url:
        page = owner.get(f"/admin/records/{url}")
        back.append([one["link"].pk for one in page.context["records"]])
        url = page.context["previous"]

    seen = [pk for page in there for pk in page]
    assert len(seen) == len(set(seen))
    assert set(seen) == every
    assert back[::-1] == there


def test_a_record_is_linked_to_both_apps(owner, world):
    page = owner.get("/admin/records/?object=contact").content.decode()

    assert 'href="https://app.hubspot.com/contacts/4711/record/0-1/70"' in page
    assert 'href="https://qbo.test/app/customerdetail?nameId=7"' in page


def test_an_address_that_is_none_becomes_no_link(owner, world):
    world.hubspot.account = {"app_url": "javascript:alert(1)//"}
    world.hubspot.save()

    assert "javascript:" not in owner.get("/admin/records/").content.decode()


def test_activity_tells_before_and_after_and_the_vendors_request(owner, world):
    failing = world.links.get(state="failing")
    rule = world.rules.get(entity="invoice")
    for number, age in ((4, 2), (5, -2)):
        RuleVersion.objects.create(
            rule=rule, number=number, data={}, saved_at=timezone.now() - timedelta(hours=age)
        )
    intent = WriteIntent.objects.create(
        integration=world,
        link=failing,
        side="quickbooks",
        entity="invoice",
        operation="create",
        request_id="ours-1",
        body={},
        answer={"invoice_answer": HOSTILE},
    )
    failing.activity.update(intent=intent)

    page = owner.get(reverse("admin:record_activity", args=(failing.pk,))).content.decode()

    assert "req-1" in page
    assert "rule version 4" in page
    assert "invoice_answer" in page
    assert "<ins>+1</ins>" in page
    assert "PrimaryPhone" in page


def exported(client, **query):
    answer = client.get("/admin/records/export/", query)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_export_holds_what_is_shown(owner, world):
    owner.post(reverse("admin:choose_columns", args=("records",)), {"column": ["state", "amount"]})

    rows = exported(owner, state="failing")

    assert rows == [["Record", "State", "Amount", "Currency"], [HOSTILE, "Failing", "12.50", "USD"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_export_is_a_formula(owner, world, start):
    factories.link(world, hubspot_id=f"{start}1+1", label=f'{start}HYPERLINK("https://evil.test")')

    for row in exported(owner):
        for cell in row:
            assert not cell.startswith(start)


def test_a_negative_amount_stays_a_number_in_the_export(owner, world):
    factories.link(world, "payment", label="Refund", amount=Decimal("-3.10"), currency="USD")

    (row,) = [row for row in exported(owner) if row[0] == "Refund"]

    assert "-3.10" in row


def test_a_view_is_kept_shared_and_dropped_by_its_owner(client, world):
    client.force_login(factories.member("viewer"))
    query = "state=failing&object=invoice"
    client.post(reverse("admin:save_view"), {"name": "Trouble", "query": query, "is_shared": "on"})
    view = SavedView.objects.get()
    client.force_login(factories.member("owner"))

    page = client.get("/admin/records/").content.decode()

    assert f"/admin/records/?{query.replace('&', '&amp;')}" in page
    assert client.post(reverse("admin:drop_view", args=(view.pk,))).status_code == 404
    assert SavedView.objects.exists()


def test_a_view_of_somebody_else_is_not_shown_unless_it_is_shared(client, world):
    SavedView.objects.create(user=factories.member("viewer"), name="Private thing", query="")
    client.force_login(factories.member("owner"))

    assert "Private thing" not in client.get("/admin/records/").content.decode()


def test_home_asks_for_the_worker_when_it_was_not_seen(owner, world):
    assert "No worker is running" in owner.get("/admin/").content.decode()


def test_home_is_one_glance_once_everything_runs(owner, world):
    from syncapp.models import Heartbeat

    Heartbeat.beat()
    page = owner.get("/admin/").content.decode()

    assert "Until everything runs" not in page
    assert "1 record is failing" in page
    assert "12.50 USD" in page


def test_home_offers_a_step_to_whoever_may_do_it(client):
    for role, offered in (("owner", True), ("configurator", False)):
        client.force_login(factories.member(role))
        page = client.get("/admin/").content.decode()

        assert (reverse("admin:connect", args=("hubspot",)) in page) is offered
        assert ("An owner can do this." in page) is not offered
