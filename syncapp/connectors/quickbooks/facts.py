"""What holds for the whole company, asked for once: reads are metered (quickbooks-api.md 14)."""

import threading
from collections.abc import Collection, Mapping
from typing import Any

from syncapp.connectors.base import Account
from syncapp.connectors.quickbooks import custom_fields, query
from syncapp.connectors.quickbooks.endpoints import Company
from syncapp.engine.field_types import FieldInfo

APP_URL = "https://qbo.intuit.com/app/homepage"
INVOICE_URL = "https://qbo.intuit.com/app/invoice?txnId="
ENVELOPE = frozenset({"Id", "SyncToken", "MetaData", "domain", "sparse"})
NON_TAXABLE = "NON"  # quickbooks-api.md 17: else automated tax may change the total


class Facts:
    """Safe to share between threads."""

    def __init__(self, company: Company, country: str = "") -> None:
        self._company = company
        self._country = country
        self._lock = threading.Lock()
        self._info: dict[str, Any] | None = None
        self._preferences: dict[str, Any] | None = None
        self._methods: dict[str, str] | None = None
        self._credit_numbers: dict[str, str] = {}

    def account(self) -> Account:
        info = self.info()
        preferences = self.preferences()
        stated = {name: value for name, value in preferences.items() if name not in ENVELOPE}
        settings = flat(stated) | flat({"NameValue": info.get("NameValue") or []})
        return Account(
            id=self._company.realm,
            name=str(info.get("CompanyName") or ""),
            country=str(info.get("Country") or ""),
            currency=settings.get("CurrencyPrefs.HomeCurrency", ""),
            app_url=APP_URL,
            settings=settings,
        )

    def preferences(self) -> dict[str, Any]:
        with self._lock:
            if self._preferences is None:
                self._preferences = self._company.facts("preferences", "Preferences")
            return self._preferences

    def custom_fields(self) -> tuple[FieldInfo, ...]:
        return custom_fields.described(self.preferences())

    def info(self) -> dict[str, Any]:
        with self._lock:
            if self._info is None:
                resource = f"companyinfo/{self._company.realm}"
                self._info = self._company.facts(resource, "CompanyInfo")
            return self._info

    def tax_code(self) -> str:
        """What a new line says on tax. Outside the US there is no neutral word: the code belongs
        to the line and is only ever sent back as it was read."""
        country = self._country or self.info().get("Country")
        return NON_TAXABLE if country == "US" else ""

    def methods(self) -> Mapping[str, str]:
        """Payment methods by id."""
        with self._lock:
            if self._methods is None:
                rows = self._company.rows("PaymentMethod")
                self._methods = {str(row["Id"]): str(row["Name"]) for row in rows}
            return self._methods

    def method_id(self, name: str) -> str | None:
        wanted = name.strip().casefold()
        return next((id for id, held in self.methods().items() if held.casefold() == wanted), None)

    def credit_numbers(self, ids: Collection[str]) -> Mapping[str, str]:
        with self._lock:
            for chunk in query.chunks(sorted(set(ids) - self._credit_numbers.keys())):
                for row in self._company.rows("CreditMemo", query.one_of("Id", chunk)):
                    self._credit_numbers[str(row["Id"])] = str(row.get("DocNumber") or "")
            return self._credit_numbers


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Preferences by dotted name. A reference is its value; a list of names and values is as if
    they were fields; the doubled nesting of custom fields (quickbooks-api.md 7) is left out."""
    found: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            held = value.get("value")
            found |= {prefix + name: str(held)} if held else flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            found |= {
                prefix + str(one["Name"]): str(one.get("Value", ""))
                for one in value
                if isinstance(one, Mapping) and "Name" in one
            }
        else:
            found[prefix + name] = str(value)
    return found
