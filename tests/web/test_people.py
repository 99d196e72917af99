"""An owner says who may what; who changed what is kept and shown."""

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from syncapp.admin.access import given_password
from syncapp.admin.roles import OPERATE, OWN, VIEW
from syncapp.models import AuthenticatorApp, Connection, FieldMapping, SyncRule
from syncapp.setup.switch import rule_saved
from tests import factories
from tests.web.consenting import messages_of, type_password
from tests.web.signing_in import type_name_and_password, with_app

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    client.force_login(factories.member("owner"))
    type_password(client)
    return client


def fresh(user):
    return User.objects.get(pk=user.pk)


OWN_PAGE = "/admin/own-password/"
OWN_PASSWORD = "only dora knows this one"


def title_of(answer):
    return str(answer.context["title"])


def choose_password(browser, old, new):
    form = {"old_password": old, "new_password1": new, "new_password2": new}
    return browser.post(OWN_PAGE, form)


def edit(client, person, **said):
    form = {"first_name": "", "last_name": "", "email": "", "is_active": "on", **said}
    return client.post(
        reverse("admin:edit_person", args=(person.pk,)),
        {name: value for name, value in form.items() if value is not None},
        follow=True,
    )


def test_a_new_person_signs_in_with_the_role_they_were_given(owner):
    form = {"username": "dora", "password": factories.PASSWORD, "role": "operator"}
    owner.post(reverse("admin:add_person"), form | {"is_active": "on"})

    dora = User.objects.get(username="dora")
    assert (dora.has_perm(OPERATE), dora.has_perm(OWN), dora.is_superuser) == (True, False, False)
    browser = Client()
    assert title_of(type_name_and_password(browser, "dora")) == "Your own password"
    assert title_of(browser.get("/admin/connections/", follow=True)) == "Your own password"
    refused = choose_password(browser, factories.PASSWORD, factories.PASSWORD)
    assert "Choose another one" in refused.content.decode()
    choose_password(browser, factories.PASSWORD, OWN_PASSWORD)

    assert title_of(browser.get("/admin/connections/")) == "Connections"
    assert title_of(type_name_and_password(Client(), "dora", OWN_PASSWORD)) == "Connections"


def test_a_password_that_an_owner_gives_again_must_be_changed_too(owner):
    person = factories.member("viewer")
    form = {"password1": OWN_PASSWORD, "password2": OWN_PASSWORD, "usable_password": "true"}
    owner.post(reverse("admin:auth_user_password_change", args=(person.pk,)), form)

    answer = type_name_and_password(Client(), "viewer", OWN_PASSWORD)

    assert title_of(answer) == "Your own password"


def test_the_second_factor_comes_before_a_password_of_ones_own(owner):
    person = factories.member("viewer")
    with_app(person)
    given_password.give(person)
    browser = Client()
    type_name_and_password(browser, "viewer")

    assert title_of(browser.get(OWN_PAGE, follow=True)) == "Your code"


def test_a_weak_first_password_is_refused(owner):
    form = {"username": "dora", "password": "12345", "role": "viewer", "is_active": "on"}

    answer = owner.post(reverse("admin:add_person"), form)

    assert "too short" in answer.content.decode()
    assert "12345" not in answer.content.decode()
    assert not User.objects.filter(username="dora").exists()


def test_a_role_is_given_and_taken(owner):
    person = factories.member("viewer")

    edit(owner, person, role="configurator")
    assert [group.name for group in fresh(person).groups.all()] == ["configurator"]
    edit(owner, person, role="")

    assert not fresh(person).has_perm(VIEW)


def test_who_may_no_longer_sign_in_is_out_at_once(owner):
    person = factories.member("viewer")
    theirs = Client()
    type_name_and_password(theirs, "viewer")

    edit(owner, person, role="viewer", is_active=None)

    assert theirs.get("/admin/connections/").status_code == 302


def test_an_owner_does_not_lock_themselves_out(owner):
    me = User.objects.get(username="owner")

    answer = edit(owner, me, role="viewer")

    assert "ask another owner" in answer.content.decode()
    assert fresh(me).has_perm(OWN)


@pytest.mark.parametrize(
    "page", ["edit_person", "reset_second_factor", "sign_out_person", "auth_user_password_change"]
)
def test_an_owner_does_not_reach_for_a_superuser(owner, page):
    ada = factories.ada()

    answer = owner.post(reverse(f"admin:{page}", args=(ada.pk,)), {"role": "viewer"})

    assert answer.status_code == 403


def test_an_owner_makes_nobody_a_superuser(owner):
    person = factories.member("viewer")
    form = {"username": "viewer", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    form |= {"date_joined_0": "2026-01-01", "date_joined_1": "10:00"}

    owner.post(reverse("admin:auth_user_change", args=(person.pk,)), form)

    assert not fresh(person).is_superuser


def test_a_lost_phone_is_replaced(owner):
    person = factories.member("operator")
    with_app(person)
    theirs = Client()
    theirs.force_login(person)

    owner.post(reverse("admin:reset_second_factor", args=(person.pk,)))

    assert not AuthenticatorApp.objects.exists()
    assert theirs.get("/admin/account/").status_code == 302
    entry = LogEntry.objects.get(additional_data__deed="second_factor_reset")
    assert (entry.actor.username, entry.object_repr) == ("owner", "operator")


def shown(client):
    return client.get(reverse("admin:changes")).content.decode()


def test_a_changed_role_is_kept_with_who_gave_it(owner):
    person = factories.member("viewer")

    edit(owner, person, role="configurator", email="v@nordwind.test")

    page = shown(owner)
    assert "v@nordwind.test" in page
    assert "<ins>configurator</ins>" in page
    assert "<del>viewer</del>" in page


def test_a_changed_setting_is_kept_with_before_and_after(owner):
    world = factories.nordwind()

    LogEntry.objects.all().delete()

    form = {"name": "Northwind", "interval_seconds": 300}
    owner.post(reverse("admin:edit_integration", args=(world.pk,)), form)

    entry = LogEntry.objects.get()
    assert entry.actor.username == "owner"
    assert entry.changes_dict == {
        "name": ["Nordwind", "Northwind"],
        "interval_seconds": ["60", "300"],
    }
    assert "<del>60</del>" in shown(owner)


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("direction", "to_hubspot", ["direction", "QuickBooks to HubSpot"]),
        ("on", "yes", ["Sync", "yes"]),
        ("option seller_language", "nb", ["Language of what sellers read there", "nb"]),
        (
            "filter to_quickbooks",
            '[[{"object": "contact", "property": "city", "operator": "is", "value": "Oslo"}]]',
            ["Which go to QuickBooks", "contact city is Oslo"],
        ),
        ("filter to_quickbooks", '[["?"]]', ["Which go to QuickBooks", "[[&quot;?&quot;]]"]),
    ],
)
def test_a_changed_rule_is_told_in_words(owner, key, text, expected):
    rule = SyncRule.objects.create(integration=factories.nordwind(), entity="contact")
    LogEntry.objects.all().delete()
    LogEntry.objects.log_create(rule, changes={key: ["", text]}, action=LogEntry.Action.UPDATE)

    page = shown(owner)

    title, value = expected
    assert f'<th scope="row">{title}</th>' in page
    assert f"<ins>{value}</ins>" in page


@pytest.mark.parametrize("name", ["pause", "go_on"])
def test_pausing_and_going_on_are_kept(owner, name):
    world = factories.nordwind(is_paused=name == "go_on")
    LogEntry.objects.all().delete()

    owner.post(reverse(f"admin:{name}", args=(world.pk,)))

    entry = LogEntry.objects.get()
    assert list(entry.changes_dict) == ["is_paused"]


def test_a_rule_switched_is_one_entry_and_its_counting_none(owner):
    world = factories.nordwind()
    rule = SyncRule.objects.create(integration=world, entity="contact", is_on=True)
    LogEntry.objects.all().delete()

    owner.post(reverse("admin:switch_rule", args=(rule.pk,)), {"on": "no"})
    rule.refresh_from_db()
    rule_saved(rule)

    (entry,) = LogEntry.objects.all()
    assert entry.changes_dict == {"is_on": ["True", "False"]}


def test_a_mapping_that_is_made_and_deleted_is_kept(owner):
    rule = SyncRule.objects.create(integration=factories.nordwind(), entity="contact")
    mapping = FieldMapping.objects.create(rule=rule, hubspot="phone", quickbooks="PrimaryPhone")
    mapping.delete()

    page = shown(owner)

    assert "PrimaryPhone" in page
    assert "deleted it" in page


def test_renewing_a_token_is_no_change_of_a_setting(owner):
    connection = factories.connection("quickbooks", "9130")
    LogEntry.objects.all().delete()

    connection.access_token, connection.refresh_token = "new-token", "new-refresh"
    connection.save()

    assert not LogEntry.objects.exists()


def test_no_token_is_ever_kept(owner):
    factories.nordwind()
    said = " ".join(f"{row.changes} {row.additional_data}" for row in LogEntry.objects.all())

    assert "9130" in said
    assert "token-of-" not in said
    assert "enc1:" not in said


def test_names_from_outside_are_text(owner):
    factories.nordwind()
    row = Connection.objects.first()
    row.name = "<script>alert(1)</script>"
    row.save()

    assert "<script>alert" not in shown(owner)


def test_older_changes_are_on_the_next_page(owner, django_assert_max_num_queries):
    for number in range(120):
        factories.connection("hubspot", str(number))
    with django_assert_max_num_queries(16):
        first = owner.get(reverse("admin:changes"))
    second = owner.get(reverse("admin:changes"), {"before": first.context["more"]})

    ids = [row["change"].id for page in (first, second) for row in page.context["rows"]]
    assert len(ids) == len(set(ids)) == 100
    assert ids == sorted(ids, reverse=True)


def test_nonsense_in_the_address_is_ignored(owner):
    assert owner.get(reverse("admin:changes"), {"before": "x", "who": "'"}).status_code == 200


def test_signing_somebody_out_says_how_often(owner):
    person = factories.member("viewer")
    for _ in range(2):
        Client().force_login(person)

    answer = owner.post(reverse("admin:sign_out_person", args=(person.pk,)), follow=True)

    assert messages_of(answer) == ["viewer is signed out: 2."]


def test_the_page_of_a_person_does_not_pose_as_theirs(owner):
    person = factories.member("viewer")

    page = owner.get(reverse("admin:edit_person", args=(person.pk,)))

    assert page.context["user"].username == "owner"
    assert "<strong>owner</strong>" in page.content.decode()


def test_an_integration_is_kept_by_its_columns_and_names(owner):
    factories.nordwind()

    entry = LogEntry.objects.get(object_repr="Nordwind")
    assert entry.changes_dict["hubspot"] == ["None", "hubspot 4711"]
    assert not {"links", "runs", "golive"} & set(entry.changes_dict)
