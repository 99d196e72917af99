"""The account these credentials open: hubspot-api.md 9 [SPEC][docs: account information]."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from syncapp.connectors.base import Account
from syncapp.engine.records import Side
from syncapp.engine.said import said
from syncapp.errors import Rejected


def account(details: Mapping[str, Any]) -> Account:
    portal = str(details["portalId"])
    currencies = [str(code) for code in details.get("additionalCurrencies") or ()]
    return Account(
        id=portal,
        name=str(details.get("portalName") or f"HubSpot {portal}"),
        currency=str(details.get("companyCurrency") or ""),
        time_zone=str(details.get("timeZone") or ""),
        app_url=f"https://{details.get('uiDomain') or 'app.hubspot.com'}",
        settings={
            "accountType": str(details.get("accountType") or ""),
            "additionalCurrencies": ",".join(currencies),
            "dataHostingLocation": str(details.get("dataHostingLocation") or ""),
        },
    )


def zone(name: str) -> ZoneInfo:
    """Dates of invoices and payments are days in the account's zone: a wrong one would move them,
    so an unknown one is no zone to guess."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Rejected(
            said(
                "HubSpot names the time zone “{name}”, which is not known here: correct it in"
                " HubSpot's account settings.",
                name=name,
            ),
            side=Side.HUBSPOT.value,
            code="UNKNOWN_TIME_ZONE",
        ) from None
