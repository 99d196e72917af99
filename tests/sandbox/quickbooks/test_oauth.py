"""Consent, tokens, and what happens without them."""

import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.quickbooks.books import Books

CALLBACK = "http://127.0.0.1:9/callback"
TOKEN = "/quickbooks/oauth2/v1/tokens/bearer"


def basic(books: Books, secret: str | None = None) -> dict[str, str]:
    pair = f"{books.app['client_id']}:{secret or books.app['client_secret']}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def consent_query(books: Books, **more: str) -> dict[str, str]:
    return {
        "client_id": books.app["client_id"],
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        "state": "s-1",
    } | more


def ask_consent(books: Books, **more: str) -> dict[str, str]:
    asked = consent_query(books, **more)
    path = "/quickbooks/connect/oauth2"
    answer = books.sandbox.call("POST", path, data=asked, allow_redirects=False)
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert location.startswith(CALLBACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def redeem(books: Books, code: str, **more: str):
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    return books.sandbox.call("POST", TOKEN, data=form | more, headers=basic(books))


def refresh(books: Books, value: str, **headers: str):
    form = {"grant_type": "refresh_token", "refresh_token": value}
    return books.sandbox.call("POST", TOKEN, data=form, headers=basic(books) | headers)


def company_info(books: Books, token: str):
    path = f"/quickbooks/v3/company/{books.realm}/companyinfo/{books.realm}"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return books.sandbox.call("GET", path, headers=headers)


def test_the_consent_page_names_the_app_and_offers_the_company(books: Books) -> None:
    page = books.sandbox.call(
        "GET", "/quickbooks/connect/oauth2", params=consent_query(books, state="<s>")
    )
    assert page.status_code == 200
    assert books.realm in page.text
    assert 'method="post"' in page.text
    assert "&lt;s&gt;" in page.text
    assert page.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "wrong",
    [{"client_id": "x"}, {"state": ""}, {"redirect_uri": "js:x"}, {"response_type": "token"}],
)
def test_the_consent_page_refuses_what_it_cannot_send_back(
    books: Books, wrong: dict[str, str]
) -> None:
    asked = consent_query(books, **wrong)
    page = books.sandbox.call("GET", "/quickbooks/connect/oauth2", params=asked)
    assert page.status_code == 400


def test_consent_leads_to_tokens_for_one_company(books: Books) -> None:
    back = ask_consent(books)
    assert (back["state"], back["realmId"]) == ("s-1", books.realm)
    tokens = redeem(books, back["code"]).json()
    assert (tokens["expires_in"], tokens["token_type"]) == (3600, "bearer")
    assert tokens["x_refresh_token_expires_in"] == 8_640_000
    assert "x_refresh_token_hard_expires_in" not in tokens
    assert company_info(books, tokens["access_token"]).status_code == 200


def test_refusing_leads_back_with_an_error(books: Books) -> None:
    back = ask_consent(books, decision="deny")
    assert back == {"state": "s-1", "error": "access_denied"}


def test_a_code_works_once_and_for_its_address_only(books: Books) -> None:
    code = ask_consent(books)["code"]
    assert redeem(books, code).status_code == 200
    again = redeem(books, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    elsewhere = redeem(books, ask_consent(books)["code"], redirect_uri="http://127.0.0.1:9/other")
    assert elsewhere.json()["error"] == "invalid_grant"


def test_the_app_must_prove_itself(books: Books) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    for headers in ({}, basic(books, "wrong"), {"Authorization": "Basic %%%"}):
        answer = books.sandbox.call("POST", TOKEN, data=form, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    form["grant_type"] = "password"
    answer = books.sandbox.call("POST", TOKEN, data=form, headers=basic(books))
    assert answer.json()["error"] == "unsupported_grant_type"


def test_the_app_may_prove_itself_in_the_form_instead_of_the_header(books: Books) -> None:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": books.app["companies"][0]["refresh_token"],
        "client_id": books.app["client_id"],
    }
    wrong = books.sandbox.call("POST", TOKEN, data=form | {"client_secret": "wrong"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    secret = {"client_secret": books.app["client_secret"]}
    assert books.sandbox.call("POST", TOKEN, data=form | secret).status_code == 200


def test_the_refresh_value_rotates_and_the_newest_counts(books: Books) -> None:
    first = books.app["companies"][0]["refresh_token"]
    second = refresh(books, first).json()["refresh_token"]
    assert second != first
    assert refresh(books, first).json()["refresh_token"] == second
    third = refresh(books, second).json()["refresh_token"]
    assert refresh(books, first).json()["error"] == "invalid_grant"
    assert refresh(books, third).status_code == 200


@pytest.mark.parametrize("rule", ["refused", "revokes_grant"])
def test_an_older_refresh_value_can_be_refused_or_fatal(books: Books, rule: str) -> None:
    books.sandbox.options(quickbooks={"previous_refresh_value": rule})
    first = books.app["companies"][0]["refresh_token"]
    answer = refresh(books, first).json()
    assert refresh(books, first).json()["error"] == "invalid_grant"
    alive = rule == "refused"
    assert (refresh(books, answer["refresh_token"]).status_code == 200) is alive
    assert (company_info(books, answer["access_token"]).status_code == 200) is alive


def test_the_refresh_value_may_change_only_once_a_day(books: Books) -> None:
    books.sandbox.options(quickbooks={"refresh_rotation": "daily"})
    first = books.app["companies"][0]["refresh_token"]
    assert refresh(books, first).json()["refresh_token"] == first
    books.sandbox.advance(86_401)
    assert refresh(books, first).json()["refresh_token"] != first


def test_the_hard_end_is_told_on_request_and_does_not_move(books: Books) -> None:
    header = {"x-include-refresh-token-hard-expires-in": "true"}
    first = books.app["companies"][0]["refresh_token"]
    answer = refresh(books, first, **header).json()
    assert 157_679_900 < answer["x_refresh_token_hard_expires_in"] <= 157_680_000
    books.sandbox.advance(86_400)
    later = refresh(books, answer["refresh_token"], **header).json()
    assert later["x_refresh_token_hard_expires_in"] < 157_680_000 - 86_000


def test_a_refresh_token_that_was_not_used_for_100_days_is_dead(books: Books) -> None:
    books.sandbox.advance(101 * 86_400)
    answer = refresh(books, books.app["companies"][0]["refresh_token"])
    assert answer.json()["error"] == "invalid_grant"


def test_an_access_token_lasts_an_hour(books: Books) -> None:
    assert company_info(books, books.token).status_code == 200
    books.sandbox.advance(3601)
    expired = company_info(books, books.token)
    assert expired.status_code == 401
    assert expired.json()["fault"]["error"][0]["code"] == "3200"
    assert expired.json()["fault"]["type"] == "AUTHENTICATION"
    assert 'error="invalid_token"' in expired.headers["WWW-Authenticate"]


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_any_token_ends_the_connection(books: Books, which: str) -> None:
    tokens = books.app["companies"][0]
    path = "/quickbooks/v2/oauth2/tokens/revoke"
    body = {"token": tokens[which]}
    assert books.sandbox.call("POST", path, json=body, headers=basic(books)).status_code == 200
    assert company_info(books, books.token).status_code == 401
    assert refresh(books, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert books.sandbox.call("POST", path, json=body, headers=basic(books)).status_code == 400


def test_a_token_opens_its_own_company_only(books: Books) -> None:
    books.sandbox.options(quickbooks={"4620816365": {"country": "CA"}})
    world = books.sandbox.world()["quickbooks"]["companies"]["4620816365"]
    assert world["company_info"]["Country"] == "CA"
    books.realm = "4620816365"
    refused = company_info(books, books.token)
    assert refused.status_code == 403
    assert "003100" in refused.json()["fault"]["error"][0]["message"]
    assert company_info(books, world["tokens"]["access_token"]).status_code == 200


@pytest.mark.parametrize("name", ["openid_configuration", "openid_sandbox_configuration"])
@pytest.mark.parametrize("end", ["", "/"])
def test_the_discovery_documents_point_back_here(books: Books, name: str, end: str) -> None:
    document = books.sandbox.call("GET", f"/quickbooks/.well-known/{name}{end}").json()
    base = f"{books.sandbox.url}/quickbooks"
    assert document["authorization_endpoint"] == f"{base}/connect/oauth2"
    assert document["token_endpoint"] == f"{base}/oauth2/v1/tokens/bearer"
    assert document["revocation_endpoint"] == f"{base}/v2/oauth2/tokens/revoke"


def test_the_user_can_be_asked_for(books: Books) -> None:
    path = "/quickbooks/v1/openid_connect/userinfo"
    headers = {"Authorization": f"Bearer {books.token}"}
    assert books.sandbox.call("GET", path, headers=headers).json()["email"]
    assert books.sandbox.call("GET", path).status_code == 401
