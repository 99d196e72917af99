"""Consent, tokens and refusals, by intuit-oauth and python-quickbooks."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from quickbooks import QuickBooks
from quickbooks.exceptions import AuthorizationException, QuickbooksException
from quickbooks.objects.customer import Customer

from tests.sandbox.webhook_receiver import WebhookReceiver
from tests.sandbox_process import SandboxProcess


def approve(url: str) -> dict[str, str]:
    """What the browser brings back after somebody pressed the button on the consent page."""
    assert requests.get(url, timeout=10).status_code == 200
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    page = url.partition("?")[0]
    answer = requests.post(page, data=asked, allow_redirects=False, timeout=10)
    query = urlsplit(answer.headers["Location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def test_the_whole_way_from_consent_to_the_first_customer(
    auth_client: AuthClient, realm: str
) -> None:
    auth_client.access_token = auth_client.refresh_token = None
    url = auth_client.get_authorization_url([Scopes.ACCOUNTING])
    back = approve(url)
    assert back["state"] == auth_client.state_token
    auth_client.get_bearer_token(back["code"], realm_id=back["realmId"])
    assert auth_client.expires_in == 3600
    qb = QuickBooks(auth_client=auth_client, company_id=realm, minorversion=75)
    assert Customer.all(qb=qb) == []
    assert auth_client.get_user_info().json()["email"]


def test_the_identity_that_was_asked_for_is_signed(auth_client: AuthClient) -> None:
    url = auth_client.get_authorization_url([Scopes.ACCOUNTING, Scopes.OPENID])
    auth_client.get_bearer_token(approve(url)["code"])
    assert auth_client.id_token


def test_a_session_starts_by_refreshing(auth_client: AuthClient, realm: str) -> None:
    first = auth_client.refresh_token
    auth_client.access_token = None
    qb = QuickBooks(auth_client=auth_client, refresh_token=first, company_id=realm, minorversion=75)
    assert qb.refresh_token != first
    assert Customer.all(qb=qb) == []


def test_a_dead_refresh_token_says_so(auth_client: AuthClient) -> None:
    with pytest.raises(AuthClientError) as refused:
        auth_client.refresh(refresh_token="nonsense")
    assert refused.value.status_code == 400
    assert "invalid_grant" in str(refused.value.content)


def test_a_wrong_secret_says_so(auth_client: AuthClient) -> None:
    auth_client.client_secret = "wrong"
    with pytest.raises(AuthClientError) as refused:
        auth_client.refresh()
    assert refused.value.status_code == 401


def test_revoking_ends_everything(qb: QuickBooks, auth_client: AuthClient) -> None:
    assert auth_client.revoke()
    with pytest.raises(AuthorizationException):
        Customer.all(qb=qb)
    with pytest.raises(AuthClientError):
        auth_client.refresh()


def test_an_expired_token_is_an_authorization_error(
    qb: QuickBooks, sandbox: SandboxProcess
) -> None:
    sandbox.advance(3601)
    with pytest.raises(AuthorizationException):
        Customer.all(qb=qb)


def test_another_company_is_forbidden(qb: QuickBooks) -> None:
    qb.company_id = "123"
    with pytest.raises(QuickbooksException) as refused:
        Customer.all(qb=qb)
    assert "403" in str(refused.value)


def test_a_throttled_call_is_an_error_with_its_code(
    qb: QuickBooks, sandbox: SandboxProcess, accounts: dict[str, Any]
) -> None:
    sandbox.options(rate_limits=True)
    for _ in range(10):
        Customer.all(qb=qb)
    with pytest.raises(QuickbooksException) as refused:
        Customer.all(qb=qb)
    assert refused.value.error_code == 3001


@pytest.mark.parametrize(("mode", "genuine"), [("normal", True), ("forge", False)])
def test_the_webhook_signature_is_one_the_client_checks(
    qb: QuickBooks, sandbox: SandboxProcess, accounts: dict[str, Any], mode: str, genuine: bool
) -> None:
    verifier = accounts["quickbooks"]["webhook_token"]
    with WebhookReceiver() as receiver:
        sandbox.webhooks("quickbooks", receiver.url, mode)
        customer = Customer()
        customer.DisplayName = "Acme"
        customer.save(qb=qb)
        signed = [
            qb.validate_webhook_signature(
                received.body.decode(), received.headers["intuit-signature"], verifier
            )
            for received in receiver.wait_for(1)
        ]
        sandbox.webhooks("quickbooks", receiver.url, "off")
    assert signed == [genuine]
