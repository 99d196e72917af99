"""The account: details, owners, options, limits: hubspot-api.md 9 and 11."""

from typing import Any

import pytest
from requests import Response

from tests.sandbox.hubspot.api import HubSpotApi
from tests.sandbox_process import ControlError

CONTACTS = "/crm/v3/objects/contacts"
SEARCH = f"{CONTACTS}/search"
DETAILS = "/account-info/2026-09/details"


@pytest.fixture
def limited(hubspot: HubSpotApi) -> HubSpotApi:
    hubspot.sandbox.options(rate_limits=True)
    return hubspot


def as_oauth_app(hubspot: HubSpotApi) -> None:
    fields = {name: hubspot.account[name] for name in ("client_id", "client_secret")}
    token = hubspot.account["refresh_token"]
    answer = hubspot.form(
        "/oauth/2026-09/token", grant_type="refresh_token", refresh_token=token, **fields
    )
    hubspot.token = answer.json()["access_token"]


def use_up(hubspot: HubSpotApi, calls: int, path: str = DETAILS) -> Response:
    for _ in range(calls):
        assert hubspot.get(path).status_code == 200
    return hubspot.get(path)


@pytest.mark.parametrize("version", ["v3", "2026-03", "2026-09"])
def test_account_details_follow_the_profile(hubspot: HubSpotApi, version: str) -> None:
    hubspot.options(
        time_zone="Europe/Oslo",
        currency="NOK",
        additional_currencies=["EUR"],
        account_type="SANDBOX",
    )
    details = hubspot.get(f"/account-info/{version}/details").json()
    assert details["portalId"] == hubspot.account["portal_id"]
    assert (details["timeZone"], details["companyCurrency"]) == ("Europe/Oslo", "NOK")
    assert details["additionalCurrencies"] == ["EUR"]
    assert details["accountType"] == "SANDBOX"
    assert details["utcOffset"] in ("+01:00", "+02:00")
    hours = int(details["utcOffset"][1:3])
    assert details["utcOffsetMilliseconds"] == hours * 3_600_000


def test_owners_are_listed_and_found(hubspot: HubSpotApi) -> None:
    owners = hubspot.get("/crm/v3/owners").json()["results"]
    assert [owner["firstName"] for owner in owners] == ["Ada", "Ben"]
    first = owners[0]
    assert hubspot.get(f"/crm/v3/owners/{first['id']}").json() == first
    by_user = hubspot.get(f"/crm/v3/owners/{first['userId']}", idProperty="userId").json()
    assert by_user == first
    found = hubspot.get("/crm/owners/2026-09", email="ben@example.com").json()["results"]
    assert found == owners[1:]
    assert hubspot.get("/crm/v3/owners/1").status_code == 404
    assert hubspot.try_create("contacts", hubspot_owner_id=first["id"]).status_code == 201
    assert hubspot.try_create("contacts", hubspot_owner_id="1").status_code == 400


def test_owners_come_in_pages(hubspot: HubSpotApi) -> None:
    first = hubspot.get("/crm/v3/owners", limit=1).json()
    second = hubspot.get("/crm/v3/owners", limit=1, after=first["paging"]["next"]["after"]).json()
    assert [each["firstName"] for each in first["results"] + second["results"]] == ["Ada", "Ben"]


@pytest.mark.parametrize(
    ("patch", "complaint"),
    [
        ({"moon_phase": "full"}, "no option hubspot.moon_phase"),
        ({"api_payments": "sometimes"}, "one of mark_paid, ignored, refused"),
        ({"edit_open_invoices": "yes"}, "true or false"),
        ({"search_lag_seconds": -1}, "a number from 0 on"),
        ({"search_lag_seconds": True}, "a number from 0 on"),
        ({"time_zone": "Moon/Base"}, "no time zone Moon/Base"),
        ({"scopes": "oauth"}, "a list"),
    ],
)
def test_an_option_that_cannot_be_is_named(
    hubspot: HubSpotApi, patch: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ControlError, match=complaint):
        hubspot.options(currency="EUR", **patch)
    assert hubspot.get(DETAILS).json()["companyCurrency"] == "USD"


def test_a_reset_brings_the_options_back(hubspot: HubSpotApi) -> None:
    hubspot.options(api_payments="ignored")
    hubspot.sandbox.reset()
    assert hubspot.world()["portal"]["options"]["api_payments"] == "mark_paid"


@pytest.mark.parametrize(
    ("tier", "increased", "calls"),
    [("free", False, 100), ("professional", False, 190), ("enterprise", True, 250)],
)
def test_a_static_token_has_the_burst_of_its_tier(
    limited: HubSpotApi, tier: str, increased: bool, calls: int
) -> None:
    limited.options(tier=tier, api_limit_increase=increased)
    refused = use_up(limited, calls)
    assert refused.status_code == 429
    body = refused.json()
    assert (body["errorType"], body["policyName"]) == ("RATE_LIMIT", "TEN_SECONDLY_ROLLING")
    assert body["message"] == "You have reached your ten_secondly_rolling limit."
    assert "category" not in body
    assert "Retry-After" not in refused.headers
    limited.sandbox.advance(11)
    assert limited.get(DETAILS).status_code == 200


def test_an_oauth_app_has_its_own_burst_and_no_daily_headers(limited: HubSpotApi) -> None:
    as_oauth_app(limited)
    headers = limited.get(DETAILS).headers
    assert headers["X-HubSpot-RateLimit-Max"] == "110"
    assert "X-HubSpot-RateLimit-Daily" not in headers
    assert use_up(limited, 109).status_code == 429


def test_answers_count_down(limited: HubSpotApi) -> None:
    headers = limited.get(DETAILS).headers
    assert headers["X-HubSpot-RateLimit-Max"] == "190"
    assert headers["X-HubSpot-RateLimit-Remaining"] == "189"
    assert headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    assert headers["X-HubSpot-RateLimit-Daily"] == "625000"
    assert headers["X-HubSpot-RateLimit-Daily-Remaining"] == "624999"
    usage = limited.get("/account-info/2026-09/api-usage/daily/private-apps").json()["results"][0]
    assert (usage["usageLimit"], usage["currentUsage"]) == (625000, 2)


def test_five_searches_fit_into_a_second(limited: HubSpotApi) -> None:
    answers = [limited.post(SEARCH, {"limit": 1}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].json()["message"] == "You have reached your secondly limit."
    assert not any("X-HubSpot-RateLimit-Max" in answer.headers for answer in answers)


def test_associations_have_a_limit_of_their_own(limited: HubSpotApi) -> None:
    contact = limited.create("contacts")
    path = f"/crm/v4/objects/contacts/{contact}/associations/companies"
    assert use_up(limited, 150, path).status_code == 429
    assert limited.get(DETAILS).status_code == 200


def test_a_429_may_say_more(limited: HubSpotApi) -> None:
    limited.options(rate_limit_category=True, retry_after=True, tier="free")
    refused = use_up(limited, 100)
    assert refused.json()["category"] == "RATE_LIMITS"
    assert 1 <= int(refused.headers["Retry-After"]) <= 10


def test_another_app_takes_its_part(limited: HubSpotApi) -> None:
    limited.options(foreign_calls_per_second=19)
    limited.sandbox.advance(10)
    assert limited.get(DETAILS).status_code == 429


def test_time_may_run_faster(limited: HubSpotApi) -> None:
    limited.options(time_scale=100_000)
    answers = [limited.post(SEARCH, {"limit": 1}).status_code for _ in range(20)]
    assert set(answers) == {200}


def test_without_limits_nothing_is_counted(hubspot: HubSpotApi) -> None:
    assert all(hubspot.post(SEARCH, {"limit": 1}).status_code == 200 for _ in range(10))
    remaining = hubspot.get(DETAILS).headers["X-HubSpot-RateLimit-Remaining"]
    assert remaining == "190"


@pytest.mark.parametrize("shown", [True, False])
def test_answers_may_carry_a_correlation_id(hubspot: HubSpotApi, shown: bool) -> None:
    hubspot.options(correlation_header=shown)
    assert ("x-hubspot-correlation-id" in hubspot.get(DETAILS).headers) is shown
