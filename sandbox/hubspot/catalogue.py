"""The properties of an account: HubSpot's own, as its options leave them, and the custom ones."""

from dataclasses import replace
from typing import Any

from sandbox.hubspot.definitions import HUBSPOT_DEFINED, Definition
from sandbox.hubspot.definitions.definition import group, money, read_only

_BREAKDOWN = ("hs_subtotal", "hs_total_discount", "hs_fees_amount")


class Catalogue:
    def __init__(self, state: dict[str, Any]) -> None:
        self._options: dict[str, Any] = state["options"]
        self._owners: dict[str, Any] = state["owners"]
        self._definitions = {
            name: self._hubspot_defined(name) | self._custom(state["properties"][name])
            for name in HUBSPOT_DEFINED
        }
        self._unique = {
            name: tuple(d.name for d in definitions.values() if d.unique)
            for name, definitions in self._definitions.items()
        }

    def of(self, type_name: str) -> dict[str, Definition]:
        return self._definitions[type_name]

    def unique_names(self, type_name: str) -> tuple[str, ...]:
        return self._unique[type_name]

    def _hubspot_defined(self, type_name: str) -> dict[str, Definition]:
        definitions = {
            name: self._with_options(definition)
            for name, definition in HUBSPOT_DEFINED[type_name].items()
        }
        match type_name:
            case "companies" if self._options["company_domain_as_id"]:
                definitions["domain"] = replace(definitions["domain"], unique=True)
            case "products" if self._options["currency_price_properties"]:
                definitions |= {price.name: price for price in self._currency_prices()}
            case "invoices":
                self._adapt_invoices(definitions)
        return definitions

    def _adapt_invoices(self, definitions: dict[str, Definition]) -> None:
        """hubspot-api.md 5.5: which of these can be written, and that they exist, is unverified."""
        if not self._options["balance_writable"]:
            for name in ("hs_balance_due", "hs_amount_paid"):
                definitions[name] = read_only(definitions[name])
        if not self._options["invoice_source_writable"]:
            definitions["hs_invoice_source"] = read_only(definitions["hs_invoice_source"])
        if not self._options["invoice_breakdown_properties"]:
            for name in _BREAKDOWN:
                del definitions[name]

    def _currency_prices(self) -> tuple[Definition, ...]:
        """hubspot-api.md 5.3."""
        currencies = (self._options["currency"], *self._options["additional_currencies"])
        prices = (money(f"hs_price_{code.lower()}", f"Unit price {code}") for code in currencies)
        return group("productinformation", *prices)

    def _with_options(self, definition: Definition) -> Definition:
        match definition.options_from:
            case "currencies":
                codes = (self._options["currency"], *self._options["additional_currencies"])
                return replace(definition, options=tuple((code, code) for code in codes))
            case "owners":
                owners = tuple((owner["id"], owner["email"]) for owner in self._owners.values())
                return replace(definition, options=owners)
            case _:
                return definition

    def _custom(self, properties: dict[str, dict[str, Any]]) -> dict[str, Definition]:
        return {
            name: custom_definition(own) for name, own in properties.items() if not own["archived"]
        }


def custom_definition(own: dict[str, Any]) -> Definition:
    return Definition(
        name=own["name"],
        label=own["label"],
        type=own["type"],
        field_type=own["fieldType"],
        group=own["groupName"],
        options=tuple((option["value"], option["label"]) for option in own["options"]),
        unique=own["hasUniqueValue"],
        read_only=own["calculated"],
        calculated=own["calculated"],
        hubspot_defined=False,
        own=own,
    )
