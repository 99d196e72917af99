"""What people do in a loaded world, and whether both sides end up saying the same."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from benchmarks.floors import Size
from benchmarks.simulator import Simulator


class Trade:
    """One loaded world. `side` is where the records were born."""

    def __init__(self, simulator: Simulator, side: str, size: Size) -> None:
        self.simulator = simulator
        self.side = side
        self.size = size
        self._made = 0
        world = simulator.world()
        self._contacts = _ids(_hubspot(world, "contacts"))
        self._products = _ids(_hubspot(world, "products"))
        company = world["quickbooks"]["companies"][simulator.realm]
        self._customers = _ids(company.get("Customer", {}))
        self._items = [id_ for id_, one in company.get("Item", {}).items() if one.get("Sku")]

    def new_invoices(self, number: int) -> list[str]:
        make = self._send if self.side == "hubspot" else self._bill
        return [make() for _ in range(number)]

    def pay(self, invoices: Iterable[str]) -> None:
        kind = "invoices" if self.side == "hubspot" else "Invoice"
        for id_ in invoices:
            self.simulator.person(self.side, "pay", kind, id=id_)

    def pass_time(self, seconds: int = 240) -> None:
        """Until nothing of what was done shows as recent any more."""
        self.simulator.control("POST", "clock", {"advance_seconds": seconds})

    def _send(self) -> str:
        number = self._made = self._made + 1
        lines = [
            {"name": "Widget", "price": "10.00", "quantity": str(place + 1),
             "hs_product_id": self._products[(number + place) % len(self._products)]}
            for place in range(3)
        ]  # fmt: skip
        properties = {
            "hs_currency": "USD",
            "hs_invoice_date": "2026-01-15T00:00:00Z",
            "hs_due_date": "2026-02-15T00:00:00Z",
        }
        contact = self._contacts[number % len(self._contacts)]
        made = self.simulator.person(
            "hubspot", "create", "invoices", properties=properties, contact=contact, lines=lines
        )
        self.simulator.person("hubspot", "finalize", "invoices", id=made["id"])
        return str(made["id"])

    def _bill(self) -> str:
        number = self._made = self._made + 1
        lines = [
            {
                "DetailType": "SalesItemLineDetail",
                "Amount": 10 * (place + 1),
                "Description": "Widget",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": self._items[(number + place) % len(self._items)]},
                    "Qty": place + 1,
                    "UnitPrice": 10,
                },
            }
            for place in range(3)
        ]
        customer = {"value": self._customers[number % len(self._customers)]}
        fields = {"CustomerRef": customer, "Line": lines}
        return str(self.simulator.person("quickbooks", "create", "Invoice", fields=fields)["id"])


def require_agreement(simulator: Simulator) -> tuple[int, int]:
    """Both sides say the same: as many people, products, invoices and payments, the same sums.
    Answers how many invoices and payments there are. Raises where they differ."""
    world = simulator.world()
    company = world["quickbooks"]["companies"][simulator.realm]
    ours, theirs = _hubspot(world, "invoices"), _live(company.get("Invoice", {}))
    paid, booked = _hubspot(world, "commerce_payments"), _live(company.get("Payment", {}))
    items = [one for one in _live(company.get("Item", {})) if one.get("Sku")]
    facts = {
        "contacts": (len(_hubspot(world, "contacts")), len(_live(company.get("Customer", {})))),
        "products": (len(_hubspot(world, "products")), len(items)),
        "invoices": (len(ours), len(theirs)),
        "payments": (len(paid), len(booked)),
        "invoiced": (_total(ours), sum(_money(one["TotalAmt"]) for one in theirs)),
        "paid": (
            sum(_money(one["properties"]["hs_initial_amount"]) for one in paid),
            sum(_money(one["TotalAmt"]) for one in booked),
        ),
    }
    wrong = {name: pair for name, pair in facts.items() if pair[0] != pair[1]}
    if wrong:
        raise AssertionError(f"the two sides differ (HubSpot, QuickBooks): {wrong}")
    return len(ours), len(paid)


def _total(invoices: Iterable[dict[str, Any]]) -> Decimal:
    """A mirror carries its total in a property of ours."""
    return sum(
        (
            _money(
                one["properties"].get("ledgerline_total") or one["properties"]["hs_amount_billed"]
            )
            for one in invoices
        ),
        Decimal(0),
    )


def _hubspot(world: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = world["hubspot"]["objects"].get(kind, {})
    return [{**one, "id": id_} for id_, one in found.items() if not one["archived"]]


def _live(rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in rows.values() if not one.get("_deleted")]


def _ids(records: Any) -> list[str]:
    return list(records) if isinstance(records, dict) else [one["id"] for one in records]


def _money(value: Any) -> Decimal:
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))
