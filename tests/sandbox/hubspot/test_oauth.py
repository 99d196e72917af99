"""Consent, tokens, scopes: hubspot-api.md 3."""

import base64
import hashlib
import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from requests import Response

from tests.sandbox.hubspot.api import HubSpotApi

BACK = "http://127.0.0.1:9999/oauth/callback?from=hubspot"
CONTACTS = "/crm/v3/objects/contacts"
VERSIONS = ["v1", "v3", "2026-03", "2026-09"]
SCOPES = "oauth crm.objects.contacts.read"


def authorize_url(hubspot: HubSpotApi, **more: str) -> str:
    asked = {
        "client_id": hubspot.account["client_id"],
        "redirect_uri": BACK,
        "scope": SCOPES,
        "state": "s-1",
        **more,
    }
    return f"/hubspot/oauth/authorize?{urlencode(asked)}"


def approve(hubspot: HubSpotApi, answer: str = "approve", **more: str) -> dict[str, str]:
    """What the app gets back in the query of its redirect address."""
    response = hubspot.sandbox.call(
        "POST", authorize_url(hubspot, **more), data={"answer": answer}, allow_redirects=False
    )
    assert response.status_code == 302
    return {k: v[0] for k, v in parse_qs(urlsplit(response.headers["Location"]).query).items()}


def redeem(hubspot: HubSpotApi, code: str, version: str = "2026-09", **more: str) -> Response:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        **client(hubspot),
        **more,
    }
    return hubspot.form(f"/oauth/{version}/token", **fields)


def renew(hubspot: HubSpotApi, token: str = "", **more: str) -> Response:
    fields = {
        "grant_type": "refresh_token",
        "refresh_token": token or hubspot.account["refresh_token"],
        **client(hubspot),
        **more,
    }
    return hubspot.form("/oauth/2026-09/token", **fields)


def client(hubspot: HubSpotApi) -> dict[str, str]:
    return {name: hubspot.account[name] for name in ("client_id", "client_secret")}


def refusal(response: Response) -> str:
    assert response.status_code == 400
    return str(response.json()["status"])


def test_the_consent_page_shows_what_is_asked_for(hubspot: HubSpotApi) -> None:
    page = hubspot.sandbox.call("GET", authorize_url(hubspot, state='"><script>'))
    assert page.status_code == 200
    assert "crm.objects.contacts.read" in page.text
    assert "<script>" not in page.text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    assert unescape(fields["state"]) == '"><script>'


def test_the_form_of_the_page_can_be_sent_as_it_is(hubspot: HubSpotApi) -> None:
    page = hubspot.sandbox.call("GET", authorize_url(hubspot)).text
    fields = {k: unescape(v) for k, v in re.findall(r'name="(\w+)" value="([^"]*)"', page)}
    response = hubspot.sandbox.call(
        "POST",
        "/hubspot/oauth/authorize",
        data={**fields, "answer": "approve"},
        allow_redirects=False,
    )
    assert "code=" in response.headers["Location"]


def test_consent_leads_back_with_code_and_state(hubspot: HubSpotApi) -> None:
    back = approve(hubspot)
    assert (back["state"], back["from"]) == ("s-1", "hubspot")
    assert back["code"]


def test_a_person_may_decline(hubspot: HubSpotApi) -> None:
    back = approve(hubspot, "deny")
    assert (back["error"], back["state"]) == ("access_denied", "s-1")


@pytest.mark.parametrize(
    "wrong", [{"client_id": "x"}, {"redirect_uri": "javascript:1"}, {"scope": "oauth moon.read"}]
)
def test_a_wrong_question_is_not_sent_back(hubspot: HubSpotApi, wrong: dict[str, str]) -> None:
    assert hubspot.sandbox.call("GET", authorize_url(hubspot, **wrong)).status_code == 400


@pytest.mark.parametrize("version", VERSIONS)
def test_a_code_becomes_tokens_that_work(hubspot: HubSpotApi, version: str) -> None:
    body = redeem(hubspot, approve(hubspot)["code"], version).json()
    assert (body["expires_in"], body["token_type"]) == (1800, "bearer")
    if version != "v1":
        assert body["hub_id"] == hubspot.account["portal_id"]
        assert body["scopes"] == SCOPES.split()
    hubspot.token = body["access_token"]
    assert hubspot.get(CONTACTS).status_code == 200


def test_optional_scopes_are_granted_where_the_account_has_them(hubspot: HubSpotApi) -> None:
    code = approve(hubspot, optional_scope="e-commerce moon.read")["code"]
    assert redeem(hubspot, code).json()["scopes"] == [*SCOPES.split(), "e-commerce"]


def test_a_code_works_once_and_not_for_long(hubspot: HubSpotApi) -> None:
    code = approve(hubspot)["code"]
    assert redeem(hubspot, code).status_code == 200
    assert refusal(redeem(hubspot, code)) == "BAD_AUTH_CODE"
    late = approve(hubspot)["code"]
    hubspot.sandbox.advance(601)
    assert refusal(redeem(hubspot, late)) == "BAD_AUTH_CODE"


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"redirect_uri": "http://127.0.0.1:9999/"}, "BAD_REDIRECT_URI"),
        ({"client_id": "x"}, "BAD_CLIENT_ID"),
        ({"client_secret": "x"}, "BAD_CLIENT_SECRET"),
        ({"grant_type": "password"}, "BAD_GRANT_TYPE"),
        ({"code": "x"}, "BAD_AUTH_CODE"),
    ],
)
def test_a_code_is_refused_with_the_reason(
    hubspot: HubSpotApi, wrong: dict[str, str], status: str
) -> None:
    fields = {"code": approve(hubspot)["code"], **wrong}
    assert refusal(redeem(hubspot, **fields)) == status


def test_a_code_may_be_tied_to_a_verifier(hubspot: HubSpotApi) -> None:
    verifier = "v" * 43
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    asked = {"code_challenge": challenge, "code_challenge_method": "S256"}
    right = redeem(hubspot, approve(hubspot, **asked)["code"], code_verifier=verifier)
    assert right.status_code == 200
    wrong = redeem(hubspot, approve(hubspot, **asked)["code"], code_verifier="w" * 43)
    assert refusal(wrong) == "BAD_CODE_VERIFIER"


def test_an_access_token_lives_for_thirty_minutes(hubspot: HubSpotApi) -> None:
    hubspot.token = renew(hubspot).json()["access_token"]
    hubspot.sandbox.advance(1799)
    assert hubspot.get(CONTACTS).status_code == 200
    hubspot.sandbox.advance(2)
    response = hubspot.get(CONTACTS)
    assert response.status_code == 401
    assert response.json()["category"] == "EXPIRED_AUTHENTICATION"


def test_the_refresh_token_stays_the_same(hubspot: HubSpotApi) -> None:
    body = renew(hubspot).json()
    assert body["refresh_token"] == hubspot.account["refresh_token"]


def test_refresh_tokens_may_rotate(hubspot: HubSpotApi) -> None:
    hubspot.options(rotate_refresh_tokens=True)
    new = renew(hubspot).json()["refresh_token"]
    assert new != hubspot.account["refresh_token"]
    assert refusal(renew(hubspot)) == "BAD_REFRESH_TOKEN"
    assert renew(hubspot, new).status_code == 200


def test_a_revoked_grant_ends_but_its_access_token_lives_on(hubspot: HubSpotApi) -> None:
    hubspot.token = renew(hubspot).json()["access_token"]
    token = hubspot.account["refresh_token"]
    revoked = hubspot.form("/oauth/2026-09/token/revoke", token=token, **client(hubspot))
    assert revoked.status_code == 200
    response = renew(hubspot)
    assert refusal(response) == "BAD_REFRESH_TOKEN"
    assert response.json()["error"] == "invalid_grant"
    assert hubspot.get(CONTACTS).status_code == 200


def test_uninstalling_ends_everything_of_the_app(hubspot: HubSpotApi) -> None:
    hubspot.token = renew(hubspot).json()["access_token"]
    assert hubspot.delete("/appinstalls/2026-09/external-install").status_code == 204
    assert hubspot.get(CONTACTS).status_code == 401
    assert refusal(renew(hubspot)) == "BAD_REFRESH_TOKEN"


def test_introspection_tells_about_a_token_until_it_ends(hubspot: HubSpotApi) -> None:
    token = renew(hubspot).json()["access_token"]
    path = "/oauth/2026-09/token/introspect"
    facts = hubspot.form(path, token=token, **client(hubspot)).json()
    assert facts["active"] is True
    assert facts["hub_id"] == hubspot.account["portal_id"]
    assert 0 < facts["expires_in"] <= 1800
    grant = hubspot.account["refresh_token"]
    about_grant = hubspot.form(path, token=grant, **client(hubspot)).json()
    assert about_grant["token_use"] == "refresh_token"
    hubspot.sandbox.advance(1801)
    assert hubspot.form(path, token=token, **client(hubspot)).json() == {"active": False}


def test_the_first_version_tells_in_its_own_way(hubspot: HubSpotApi) -> None:
    token = renew(hubspot).json()["access_token"]
    facts = hubspot.get(f"/oauth/v1/access-tokens/{token}").json()
    assert (facts["token_type"], facts["hub_id"]) == ("access", hubspot.account["portal_id"])
    grant = f"/oauth/v1/refresh-tokens/{hubspot.account['refresh_token']}"
    assert hubspot.get(grant).json()["client_id"] == hubspot.account["client_id"]
    assert hubspot.delete(grant).status_code == 204
    assert hubspot.get(grant).status_code == 404
    assert hubspot.get("/oauth/v1/access-tokens/nothing").status_code == 404


@pytest.mark.parametrize("token", ["", "pat-na1-somebody-else"])
def test_a_call_without_a_known_token_is_unauthorised(hubspot: HubSpotApi, token: str) -> None:
    hubspot.token = token
    response = hubspot.get(CONTACTS)
    assert response.status_code == 401
    assert response.json()["category"] == "INVALID_AUTHENTICATION"


def test_a_token_does_only_what_its_scopes_say(hubspot: HubSpotApi) -> None:
    hubspot.token = redeem(hubspot, approve(hubspot)["code"]).json()["access_token"]
    assert hubspot.get(CONTACTS).status_code == 200
    response = hubspot.post(CONTACTS, {"properties": {}})
    assert response.status_code == 403
    missing = response.json()["context"]["missingScopes"]
    assert missing == ["crm.objects.contacts.write"]


def test_either_scope_of_a_type_will_do(hubspot: HubSpotApi) -> None:
    hubspot.options(scopes=["oauth", "e-commerce"])
    assert hubspot.get("/crm/v3/objects/line_items").status_code == 200
    assert hubspot.get("/crm/v3/objects/invoices").status_code == 403


@pytest.mark.parametrize(("needed", "code"), [("oauth", 200), ("external-settings-access", 403)])
def test_which_scope_account_details_need(hubspot: HubSpotApi, needed: str, code: int) -> None:
    hubspot.options(account_details_scope=needed, scopes=["oauth"])
    assert hubspot.get("/account-info/2026-09/details").status_code == code


def test_old_tokens_die_with_a_reset(hubspot: HubSpotApi) -> None:
    hubspot.sandbox.reset()
    assert hubspot.get(CONTACTS).status_code == 401
