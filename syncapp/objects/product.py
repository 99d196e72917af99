"""Products and items: known by their SKU."""

from collections.abc import Mapping

from syncapp.engine.compare import is_empty
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Entity, Pair, Side, Snapshot, Value
from syncapp.engine.rules import FieldKind, FieldMapping, MatchKey, SyncRule
from syncapp.objects.plain import PlainRules

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
_NAME_LIMIT = 100  # quickbooks-api.md, section 5


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

    def refusal(
        self, fields: Mapping[str, Value], target: Side, pair: Pair, rule: SyncRule
    ) -> Finding | None:
        if target is Side.HUBSPOT:
            return None
        name = str(fields.get("Name") or "")
        if len(name) > _NAME_LIMIT:
            facts = {"field": "name", "limit": str(_NAME_LIMIT), "length": str(len(name))}
            return Finding(State.FAILING, "too_long", facts)
        if pair.quickbooks is None and not rule.option("income_account"):
            return Finding(State.FAILING, "item_account")
        return None
