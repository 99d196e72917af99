import base64
import hashlib
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from syncapp.connectors import consent, oauth
from syncapp.errors import AuthorizationLost, ConfigurationError, Rejected, Unavailable
from tests.connectors.scripted_server import ScriptedServer, answer, drip, drip_all, hang_up

BACK = "http://127.0.0.1:8000/oauth/back"
VERIFIER = "v" * 64


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def hubspot(sandbox, accounts) -> oauth.Client:
    return _hubspot(sandbox.url, accounts["hubspot"])


@pytest.fixture
def quickbooks(sandbox, accounts) -> oauth.Client:
    return _quickbooks(sandbox.url, accounts["quickbooks"])


def _hubspot(url, keys) -> oauth.Client:
    return oauth.hubspot(
        client_id=keys["client_id"],
        client_secret=keys["client_secret"],
        api_base=f"{url}/hubspot",
        app_base=f"{url}/hubspot",
        allow_plain_http=True,
    )


def _quickbooks(url, keys) -> oauth.Client:
    return oauth.quickbooks(
        client_id=keys["client_id"],
        client_secret=keys["client_secret"],
        base=f"{url}/quickbooks",
        allow_plain_http=True,
    )


def _scripted(server) -> oauth.Client:
    return oauth.quickbooks(
        client_id="app", client_secret="hush", base=server.url, allow_plain_http=True
    )


def _consented(sandbox, client) -> dict[str, str]:
    """What a person's consent sends back."""
    url = client.authorize_url(redirect_uri=BACK, state="state-1", code_verifier=VERIFIER)
    path = url.removeprefix(sandbox.url)
    assert sandbox.call("GET", path).status_code == 200
    form = {"answer": "approve"}
    sent_back = sandbox.call("POST", path, data=form, allow_redirects=False)
    query = parse_qs(urlsplit(sent_back.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def test_a_consent_to_quickbooks_becomes_tokens_that_open_the_company(
    sandbox, accounts, quickbooks
):
    back = _consented(sandbox, quickbooks)
    assert back["state"] == "state-1"
    grant = quickbooks.exchange_code(code=back["code"], redirect_uri=BACK, code_verifier=VERIFIER)
    headers = {"Authorization": f"Bearer {grant.access_token}"}
    path = f"/quickbooks/v3/company/{back['realmId']}/preferences"
    assert sandbox.call("GET", path, headers=headers).status_code == 200


def test_quickbooks_says_when_each_token_ends(sandbox, quickbooks):
    back = _consented(sandbox, quickbooks)
    grant = quickbooks.exchange_code(code=back["code"], redirect_uri=BACK, code_verifier=VERIFIER)
    now = datetime.now(UTC)
    assert timedelta(minutes=55) < grant.expires_at - now < timedelta(minutes=65)
    assert timedelta(days=95) < grant.refresh_expires_at - now < timedelta(days=105)
    assert timedelta(days=1800) < grant.hard_expires_at - now < timedelta(days=1830)


def test_a_consent_to_hubspot_names_the_portal(sandbox, accounts, hubspot):
    back = _consented(sandbox, hubspot)
    grant = hubspot.exchange_code(code=back["code"], redirect_uri=BACK, code_verifier=VERIFIER)
    assert grant.account_id == str(accounts["hubspot"]["portal_id"])
    assert hubspot.refresh(grant.refresh_token).access_token != grant.access_token


def test_a_code_is_worth_nothing_without_the_session_that_asked_for_it(sandbox, hubspot):
    back = _consented(sandbox, hubspot)
    with pytest.raises(AuthorizationLost):
        hubspot.exchange_code(code=back["code"], redirect_uri=BACK, code_verifier="w" * 64)


def test_the_consent_page_is_asked_for_what_we_need(sandbox, accounts, hubspot):
    url = hubspot.authorize_url(redirect_uri=BACK, state="s", code_verifier=VERIFIER)
    asked = parse_qs(urlsplit(url).query)
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    assert asked["code_challenge"] == [base64.urlsafe_b64encode(digest).decode().rstrip("=")]
    assert asked["code_challenge_method"] == ["S256"]
    assert "crm.objects.invoices.write" in asked["scope"][0].split()
    assert VERIFIER not in url


def test_a_rotated_refresh_token_is_handed_on(quickbooks, accounts):
    token = accounts["quickbooks"]["companies"][0]["refresh_token"]
    grant = quickbooks.refresh(token)
    assert grant.access_token
    assert grant.refresh_token


@pytest.mark.parametrize("vendor", ["hubspot", "quickbooks"])
def test_a_revoked_consent_is_lost(sandbox, accounts, vendor, request):
    client = request.getfixturevalue(vendor)
    account = accounts["hubspot"] if vendor == "hubspot" else accounts["quickbooks"]["companies"][0]
    client.revoke(account["refresh_token"])
    with pytest.raises(AuthorizationLost):
        client.refresh(account["refresh_token"])
    client.revoke(account["refresh_token"])  # twice does no harm


@pytest.mark.parametrize("make", [_hubspot, _quickbooks])
def test_keys_the_vendor_does_not_know_are_a_matter_of_settings(sandbox, accounts, make):
    client = make(sandbox.url, {"client_id": "nobody", "client_secret": "hush"})
    with pytest.raises(ConfigurationError):
        client.refresh("any")


@pytest.mark.parametrize(
    "trouble", [answer(500), answer(503, b"<html>"), answer(429), hang_up, answer(200, b"{}")]
)
def test_trouble_at_the_token_endpoint_is_no_end_of_the_consent(server, trouble):
    server.script = [trouble]
    with pytest.raises(Unavailable):
        _scripted(server).refresh("r1")


def test_a_redirect_is_not_followed_with_our_keys(server):
    server.script = [answer(307, location=f"{server.url}/elsewhere")]
    with pytest.raises(Unavailable):
        _scripted(server).refresh("r1")
    assert len(server.asked) == 1


def test_another_refusal_keeps_the_vendors_words(server):
    server.script = [answer(400, b'{"error":"invalid_scope","error_description":"No such scope"}')]
    with pytest.raises(Rejected, match="No such scope"):
        _scripted(server).refresh("r1")


def test_no_secret_reaches_the_log_or_an_error(server, caplog):
    caplog.set_level(logging.DEBUG)
    server.script = [
        answer(200, b'{"access_token":"a-2","refresh_token":"r-2","expires_in":3600}'),
        answer(400, b'{"error":"invalid_grant"}'),
    ]
    grant = _scripted(server).refresh("r-1")
    with pytest.raises(AuthorizationLost) as raised:
        _scripted(server).refresh("r-1")
    for secret in ("a-2", "r-2", "r-1", "hush"):
        assert secret not in caplog.text
        assert secret not in repr(grant)
        assert secret not in repr(raised.value)


def test_intuits_own_hosts_are_used_unless_a_base_is_given():
    vendor = consent.quickbooks()
    assert vendor.authorize == "https://appcenter.intuit.com/connect/oauth2"
    assert vendor.token == "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"
    assert vendor.revoke == "https://developer.api.intuit.com/v2/oauth2/tokens/revoke"


def test_plain_http_needs_to_be_allowed():
    with pytest.raises(ConfigurationError):
        oauth.quickbooks(client_id="a", client_secret="b", base="http://127.0.0.1:1")
    with pytest.raises(ConfigurationError):
        oauth.quickbooks(
            client_id="a", client_secret="b", base="http://books.test", allow_plain_http=True
        )


def test_headers_that_drip_in_do_not_outlast_the_deadline_either(server, monkeypatch):
    monkeypatch.setattr(oauth, "SECONDS", 0.5)
    server.script = [drip_all(200, 0.1)]
    started = time.monotonic()
    with pytest.raises(Unavailable):
        _scripted(server).refresh("r1")
    assert time.monotonic() - started < 1.5


def test_an_answer_that_drips_in_does_not_outlast_the_deadline(server, monkeypatch):
    monkeypatch.setattr(oauth, "SECONDS", 0.4)
    server.script = [drip(200, b'{"access_token": "a", "expires_in": 3600}', 0.05)]
    started = time.monotonic()
    with pytest.raises(Unavailable):
        _scripted(server).refresh("r1")
    assert time.monotonic() - started < 1.2


def test_an_answer_without_end_is_cut_off(server, monkeypatch):
    monkeypatch.setattr(oauth, "LARGEST_ANSWER", 1000)
    server.script = [answer(200, b'{"access_token": "' + b"a" * 5000 + b'"}')]
    with pytest.raises(Unavailable):
        _scripted(server).refresh("r1")


def test_a_token_is_asked_for_once_however_the_call_ends(server):
    server.script = [hang_up]
    with pytest.raises(Unavailable):
        _scripted(server).refresh("r1")
    assert len(server.asked) == 1
