"""Changes a company to what a test asks for: a profile, its country and preferences, and the
switches of `options.py`."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.entities.singletons import merged
from sandbox.quickbooks.options import COMPANY_OPTIONS, checked
from sandbox.quickbooks.schema import read_data
from sandbox.quickbooks.starter import use_country, use_home_currency

STATUSES = ("SUBSCRIBED", "TRIAL", "TRIALOPTIN", "EXPIRED", "RESTRICTED", "SUSPENDED", "CANCELED")
OWN_NAMES = ("country", "currency", "preferences", "subscription_status")
OWNER = Author("Owner")

# The companies that quickbooks-api.md 19 no. 12 asks for; None takes a preference away
PROFILES: dict[str, dict[str, Any]] = {
    "us_automated_tax": {
        "country": "US",
        "preferences": {"TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": True}},
    },
    "us_classic_tax": {
        "country": "US",
        "preferences": {
            "TaxPrefs": {
                "UsingSalesTax": True,
                "PartnerTaxEnabled": None,
                "TaxGroupCodeRef": {"value": "2"},
            }
        },
    },
    "us_no_tax": {
        "country": "US",
        "preferences": {"TaxPrefs": {"UsingSalesTax": False, "PartnerTaxEnabled": None}},
    },
    "canada": {"country": "CA"},
    "united_kingdom": {"country": "GB"},
    "multicurrency": {"preferences": {"CurrencyPrefs": {"MultiCurrencyEnabled": True}}},
    "custom_numbers": {"preferences": {"SalesFormsPrefs": {"CustomTxnNumbers": True}}},
    "books_closed": {"preferences": {"AccountingInfoPrefs": {"BookCloseDate": "last month"}}},
    "revenue_recognition": {
        "preferences": {
            "ProductAndServicesPrefs": {
                "RevenueRecognitionEnabled": True,
                "RecognitionFrequencyType": "Monthly",
            }
        }
    },
}


def change_options(company: Company, patch: Mapping[str, Any]) -> None:
    """All of the patch or nothing; raises ValueError naming what does not exist or fit."""
    asked = dict(patch)
    profile = asked.pop("profile", None)
    if profile is not None and profile not in PROFILES:
        raise ValueError(f"profile is one of {', '.join(PROFILES)}.")
    own = {name: asked.pop(name) for name in OWN_NAMES if name in asked}
    switches = checked(COMPANY_OPTIONS, asked)
    _check(own)
    _carry_out(company, PROFILES.get(profile or "", {}))
    _carry_out(company, own)
    company.options |= switches


def _check(own: Mapping[str, Any]) -> None:
    country = own.get("country", "US")
    if country not in read_data("taxes")["countries"]:
        raise ValueError(f"country is one of {', '.join(read_data('taxes')['countries'])}.")
    if "currency" in own and own["currency"] not in read_data("currencies"):
        raise ValueError(f"currency is one of {', '.join(read_data('currencies'))}.")
    if own.get("subscription_status", STATUSES[0]) not in STATUSES:
        raise ValueError(f"subscription_status is one of {', '.join(STATUSES)}.")
    known = read_data("entities")["Preferences"]
    preferences = own.get("preferences", {})
    if not isinstance(preferences, Mapping) or set(preferences) - set(known):
        raise ValueError("preferences is an object of parts such as SalesFormsPrefs.")


def _carry_out(company: Company, own: Mapping[str, Any]) -> None:
    if own.get("country", company.country) != company.country:
        use_country(company, own["country"])
    if "currency" in own:
        use_home_currency(company, own["currency"])
    if own.get("preferences"):
        change_preferences(company, own["preferences"], OWNER)
    if "subscription_status" in own:
        _change_subscription(company, own["subscription_status"])


def change_preferences(company: Company, patch: Mapping[str, Any], author: Author) -> None:
    before = company.tables["Preferences"].records["1"]
    after = merged(before, dict(patch))
    accounting = after["AccountingInfoPrefs"]
    if accounting.get("BookCloseDate") == "last month":
        first = date.fromisoformat(company.today()).replace(day=1)
        day = (first - timedelta(days=1)).isoformat()
        after["AccountingInfoPrefs"] = accounting | {"BookCloseDate": day}
    company.change("Preferences", before, after, author)


def _change_subscription(company: Company, status: str) -> None:
    others = [pair for pair in company.info["NameValue"] if pair["Name"] != "SubscriptionStatus"]
    pairs = [*others, {"Name": "SubscriptionStatus", "Value": status}]
    company.change("CompanyInfo", company.info, company.info | {"NameValue": pairs}, OWNER)
