"""The account itself: details, call usage, owners, tax rates, currencies: 5.7 and 9."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.hubspot.call import Call
from sandbox.hubspot.errors import not_found
from sandbox.hubspot.instants import iso, ms_of
from sandbox.web import Response, json_response


def details(call: Call) -> Response:
    """[SPEC]; newer rollouts add portalName and createdAt."""
    portal, account = call.portal, call.portal.account
    offset = _utc_offset(call)
    return json_response(
        {
            "portalId": account["portal_id"],
            "accountType": portal.option("account_type"),
            "timeZone": portal.option("time_zone"),
            "companyCurrency": portal.option("currency"),
            "additionalCurrencies": portal.option("additional_currencies"),
            "utcOffset": _offset_text(offset),
            "utcOffsetMilliseconds": round(offset.total_seconds() * 1000),
            "uiDomain": account["ui_domain"],
            "dataHostingLocation": "na1",
            "portalName": account["name"],
            "createdAt": ms_of(account["created_at"]),
        },
        operation="read",
    )


def api_usage(call: Call) -> Response:
    used, limit = call.portal.limits.daily_usage()
    now = call.portal.clock.now()
    zone = ZoneInfo(call.portal.option("time_zone"))
    midnight = (now.astimezone(zone) + timedelta(days=1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    usage = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": limit,
        "currentUsage": used,
        "collectedAt": iso(now),
        "resetsAt": iso(midnight),
        "fetchStatus": "SUCCESS",
    }
    return json_response({"results": [usage]}, operation="read")


def list_owners(call: Call) -> Response:
    """[OWN][SPEC]."""
    limit, after, email = call.count("limit", 100, 500), call.after(), call.request.arg("email")
    owners = [
        owner
        for owner in call.portal.state["owners"].values()
        if owner["archived"] == call.flag("archived") and email in ("", owner["email"])
    ]
    page = owners[after : after + limit]
    answer: dict[str, Any] = {"results": page}
    if after + limit < len(owners):
        following = str(after + limit)
        answer["paging"] = {"next": {"after": following, "link": call.page_link(following)}}
    return json_response(answer, operation="list")


def read_owner(call: Call) -> Response:
    key = "userId" if call.request.arg("idProperty") == "userId" else "id"
    for owner in call.portal.state["owners"].values():
        if str(owner[key]) == call.variables["id"] and owner["archived"] == call.flag("archived"):
            return json_response(owner, operation="read")
    raise not_found("resource not found")


def list_tax_rates(call: Call) -> Response:
    """The library is read only, rates are made in the app: 5.7 [LI][SPEC]."""
    limit, after, active = call.count("limit", 100, 100), call.after(), call.request.arg("active")
    rates = [
        rate
        for rate in call.portal.state["tax_rates"].values()
        if not active or rate["active"] == (active == "true")
    ]
    page = rates[after : after + limit]
    answer: dict[str, Any] = {"results": page}
    if after + limit < len(rates):
        answer["paging"] = {"next": {"after": str(after + limit)}}
    return json_response(answer, operation="list")


def read_tax_rate(call: Call) -> Response:
    rate = call.portal.state["tax_rates"].get(call.variables["id"])
    if rate is None:
        raise not_found("resource not found")
    return json_response(rate, operation="read")


def _utc_offset(call: Call) -> timedelta:
    zone = ZoneInfo(call.portal.option("time_zone"))
    return call.portal.clock.now().astimezone(zone).utcoffset() or timedelta()


def _offset_text(offset: timedelta) -> str:
    minutes = round(abs(offset.total_seconds()) / 60)
    sign = "-" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
