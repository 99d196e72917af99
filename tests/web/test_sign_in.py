"""Coming in: password, second factor, too many tries, sessions."""

import re
from datetime import timedelta

import pytest
import time_machine
from asgiref.sync import async_to_sync
from auditlog.models import LogEntry
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from integration_site.session_store import SessionStore
from syncapp.admin.access.ways_in import WAYS_IN
from syncapp.models import AuthenticatorApp, RecoveryCodes
from tests import factories
from tests.web.consenting import type_password
from tests.web.signing_in import SECOND_FACTOR, SET_UP, code_of, type_name_and_password, with_app

pytestmark = pytest.mark.django_db


def came_in(client):
    return client.get("/admin/connections/").status_code == 200


def title_of(answer):
    return str(answer.context["title"])


def codes_on(answer):
    return set(re.findall(r"<code>([a-z2-7]{13})</code>", answer.content.decode()))


def signs_in(code):
    browser = Client()
    type_name_and_password(browser, "operator")
    browser.post(SECOND_FACTOR, {"code": code})
    return came_in(browser)


def test_a_password_alone_is_enough_where_no_more_is_set_up_or_required(client):
    factories.member("viewer")

    answer = type_name_and_password(client, "viewer")

    assert title_of(answer) == "Connections"


def test_who_has_set_up_an_app_is_asked_for_its_code(client):
    device = with_app(factories.member("operator"))

    answer = type_name_and_password(client, "operator")
    assert title_of(answer) == "Your code"
    assert not came_in(client)
    answer = client.post(answer.redirect_chain[-1][0], {"code": code_of(device)}, follow=True)

    assert title_of(answer) == "Connections"


def test_a_code_is_good_once(client):
    device = with_app(factories.member("operator"))
    code = code_of(device)
    type_name_and_password(client, "operator")
    client.post(SECOND_FACTOR, {"code": code})
    other = Client()
    type_name_and_password(other, "operator")

    answer = other.post(SECOND_FACTOR, {"code": code})

    assert "This code is wrong" in answer.content.decode()
    assert not came_in(other)


def test_a_wrong_code_opens_nothing_and_slows_the_next_try(client):
    device = with_app(factories.member("operator"))
    type_name_and_password(client, "operator")

    wrong = client.post(SECOND_FACTOR, {"code": "000000"})
    right_at_once = client.post(SECOND_FACTOR, {"code": code_of(device)})

    assert "before the next try" in wrong.content.decode()
    assert right_at_once.status_code == 200
    assert not came_in(client)


def test_a_recovery_code_signs_in_once(client):
    with_app(factories.member("operator"))
    type_name_and_password(client, "operator")

    client.post(SECOND_FACTOR, {"code": "ABCD2345"})

    assert came_in(client)
    assert RecoveryCodes.objects.get().hashes == []


def test_the_code_of_somebody_else_is_none(client):
    with_app(factories.member("operator"))
    other = with_app(factories.member("viewer"))
    type_name_and_password(client, "operator")

    client.post(SECOND_FACTOR, {"code": code_of(other)})

    assert not came_in(client)


def test_a_password_alone_never_replaces_the_app(client):
    device = with_app(factories.member("operator"))
    type_name_and_password(client, "operator")

    answer = client.get(SET_UP)
    client.post(SET_UP, {"code": code_of(device)})

    assert answer.url.startswith(SECOND_FACTOR)
    assert list(AuthenticatorApp.objects.all()) == [device]


def test_an_owner_must_set_one_up_where_it_is_required(client, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    factories.member("owner")

    answer = type_name_and_password(client, "owner")
    assert title_of(answer) == "Set up the second factor"
    assert not came_in(client)
    device = AuthenticatorApp.objects.get()
    page = client.post(answer.redirect_chain[-1][0], {"code": code_of(device)})

    codes = codes_on(page)
    assert len(codes) == 10
    assert 'href="/admin/connections/"' in page.content.decode()
    assert came_in(client)
    assert LogEntry.objects.get(additional_data__deed="second_factor_set_up").actor.username == (
        "owner"
    )


def test_only_owners_must(client, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    factories.member("configurator")

    assert title_of(type_name_and_password(client, "configurator")) == "Connections"


def test_setting_up_with_a_wrong_code_changes_nothing(client):
    factories.member("viewer")
    type_name_and_password(client, "viewer")
    client.get(SET_UP)

    answer = client.post(SET_UP, {"code": "000000"})

    assert "This code is wrong" in answer.content.decode()
    assert not AuthenticatorApp.objects.filter(confirmed=True).exists()
    assert came_in(client)


def test_the_picture_is_drawn_without_style_and_stays_the_same(client):
    factories.member("viewer")
    type_name_and_password(client, "viewer")

    pages = [client.get(SET_UP).content.decode() for _ in range(2)]

    drawn = [page[page.index("<svg") : page.index("</svg>")] for page in pages]
    assert drawn[0] == drawn[1]
    assert "style" not in drawn[0]


@pytest.mark.parametrize("address", [address for address, *_ in WAYS_IN])
def test_the_ways_in_are_for_staff_who_gave_their_password(client, address):
    assert client.get(f"/admin/{address}").url.startswith("/admin/login/")
    client.force_login(factories.cleo())
    assert client.get(f"/admin/{address}").url.startswith("/admin/login/")


@pytest.mark.parametrize("address", [address for address, *_ in WAYS_IN])
def test_the_way_after_a_code_never_leads_elsewhere(client, address):
    device = with_app(factories.member("operator"))
    type_name_and_password(client, "operator")

    answer = client.post(f"{SECOND_FACTOR}?next=//evil.test/", {"code": code_of(device)})

    assert answer.url == "/admin/"


def test_an_app_can_be_replaced_and_taken_away_by_who_showed_it(client):
    device = with_app(factories.member("operator"))
    type_name_and_password(client, "operator")
    client.post(SECOND_FACTOR, {"code": code_of(device)})

    client.get(SET_UP)
    new = AuthenticatorApp.objects.get(confirmed=False)
    client.post(SET_UP, {"code": code_of(new)})
    assert list(AuthenticatorApp.objects.all()) == [new]
    assert came_in(client)
    client.post(reverse("admin:remove_second_factor"))

    assert not AuthenticatorApp.objects.exists()
    assert came_in(client)


def test_where_it_is_required_it_cannot_be_taken_away(client, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    device = with_app(factories.member("owner"))
    type_name_and_password(client, "owner")
    client.post(SECOND_FACTOR, {"code": code_of(device)})

    client.post(reverse("admin:remove_second_factor"))

    assert AuthenticatorApp.objects.filter(confirmed=True).exists()


def test_new_recovery_codes_end_the_old_ones(client):
    device = with_app(factories.member("operator"))
    type_name_and_password(client, "operator")
    client.post(SECOND_FACTOR, {"code": code_of(device)})

    codes = codes_on(client.post(reverse("admin:recovery_codes")))

    assert len(codes) == 10
    assert signs_in(codes.pop())
    assert not signs_in("abcd2345")


def test_five_wrong_passwords_lock_this_name_from_this_place(client):
    factories.member("viewer")
    for _ in range(4):
        assert type_name_and_password(client, "viewer", "guess").status_code == 200
    locked = type_name_and_password(client, "viewer", "guess")

    assert locked.status_code == 429
    assert "Wait 15 minutes" in locked.content.decode()
    assert type_name_and_password(client, "viewer").status_code == 429
    factories.member("operator")
    assert title_of(type_name_and_password(Client(), "operator")) == "Connections"


def test_guessing_the_password_again_counts_too(client):
    client.force_login(factories.member("owner"))
    page = reverse("admin:password_again")

    answers = [client.post(page, {"password": f"guess {number}"}) for number in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 4 + [429]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_caller_behind_proxies_is_who_the_nearest_trusted_one_saw(
    client, settings, proxies, forwarded, counted
):
    settings.PROXY_COUNT = proxies
    client.post(
        "/admin/login/",
        {"username": "viewer", "password": "guess"},
        headers={"x-forwarded-for": forwarded},
    )

    assert AccessAttempt.objects.get().ip_address == counted


def test_a_session_cannot_be_taken_over_by_who_reads_the_database(client):
    factories.member("viewer")
    type_name_and_password(client, "viewer")
    key = client.session.session_key

    row = Session.objects.get()

    assert key not in (row.session_key, row.session_data)
    thief = Client()
    thief.cookies["sessionid"] = row.session_key
    assert not came_in(thief)
    assert came_in(client)


def test_signing_out_ends_the_session_in_the_database(client):
    factories.member("viewer")
    type_name_and_password(client, "viewer")

    client.post("/admin/logout/")

    assert not Session.objects.exists()


def test_each_step_of_signing_in_gives_the_session_a_new_key(client):
    app = with_app(factories.member("operator"))
    keys = []
    for step in (
        lambda: type_name_and_password(client, "operator"),
        lambda: client.post(SECOND_FACTOR, {"code": code_of(app)}),
        lambda: client.post(reverse("admin:password_again"), {"password": factories.PASSWORD}),
    ):
        step()
        keys.append(client.session.session_key)

    assert len(set(keys)) == 3
    assert Session.objects.count() == 1
    assert came_in(client)


def test_after_twelve_hours_everybody_signs_in_again(client):
    factories.member("viewer")
    with time_machine.travel("2026-11-25 08:00+00:00", tick=False) as clock:
        type_name_and_password(client, "viewer")
        for _ in range(22):
            clock.shift(timedelta(minutes=30))
            client.get(reverse("admin:password_again"))
        type_password(client)  # what is saved lasts longer in the browser
        assert came_in(client)
        clock.shift(timedelta(hours=2))
        assert not came_in(client)
        type_name_and_password(client, "viewer")
        assert came_in(client)


@pytest.mark.parametrize(("asks", "is_in"), [("a person", True), ("a page by itself", False)])
def test_after_an_hour_without_anybody_doing_anything_it_is_over(client, asks, is_in):
    factories.member("viewer")
    headers = {} if asks == "a person" else {"HX-Request": "true", "HX-Trigger": "ll-live"}
    with time_machine.travel("2026-11-25 08:00+00:00", tick=False) as clock:
        type_name_and_password(client, "viewer")
        clock.shift(timedelta(minutes=40))
        client.get("/admin/connections/", headers=headers)
        clock.shift(timedelta(minutes=40))
        assert came_in(client) is is_in
        clock.shift(timedelta(minutes=61))
        assert not came_in(client)


def test_signing_out_clears_what_the_browser_kept(client):
    factories.member("viewer")
    type_name_and_password(client, "viewer")

    assert client.post("/admin/logout/")["Clear-Site-Data"] == '"cache", "storage"'


def test_a_session_can_be_used_from_asynchronous_code():
    async_to_sync(use_a_session)()


async def use_a_session():
    store = SessionStore()
    await store.aset("colour", "green")
    await store.asave()

    again = SessionStore(store.session_key)
    assert await again.aget("colour") == "green"
    assert not await SessionStore(store.stored_key).aget("colour")
    await again.adelete()
    assert not await store.aexists(store.session_key)


def test_a_person_sees_their_sessions_and_ends_the_others(client):
    factories.member("operator")
    factories.member("viewer")
    agent = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/142.0"
    elsewhere, somebody = Client(headers={"user-agent": agent}), Client()
    type_name_and_password(client, "operator")
    type_name_and_password(elsewhere, "operator")
    type_name_and_password(somebody, "viewer")

    page = client.get(reverse("admin:account")).content.decode()
    assert "Firefox · Windows" in page
    assert not any(key in page for key in Session.objects.values_list("pk", flat=True))
    client.post(reverse("admin:sign_out_others"))

    assert came_in(client)
    assert came_in(somebody)
    assert not came_in(elsewhere)
