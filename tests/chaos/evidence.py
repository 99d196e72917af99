"""What a seed left behind, as anybody outside can see it: both worlds, the calls on the wire, and
the product's own exports. No table of the product is read."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.chaos.calls import Call
from tests.chaos.people import Edit, People
from tests.chaos.product import Product
from tests.chaos.proxy import Proxy

MARKER = re.compile(r"\[HubSpot (\S+)\]\s*$")
KINDS = {  # entity -> HubSpot's kind, QuickBooks' kind
    "contact": ("contacts", "Customer"),
    "product": ("products", "Item"),
    "invoice": ("invoices", "Invoice"),
    "payment": ("commerce_payments", "Payment"),
}
WHAT = ("links", "failing", "excluded", "conflicts", "activity")
Row = dict[str, Any]


@dataclass
class Evidence:
    world: Row
    realm: str
    requests: list[Row]
    exports: dict[str, list[Row]]
    status: Row
    edits: list[Edit]
    undone: set[tuple[str, str]]  # by people: kind and id
    calls: list[Call]
    secrets: set[str]
    said: str
    dump: bytes
    early: list[str]
    quiet_writes: list[str] = field(default_factory=list)
    has_rested: bool = True
    may_be_disconnected: bool = False
    was_restored: bool = False  # from a backup: what was told after it is not in the history
    pids_are_passes: bool = True  # each process made one pass and ended
    was_undisturbed: bool = False
    lies: bool = False  # the vendor pretended: to have failed, or to have nothing
    problems: list[str] = field(default_factory=list)

    def hubspot(self, kind: str) -> dict[str, Row]:
        held = self.world["hubspot"]["objects"].get(kind, {})
        return {id_: one["properties"] for id_, one in held.items() if not one["archived"]}

    def quickbooks(self, kind: str) -> dict[str, Row]:
        held = self.world["quickbooks"]["companies"][self.realm].get(kind, {})
        return {id_: one for id_, one in held.items() if not one.get("_deleted")}

    @cached_property
    def linked(self) -> list[Row]:
        rows = self.exports["links"]
        return [row for row in rows if row["hubspot_id"] and row["quickbooks_id"]]

    @cached_property
    def by_id(self) -> dict[tuple[str, str, str], list[Row]]:
        """(entity, side, id) -> rows of the link export."""
        found: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.exports["links"]:
            for side in ("hubspot", "quickbooks"):
                if row[f"{side}_id"]:
                    found.setdefault((row["entity"], side, row[f"{side}_id"]), []).append(row)
        return found

    def accepted_writes(self) -> Iterator[Row]:
        for entry in self.requests:
            if entry["is_write"] and 200 <= entry["status"] < 300:
                yield entry

    def partners(self, kind: str, id_: str) -> Iterator[tuple[str, str]]:
        """What a document or payment is linked with on the other side, and what that settles: kind
        and id. A payment of QuickBooks is linked by what it pays."""
        entity, side = next(
            (entity, ("hubspot", "quickbooks")[kinds.index(kind)])
            for entity, kinds in KINDS.items()
            if kind in kinds
        )
        other = "quickbooks" if side == "hubspot" else "hubspot"
        for row in self.linked:
            own, partner = str(row[f"{side}_id"]), str(row[f"{other}_id"])
            if row["entity"] == entity and own.partition("/")[0] == id_:
                yield KINDS[entity][other == "quickbooks"], partner.partition("/")[0]
                paid = (own if side == "quickbooks" else partner).partition("/")[2]
                if paid:
                    yield "Invoice", paid
                    yield from self.partners("Invoice", paid)

    @property
    def exported_text(self) -> str:
        return json.dumps(self.exports, ensure_ascii=False)


def gather(product: Product, proxy: Proxy, people: People) -> Evidence:
    sandbox = people.sandbox
    world = sandbox.world()
    return Evidence(
        world=world,
        realm=people.realm,
        requests=sandbox.requests(entries=True)["entries"],
        exports={what: product.exported(what) for what in WHAT},
        status=product.status(),
        edits=list(people.edits),
        undone=people.undone | unapplied(world, people.realm),
        calls=list(proxy.calls),
        secrets=set(proxy.secrets),
        said=product.said(),
        dump=product.database.dump(),
        early=list(proxy.early),
    )


def put_away(seen: Evidence, file: Path, told: list[str], violations: list[str]) -> None:
    """For a person who looks for the cause: a run is not the same twice."""
    kept = {
        "violations": violations,
        "told": told,
        "calls": [
            {
                "at": call.at,
                "is": call.shown(),
                "query": call.query,
                "body": call.body.decode("latin-1"),
            }
            for call in seen.calls
        ],
        "exports": seen.exports,
        "requests": seen.requests,
        "world": seen.world,
        "said": seen.said,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kept, indent=1, default=str))


def unapplied(world: Row, realm: str) -> set[tuple[str, str]]:
    """Payments of QuickBooks that pay nothing any more since a person changed something else: the
    invoice below what was paid, or the customer to inactive."""
    payments = world["quickbooks"]["companies"][realm].get("Payment", {})
    return {
        ("Payment", id_)
        for id_, one in payments.items()
        if not one["Line"] and not one["_history"][-1]["by"].startswith("app ")
    }


def money(value: Any) -> Decimal:
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def marker_of(document: Row) -> str:
    """Whose copy a document in QuickBooks is; empty when people made it."""
    found = MARKER.search(str(document.get("PrivateNote") or ""))
    return found[1] if found else ""
