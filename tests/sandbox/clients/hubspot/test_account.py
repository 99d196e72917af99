"""OAuth, owners, definitions and errors through the client."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from hubspot import HubSpot
from hubspot.crm.contacts import ApiException, SimplePublicObjectInputForCreate
from hubspot.crm.objects import ApiException as ObjectsException
from hubspot.crm.objects import PublicObjectSearchRequest
from hubspot.crm.properties import (
    BatchInputPropertyCreate,
    BatchInputPropertyName,
    BatchReadInputPropertyName,
    OptionInput,
    PropertyCreate,
    PropertyGroupCreate,
    PropertyGroupUpdate,
    PropertyName,
    PropertyUpdate,
)
from hubspot.oauth import ApiException as OAuthException
from hubspot.utils.oauth import get_auth_url

from tests.sandbox_process import SandboxProcess

CALLBACK = "http://127.0.0.1:9/callback"
TYPES = (
    "contacts",
    "companies",
    "products",
    "line_items",
    "invoices",
    "commerce_payments",
    "discounts",
    "fees",
    "taxes",
)


def definition(name: str, **more: Any) -> PropertyCreate:
    fields = {"label": name, "type": "string", "field_type": "text", "group_name": "books", **more}
    return PropertyCreate(name=name, **fields)


def approve(sandbox: SandboxProcess, account: dict[str, Any], *scopes: str) -> str:
    """The code, from the address that the client makes, with the host of the sandbox."""
    url = get_auth_url(account["client_id"], CALLBACK, scope=scopes, state="s")
    asked = urlsplit(url)
    answer = requests.post(
        f"{sandbox.url}/hubspot{asked.path}?{asked.query}", allow_redirects=False, timeout=10
    )
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert back["state"] == ["s"]
    return back["code"][0]


def test_the_whole_way_from_consent_to_the_first_contact(
    client: HubSpot, sandbox: SandboxProcess, account: dict[str, Any]
) -> None:
    code = approve(sandbox, account, "oauth", "crm.objects.contacts.read")
    app = {name: account[name] for name in ("client_id", "client_secret")}
    tokens = client.oauth.tokens_api.create(
        grant_type="authorization_code", code=code, redirect_uri=CALLBACK, **app
    )
    assert tokens.expires_in == 1800
    renewed = client.oauth.tokens_api.create(
        grant_type="refresh_token", refresh_token=tokens.refresh_token, **app
    )
    client.access_token = renewed.access_token
    assert client.crm.contacts.get_all() == []
    facts = client.oauth.access_tokens_api.get(renewed.access_token)
    assert (facts.hub_id, facts.token_type) == (account["portal_id"], "access")
    about_grant = client.oauth.refresh_tokens_api.get(renewed.refresh_token)
    assert about_grant.client_id == account["client_id"]
    client.oauth.refresh_tokens_api.archive(renewed.refresh_token)
    with pytest.raises(OAuthException) as refused:
        client.oauth.tokens_api.create(
            grant_type="refresh_token", refresh_token=renewed.refresh_token, **app
        )
    assert refused.value.status == 400
    assert "BAD_REFRESH_TOKEN" in refused.value.body


def test_a_scope_that_was_not_granted_is_missed(
    client: HubSpot, sandbox: SandboxProcess, account: dict[str, Any]
) -> None:
    app = {name: account[name] for name in ("client_id", "client_secret")}
    tokens = client.oauth.tokens_api.create(
        grant_type="authorization_code",
        code=approve(sandbox, account, "oauth", "crm.objects.contacts.read"),
        redirect_uri=CALLBACK,
        **app,
    )
    client.access_token = tokens.access_token
    with pytest.raises(ApiException) as refused:
        client.crm.contacts.basic_api.create(SimplePublicObjectInputForCreate(properties={}))
    assert refused.value.status == 403


def test_an_expired_token_is_unauthorised(
    client: HubSpot, sandbox: SandboxProcess, account: dict[str, Any]
) -> None:
    app = {name: account[name] for name in ("client_id", "client_secret")}
    grant = account["refresh_token"]
    tokens = client.oauth.tokens_api.create(grant_type="refresh_token", refresh_token=grant, **app)
    client.access_token = tokens.access_token
    sandbox.advance(1801)
    with pytest.raises(ApiException) as refused:
        client.crm.contacts.basic_api.get_page()
    assert refused.value.status == 401


def test_a_second_contact_with_the_same_email_is_a_conflict(client: HubSpot) -> None:
    asked = SimplePublicObjectInputForCreate(properties={"email": "ada@nordwind.example"})
    first = client.crm.contacts.basic_api.create(asked)
    with pytest.raises(ApiException) as refused:
        client.crm.contacts.basic_api.create(asked)
    assert refused.value.status == 409
    assert f"Existing ID: {first.id}" in refused.value.body


@pytest.mark.parametrize("type_name", TYPES)
def test_errors_of_every_type_reach_the_client(client: HubSpot, type_name: str) -> None:
    api = client.crm.objects.basic_api
    with pytest.raises(ObjectsException) as missing:
        api.get_by_id(type_name, "1")
    assert missing.value.status == 404
    with pytest.raises(ObjectsException) as wrong:
        api.create(type_name, {"properties": {"shoe_size": "38"}})
    assert wrong.value.status == 400
    assert "PROPERTY_DOESNT_EXIST" in wrong.value.body
    request = PublicObjectSearchRequest(limit=200, after="9900")
    with pytest.raises(ObjectsException) as too_far:
        client.crm.objects.search_api.do_search(type_name, request)
    assert too_far.value.status == 400


def test_too_many_searches_are_throttled(client: HubSpot, sandbox: SandboxProcess) -> None:
    sandbox.options(rate_limits=True)
    request = PublicObjectSearchRequest(limit=1)
    for _ in range(5):
        client.crm.objects.search_api.do_search("invoices", request)
    with pytest.raises(ObjectsException) as refused:
        client.crm.objects.search_api.do_search("invoices", request)
    assert refused.value.status == 429
    assert "SECONDLY" in refused.value.body


def test_owners_are_known(client: HubSpot) -> None:
    first, _ = client.crm.owners.get_all()
    assert first.type == "PERSON"
    found = client.crm.owners.owners_api.get_by_id(int(first.id), id_property="id", archived=False)
    assert found.email == first.email


@pytest.mark.parametrize("type_name", TYPES)
def test_the_definitions_of_every_type_are_read(client: HubSpot, type_name: str) -> None:
    found = client.crm.properties.core_api.get_all(type_name).results
    by_name = {each.name: each for each in found}
    assert by_name["hs_object_id"].modification_metadata.read_only_value is True
    assert all(each.group_name and each.type and each.field_type for each in found)


def test_own_definitions_live_in_own_groups(client: HubSpot) -> None:
    groups, core = client.crm.properties.groups_api, client.crm.properties.core_api
    groups.create("invoices", PropertyGroupCreate(name="books", label="Books"))
    groups.update("invoices", "books", PropertyGroupUpdate(label="The books"))
    assert groups.get_by_name("invoices", "books").label == "The books"
    options = [OptionInput(label=each, value=each, hidden=False) for each in ("open", "paid")]
    made = core.create(
        "invoices",
        definition("books_status", type="enumeration", field_type="select", options=options),
    )
    assert [option.value for option in made.options] == ["open", "paid"]
    assert core.update("invoices", "books_status", PropertyUpdate(label="Status")).label == "Status"
    assert core.get_by_name("invoices", "books_status").label == "Status"
    core.archive("invoices", "books_status")
    archived = core.get_all("invoices", archived=True).results
    assert [each.name for each in archived] == ["books_status"]
    groups.archive("invoices", "books")
    assert "books" not in {each.name for each in groups.get_all("invoices").results}


def test_definitions_travel_in_batches(client: HubSpot) -> None:
    groups, batch = client.crm.properties.groups_api, client.crm.properties.batch_api
    groups.create("products", PropertyGroupCreate(name="books", label="Books"))
    asked = [definition("books_1"), definition("books_2", has_unique_value=True)]
    made = batch.create("products", BatchInputPropertyCreate(inputs=asked)).results
    assert [each.has_unique_value for each in made] == [False, True]
    names = [PropertyName(name=each.name) for each in made]
    read = batch.read("products", BatchReadInputPropertyName(inputs=names, archived=False))
    assert [each.name for each in read.results] == ["books_1", "books_2"]
    batch.archive("products", BatchInputPropertyName(inputs=names))
    gone = batch.read("products", BatchReadInputPropertyName(inputs=names, archived=True))
    assert len(gone.results) == 2


def test_the_account_is_described(client: HubSpot, account: dict[str, Any]) -> None:
    details = client.api_request({"path": "/account-info/2026-09/details"}).json()
    assert details["portalId"] == account["portal_id"]
