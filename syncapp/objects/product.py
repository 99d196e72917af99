"""Products and items: known by their SKU."""

import re
from collections.abc import Mapping

from syncapp.engine.compare import is_empty
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Entity, Pair, Side, Snapshot, Value
from syncapp.engine.rules import FieldKind, FieldMapping, MatchKey, Names, SyncRule
from syncapp.objects.plain import PlainRules, too_long

SKU = {Side.HUBSPOT: "hs_sku", Side.QUICKBOOKS: "Sku"}

MAPPINGS = (
    FieldMapping("hs_sku", "Sku", kind=FieldKind.NAME),
    FieldMapping("name", "Name"),
    FieldMapping("description", "Description"),
    FieldMapping("price", "UnitPrice", kind=FieldKind.NUMBER),
    FieldMapping("hs_cost_of_goods_sold", "PurchaseCost", kind=FieldKind.NUMBER),
)

MATCH_KEYS = (MatchKey("hs_sku", "Sku"),)

CATCH_ALL_NAME = "Custom line item"

_SYNCED_TYPES = ("Service", "NonInventory", "Inventory")  # categories and bundles are no products
# quickbooks-api.md 5
_LIMITS = {
    "Name": ("name", 100),
    "Sku": ("SKU", 100),
    "Description": ("description", 4000),
}
_FORBIDDEN = re.compile(r"[:\t\n]")
_SPOKEN = {":": "colon", "\t": "tab", "\n": "line end"}


class ProductRules(PlainRules):
    entity = Entity.PRODUCT

    def automatic_exclusion(self, record: Snapshot, target: Side, rule: SyncRule) -> Finding | None:
        if not record.is_live:
            return Finding(State.EXCLUDED, "inactive")
        if target is Side.HUBSPOT and record.get("Type") not in _SYNCED_TYPES:
            return Finding(State.EXCLUDED, "item_type", {"type": str(record.get("Type"))})
        if record.ref == rule.catch_all_item:
            return Finding(State.EXCLUDED, "catch_all_item")
        if is_empty(record.get(SKU[target.other])) and rule.option("without_sku") != "True":
            return Finding(State.EXCLUDED, "no_sku")
        return None

    def extras(self, target: Side, pair: Pair, rule: SyncRule) -> Mapping[str, Value]:  # noqa: ARG002
        if target is Side.HUBSPOT:
            return {}
        account = rule.option("income_account")
        return {"Type": "Service", **({"IncomeAccountRef": account} if account else {})}

    def names(self, target: Side, pair: Pair, rule: SyncRule) -> Names | None:  # noqa: ARG002
        """A name that is taken gets the SKU, which tells the two apart. Without a SKU the two are
        most likely one, and a person must look."""
        if target is Side.HUBSPOT or pair.hubspot is None:
            return None
        name, sku = (str(pair.hubspot.get(field) or "").strip() for field in ("name", "hs_sku"))
        patterns = (name, f"{name} ({sku})") if sku else (name,)
        fitting = tuple(one for one in patterns if len(one) <= _LIMITS["Name"][1])
        return Names("Name", fitting or patterns[:1], "item_name")

    def refusal(
        self, fields: Mapping[str, Value], target: Side, pair: Pair, rule: SyncRule
    ) -> Finding | None:
        if target is Side.HUBSPOT:
            return None
        name = fields.get("Name")
        if isinstance(name, str) and (found := _FORBIDDEN.search(name)):
            facts = {"field": "name", "character": _SPOKEN[found.group()]}
            return Finding(State.FAILING, "forbidden_character", facts)
        if finding := too_long(fields, _LIMITS):
            return finding
        if pair.quickbooks is None and not name:
            return Finding(State.FAILING, "no_name")
        if pair.quickbooks is None and not rule.option("income_account"):
            return Finding(State.FAILING, "item_account")
        return None
