"""Connecting accounts for real: through the sandbox's consent pages, shown before they are kept."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from syncapp.models import ApiUsage, Connection, Integration
from syncapp.models.sealing import unseal
from syncapp.pipeline.lease import leased
from tests import factories
from tests.web.consenting import (
    SAYS_NO,
    SAYS_YES,
    connect,
    consent,
    leave_for,
    messages_of,
    to_the_question,
    tokens_in,
    type_password,
    with_other,
)

SECOND = "9341450000000777"
VENDORS = ["hubspot", "quickbooks"]


@pytest.fixture
def owner(client, credentials):
    client.force_login(factories.member("owner"))
    type_password(client)
    return client


def deeds():
    rows = LogEntry.objects.exclude(additional_data=None).order_by("pk")
    return [(row.additional_data["deed"], row.object_repr, row.actor.username) for row in rows]


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_account_is_shown_before_it_is_kept(owner, sandbox, credentials, vendor):
    question = to_the_question(owner, sandbox, vendor)

    page = question.content.decode()
    assert "Is this the account?" in page
    account = (
        str(credentials["hubspot"]["portal_id"])
        if vendor == "hubspot"
        else credentials["quickbooks"]["companies"][0]["realm_id"]
    )
    assert account in page
    assert "Sandbox" in page
    assert not Connection.objects.exists()

    answer = owner.post(
        question.request["PATH_INFO"], {"answer": "yes", "name": "Ours"}, follow=True
    )

    assert messages_of(answer) == ["“Ours” is connected."]
    row = Connection.objects.get()
    assert (row.vendor, row.account_id, row.name) == (vendor, account, "Ours")
    assert row.refresh_token
    assert row.expires_at > timezone.now()
    assert row.account["name"]
    assert deeds() == [("connected", "Ours", "owner")]


def test_quickbooks_says_when_its_consent_ends_for_good(owner, sandbox):
    connect(owner, sandbox, "quickbooks")

    row = Connection.objects.get()

    assert row.refresh_expires_at < row.hard_expires_at
    page = owner.get(reverse("admin:connections")).content.decode()
    assert "Ends for good" in page


def test_two_companies_can_be_connected(owner, sandbox, credentials):
    first = credentials["quickbooks"]["companies"][0]["realm_id"]
    sandbox.options(quickbooks={SECOND: {}})

    connect(owner, sandbox, "quickbooks", realm=first)
    connect(owner, sandbox, "quickbooks", realm=SECOND)

    assert set(Connection.objects.values_list("account_id", flat=True)) == {first, SECOND}


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_waits_for_a_yes_is_sealed_and_in_no_page(owner, sandbox, vendor):
    question = to_the_question(owner, sandbox, vendor)

    session = Session.objects.get(pk=owner.session.stored_key).get_decoded()
    (sealed,) = session["consent_offers"].values()
    token = unseal(sealed, 60)["access_token"]
    assert token
    assert token not in str(session)
    assert token not in question.content.decode()
    assert tokens_in(question.content.decode()) == []
    assert token not in str(question.redirect_chain)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_no_keeps_nothing_and_gives_the_consent_back(owner, sandbox, vendor):
    question = to_the_question(owner, sandbox, vendor)
    (sealed,) = owner.session["consent_offers"].values()
    refresh_token = unseal(sealed, 60)["refresh_token"]

    answer = owner.post(question.request["PATH_INFO"], {"answer": "no"}, follow=True)

    assert "was not connected. Nothing is kept of it." in messages_of(answer)[0]
    assert not Connection.objects.exists()
    assert "consent_offers" not in owner.session or owner.session["consent_offers"] == {}
    assert is_dead(vendor, refresh_token)


def is_dead(vendor, refresh_token):
    from syncapp.engine.records import Side
    from syncapp.errors import AuthorizationLost
    from syncapp.pipeline.credentials import oauth_client

    try:
        oauth_client(Side(vendor)).refresh(refresh_token)
    except AuthorizationLost:
        return True
    return False


@pytest.mark.parametrize("vendor", VENDORS)
def test_who_does_not_allow_it_is_told_in_plain_words(owner, sandbox, vendor):
    back = consent(sandbox, vendor, leave_for(owner, vendor), **SAYS_NO[vendor])

    answer = owner.get(back, follow=True)

    assert "You did not allow the access" in messages_of(answer)[0]
    assert not Connection.objects.exists()


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_way_back_with_a_wrong_state_changes_nothing(owner, sandbox, vendor):
    back = consent(sandbox, vendor, leave_for(owner, vendor), **SAYS_YES[vendor])

    answer = owner.get(with_other(back, state="guessed"), follow=True)

    assert "begun by somebody else" in messages_of(answer)[0]
    assert not Connection.objects.exists()


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_state_is_good_once(owner, sandbox, vendor):
    back = consent(sandbox, vendor, leave_for(owner, vendor), **SAYS_YES[vendor])
    owner.get(back)

    answer = owner.get(back, follow=True)

    assert "was used already" in messages_of(answer)[0]


def test_a_state_belongs_to_its_vendor(owner, sandbox):
    asked = leave_for(owner, "hubspot")
    back = consent(sandbox, "hubspot", asked, **SAYS_YES["hubspot"])

    answer = owner.get(back.replace("/hubspot/", "/quickbooks/") + "&realmId=1", follow=True)

    assert "begun by somebody else" in messages_of(answer)[0]


def test_a_state_belongs_to_its_session_and_person(owner, sandbox, client_of):
    back = consent(sandbox, "hubspot", leave_for(owner, "hubspot"), **SAYS_YES["hubspot"])
    other = client_of(factories.ada())

    answer = other.get(back, follow=True)

    assert "begun by somebody else" in messages_of(answer)[0]
    assert not Connection.objects.exists()


@pytest.fixture
def client_of():
    from django.test import Client

    def made(person):
        client = Client()
        client.force_login(person)
        return client

    return made


def test_a_state_is_long_and_never_the_same(owner):
    states = {leave_for(owner, "hubspot")["state"] for _ in range(3)}

    assert len(states) == 3
    assert all(len(state) >= 32 for state in states)


def test_the_proof_key_goes_along_hashed(owner):
    asked = leave_for(owner, "hubspot")

    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_code_that_grew_old_is_said_plainly(owner, sandbox, vendor):
    back = consent(sandbox, vendor, leave_for(owner, vendor), **SAYS_YES[vendor])
    sandbox.advance(3600)

    answer = owner.get(back, follow=True)

    assert "good once and for a few minutes" in messages_of(answer)[0]
    assert not Connection.objects.exists()


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_app_without_keys_names_the_setting(owner, settings, vendor):
    setattr(settings, f"{vendor.upper()}_CLIENT_ID", "")

    page = owner.get(reverse("admin:connect", args=(vendor,))).content.decode()
    answer = owner.post(reverse("admin:connect", args=(vendor,)), follow=True)

    assert f"{vendor.upper()}_CLIENT_ID is not set" in page
    assert f"http://127.0.0.1:8000/admin/connections/callback/{vendor}/" in page
    assert f"{vendor.upper()}_CLIENT_ID is not set" in messages_of(answer)[0]


def test_reconnecting_gives_the_same_row_new_tokens(owner, sandbox):
    connect(owner, sandbox, "quickbooks")
    row = Connection.objects.get()
    row.needs_reconnect, row.reconnect_reason = True, "it was revoked"
    row.save()
    old = row.access_token

    question = to_the_question(owner, sandbox, "quickbooks", row)
    assert "This account is connected already" in question.content.decode()
    owner.post(question.request["PATH_INFO"], {"answer": "yes"})

    row = Connection.objects.get()
    assert row.access_token != old
    assert (row.needs_reconnect, row.reconnect_reason) == (False, "")
    assert [deed for deed, *_ in deeds()] == ["connected", "reconnected"]


def test_reconnecting_to_another_company_is_refused_with_advice(owner, sandbox, credentials):
    first = credentials["quickbooks"]["companies"][0]["realm_id"]
    sandbox.options(quickbooks={SECOND: {}})
    connect(owner, sandbox, "quickbooks", realm=first)
    row = Connection.objects.get()
    old = row.access_token

    answer = to_the_question(owner, sandbox, "quickbooks", row, realm=SECOND)

    said = messages_of(answer)[-1]
    assert SECOND in said
    assert f"holds the links of QuickBooks account {first}" in said
    assert "connect it as a connection of its own" in said
    assert Connection.objects.get().access_token == old
    assert owner.session.get("consent_offers", {}) == {}


def test_a_static_token_is_checked_shown_and_kept(owner, credentials):
    token = credentials["hubspot"]["access_token"]

    question = owner.post(reverse("admin:connect_private_app"), {"token": token}, follow=True)
    assert "Is this the account?" in question.content.decode()
    owner.post(question.request["PATH_INFO"], {"answer": "yes"})

    row = Connection.objects.get()
    assert (row.access_token, row.refresh_token, row.expires_at) == (token, "", None)
    page = owner.get(reverse("admin:connections")).content.decode()
    assert "A static token, without an end" in page
    assert token not in page


def test_a_wrong_static_token_is_refused_and_not_sent_back(owner):
    answer = owner.post(reverse("admin:connect_private_app"), {"token": "pat-na1-wrong-one"})

    page = answer.content.decode()
    assert "HubSpot does not open the account with these credentials" in page
    assert "pat-na1-wrong-one" not in page
    assert not Connection.objects.exists()


def test_a_test_says_who_answers(owner, trade):
    row = trade.integration.quickbooks

    answer = owner.post(reverse("admin:test_connection", args=(row.pk,)), follow=True)

    assert messages_of(answer)[0].startswith("“QuickBooks” answers: it is ")
    row.refresh_from_db()
    assert (row.test_finding, row.tested_at is None) == ("", False)
    assert ApiUsage.objects.get(connection=row).reads > 0


def test_a_test_keeps_what_it_found(owner, trade):
    row = trade.integration.hubspot
    row.access_token = "withdrawn"
    row.save()

    owner.post(reverse("admin:test_connection", args=(row.pk,)))

    row.refresh_from_db()
    assert row.test_finding
    assert row.test_finding in owner.get(reverse("admin:connections")).content.decode().replace(
        "&#x27;", "'"
    )


def renamed(owner, connection, name):
    answer = owner.post(
        reverse("admin:rename_connection", args=(connection.pk,)), {"name": name}, follow=True
    )
    return messages_of(answer)


def test_a_connection_is_renamed_and_keeps_tokens_that_were_renewed_meanwhile(owner, trade):
    connection = trade.integration.hubspot
    Connection.objects.filter(pk=connection.pk).update(account={"name": "Nordwind"})
    tokens = (connection.access_token, connection.refresh_token)

    assert renamed(owner, connection, " Our portal ") == ["“HubSpot” is called “Our portal” now."]

    kept = Connection.objects.get(pk=connection.pk)
    assert (kept.name, kept.access_token, kept.refresh_token) == ("Our portal", *tokens)


@pytest.mark.parametrize("name", ["", "   ", "QuickBooks", "x" * 101])
def test_a_name_that_is_none_or_taken_is_refused_in_words(owner, trade, name):
    (said,) = renamed(owner, trade.integration.hubspot, name)

    assert said.startswith("“HubSpot” keeps its name: ")
    assert Connection.objects.get(vendor="hubspot").name == "HubSpot"


@pytest.mark.parametrize("vendor", VENDORS)
def test_disconnecting_revokes_over_there_and_wipes_here(owner, sandbox, vendor):
    connect(owner, sandbox, vendor)
    row = Connection.objects.get()
    refresh_token = str(row.refresh_token)

    answer = owner.post(reverse("admin:disconnect", args=(row.pk,)), follow=True)

    assert "is disconnected and its tokens are wiped" in messages_of(answer)[0]
    row = Connection.objects.get()
    assert (row.access_token, row.refresh_token, row.previous_refresh_token) == ("", "", "")
    assert row.needs_reconnect
    assert "owner disconnected it." in answer.content.decode()
    assert is_dead(vendor, refresh_token)
    assert deeds()[-1] == ("disconnected", row.name, "owner")


def test_disconnecting_keeps_links_and_says_what_stays_to_do(owner, trade):
    trade.start()
    before = trade.integration.links.count()
    row = trade.integration.hubspot

    answer = owner.post(reverse("admin:disconnect", args=(row.pk,)), follow=True)

    assert "static one, which only HubSpot itself can end" in messages_of(answer)[1]
    assert trade.integration.links.count() == before > 0


def test_a_vendor_that_is_away_does_not_keep_our_tokens(owner, sandbox):
    connect(owner, sandbox, "quickbooks")
    row = Connection.objects.get()
    sandbox.fault("status", vendor="quickbooks", method="POST", path="revoke", status=503, times=1)

    answer = owner.post(reverse("admin:disconnect", args=(row.pk,)), follow=True)

    assert "Remove the app in QuickBooks's own settings too." in messages_of(answer)[1]
    assert Connection.objects.get().refresh_token == ""


def test_nothing_is_disconnected_under_a_running_pass(owner, trade):
    row = trade.integration.quickbooks

    with leased(trade.integration):
        answer = owner.post(reverse("admin:disconnect", args=(row.pk,)), follow=True)

    assert "A pass over “Nordwind” is running" in messages_of(answer)[0]
    row = Connection.objects.get(pk=row.pk)
    assert row.refresh_token
    assert not row.needs_reconnect


def test_two_connections_become_an_integration(owner, sandbox):
    connect(owner, sandbox, "hubspot")
    connect(owner, sandbox, "quickbooks")
    assert "now join them" in owner.get(reverse("admin:connections")).content.decode()
    ids = dict(Connection.objects.values_list("vendor", "pk"))

    form = {"name": "Ours", **ids, "interval_seconds": 300, "confirm_initial_load": "on"}
    owner.post(reverse("admin:add_integration"), form)

    made = Integration.objects.get()
    assert (made.name, made.interval_seconds, made.confirm_initial_load) == ("Ours", 300, True)
    again = owner.post(reverse("admin:add_integration"), form | {"name": "Twice"})
    assert "already synced with each other" in again.content.decode()


def test_the_accounts_of_an_integration_stay(owner, trade):
    pk = trade.integration.pk
    other = factories.connection("hubspot", "9999")

    form = {"name": "Renamed", "hubspot": other.pk, "interval_seconds": 30}
    refused = owner.post(reverse("admin:edit_integration", args=(pk,)), form)
    owner.post(reverse("admin:edit_integration", args=(pk,)), form | {"interval_seconds": 90})

    assert refused.status_code == 200
    row = Integration.objects.get(pk=pk)
    assert (row.name, row.interval_seconds) == ("Renamed", 90)
    assert row.hubspot_id != other.pk


@pytest.mark.parametrize("name", ["connect", "connect_private_app"])
def test_the_password_is_asked_again_for_what_is_delicate(client, credentials, name):
    client.force_login(factories.member("owner"))
    args = ("hubspot",) if name == "connect" else ()

    answer = client.get(reverse(f"admin:{name}", args=args))
    assert answer.url.startswith(reverse("admin:password_again"))
    wrong = client.post(answer.url, {"password": "guess"})
    assert "This is not your password." in wrong.content.decode()
    right = client.post(answer.url, {"password": factories.PASSWORD})

    assert right.url == reverse(f"admin:{name}", args=args)
    assert client.get(right.url).status_code == 200


def test_disconnecting_without_the_password_changes_nothing(client, trade):
    client.force_login(factories.member("owner"))
    row = trade.integration.quickbooks

    answer = client.post(reverse("admin:disconnect", args=(row.pk,)))

    assert answer.url.startswith(reverse("admin:password_again"))
    assert Connection.objects.get(pk=row.pk).access_token


def test_a_password_typed_long_ago_is_asked_again(owner):
    session = owner.session
    session["password_at"] -= 16 * 60
    session.save()

    answer = owner.get(reverse("admin:connect", args=("hubspot",)))

    assert answer.url.startswith(reverse("admin:password_again"))


def test_the_way_after_the_password_never_leads_elsewhere(owner):
    page = f"{reverse('admin:password_again')}?next=https://evil.test/"

    assert owner.post(page, {"password": factories.PASSWORD}).url == "/admin/"


def test_a_viewer_sees_the_connections_without_buttons(client, db):
    world = factories.nordwind()
    ApiUsage.objects.create(
        connection=world.quickbooks, day=timezone.now().date(), calls=70, reads=50
    )
    before = timezone.now().date().replace(day=1) - timedelta(days=1)
    ApiUsage.objects.create(connection=world.quickbooks, day=before, calls=7000, reads=5000)
    client.force_login(factories.member("viewer"))

    page = client.get(reverse("admin:connections")).content.decode()

    assert "50 of them reads" in page
    assert "of 500,000" in page
    assert "token-of-4711" not in page
    assert "enc1:" not in page
    assert "Disconnect" not in page
    assert reverse("admin:connect", args=("hubspot",)) not in page
