"""Products and items: known by their SKU."""

import re
from collections.abc import Mapping

from syncapp.engine.compare import is_empty
from syncapp.engine.locked import Locked
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Entity, Pair, Side, Value
from syncapp.engine.rules import (
    Condition,
    Direction,
    FieldKind,
    FieldMapping,
    MatchKey,
    Names,
    SyncRule,
)
from syncapp.objects.plain import PlainRules, active, too_long

SKU = {Side.HUBSPOT: "hs_sku", Side.QUICKBOOKS: "Sku"}

MAPPINGS = (
    FieldMapping("hs_sku", "Sku", kind=FieldKind.NAME),
    FieldMapping("name", "Name"),
    FieldMapping("description", "Description"),
    FieldMapping("price", "UnitPrice", kind=FieldKind.NUMBER),
    FieldMapping("hs_cost_of_goods_sold", "PurchaseCost", kind=FieldKind.NUMBER),
)

MATCH_KEYS = (MatchKey("hs_sku", "Sku"),)

# The books know on which accounts an item is booked.
RECOMMENDED_DIRECTION = Direction.TO_HUBSPOT

CATCH_ALL_NAME = "Custom line item"

_SYNCED_TYPES = ("Service", "NonInventory", "Inventory")  # categories and bundles are no products
# quickbooks-api.md 5
LIMITS = {
    "Name": ("name", 100),
    "Sku": ("SKU", 100),
    "Description": ("description", 4000),
}
_FORBIDDEN = re.compile(r"[:\t\n]")
_SPOKEN = {":": "colon", "\t": "tab", "\n": "line end"}


_GOODS = Locked(
    "item_type",
    "that are services or goods, neither categories nor bundles",
    lambda record: record.get("Type") in _SYNCED_TYPES,
    condition=Condition(Entity.PRODUCT, "Type", "is_any_of", _SYNCED_TYPES),
    facts=lambda record: {"type": str(record.get("Type"))},
)


def _with_sku(side: Side) -> Locked:
    return Locked(
        "no_sku",
        "whose SKU is known",
        lambda record: not is_empty(record.get(SKU[side])),
        option="without_sku",
        condition=Condition(Entity.PRODUCT, SKU[side], "is_known"),
    )


_WITH_SKU = {side: _with_sku(side) for side in Side}


class ProductRules(PlainRules):
    entity = Entity.PRODUCT

    def locked(self, target: Side, rule: SyncRule) -> tuple[Locked, ...]:
        source = target.other
        found = []
        if target is Side.HUBSPOT:
            words = "that are not the item for lines that match no product"
            found += [
                active(self.entity),
                _GOODS,
                Locked("catch_all_item", words, lambda record: record.ref != rule.catch_all_item),
            ]
        if rule.option("without_sku") != "True":
            found.append(_WITH_SKU[source])
        return tuple(found)

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
        fitting = tuple(one for one in patterns if len(one) <= LIMITS["Name"][1])
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
        if finding := too_long(fields, LIMITS):
            return finding
        if pair.quickbooks is None and not name:
            return Finding(State.FAILING, "no_name")
        if pair.quickbooks is None and not rule.option("income_account"):
            return Finding(State.FAILING, "item_account")
        return None
