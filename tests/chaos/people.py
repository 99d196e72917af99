"""People at work in both apps: what they do is random, refused where the app would refuse it, and
written down, so that afterwards every edit can be asked after."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.sandbox_process import ControlError, SandboxProcess

ODD_TEXTS = (
    "Ærø & Sønner",
    "株式会社 ノルド",
    'O\'Brien "Q"',
    "a" * 99,
    "🦉 Owl",
    "=1+1",
    "<b>x</b>",
    "é" * 50,
)
UNDOING = ("delete", "void", "refund", "dissociate")
PRICES = ("100", "33.33", "0.333333", "7.005", "0", "12.5", "1999999.99")
FIELDS = {  # kind -> HubSpot property: how QuickBooks names it (a path)
    "contact": {
        "firstname": "GivenName",
        "lastname": "FamilyName",
        "city": "BillAddr.City",
        "zip": "BillAddr.PostalCode",
    },
    "product": {"description": "Description"},
    "invoice": {"hs_comments": "CustomerMemo.value"},
}


@dataclass(frozen=True)
class Edit:
    """One value that a person set, in the app of one side."""

    number: int
    side: str
    kind: str
    id: str
    field: str  # as HubSpot names it
    value: str


class People:
    def __init__(self, sandbox: SandboxProcess, realm: str, seed: int) -> None:
        self.sandbox, self.realm = sandbox, realm
        self.random = random.Random(seed)  # noqa: S311  no secret
        self.edits: list[Edit] = []
        self.made: Counter[str] = Counter()
        self.told: list[str] = []
        self.undone: set[tuple[str, str]] = set()  # deleted, voided or refunded: kind and id
        self.income = self._income()

    def act(self, action: "Action | None" = None) -> None:
        chosen = action or self.random.choice(ACTIONS)
        try:
            self.told.append(f"{chosen.__name__}: {chosen(self)}")
        except ControlError as refusal:
            self.told.append(f"{chosen.__name__}: refused, {refusal}")

    def open_shop(self) -> None:
        """What is there before the first sync."""
        self.sandbox.options(hubspot={"additional_currencies": ["EUR"]})
        for number, price in ((1, 100), (2, Decimal("12.5"))):
            self.item(number, price)
        for number in range(3):
            self.contact(f"p{number}@acme.test", firstname=f"P{number}")
        for number in (2, 3):
            self.customer(f"Customer {number}", f"P{number}@acme.test")

    def in_hubspot(self, action: str, kind: str, id: str = "", **more: Any) -> str:
        self._note_undone(action, kind, id)
        return str(self.sandbox.person("hubspot", action, kind, id, **more).get("id", id))

    def in_quickbooks(self, action: str, kind: str, id: str = "", **more: Any) -> str:
        self._note_undone(action, kind, id)
        return str(self.sandbox.person("quickbooks", action, kind, id, **more).get("id", id))

    def _note_undone(self, action: str, kind: str, id: str) -> None:
        if action in UNDOING:
            self.undone.add((kind, id))

    def contact(self, email: str, **properties: str) -> str:
        self.made["contact"] += 1
        properties = {"email": email, "lifecyclestage": "customer", **properties}
        id_ = self.in_hubspot("create", "contacts", properties=properties)
        self.note("hubspot", "contact", id_, properties)
        return id_

    def customer(self, name: str, email: str, **fields: Any) -> str:
        self.made["contact"] += 1
        fields = {"DisplayName": name, "PrimaryEmailAddr": {"Address": email}, **fields}
        return self.in_quickbooks("create", "Customer", fields=fields)

    def note(self, side: str, kind: str, id: str, values: dict[str, str]) -> None:
        for field in FIELDS[kind]:
            if field in values:
                number = len(self.edits)
                self.edits.append(Edit(number, side, kind, id, field, values[field]))

    def live(self, side: str, kind: str) -> dict[str, dict[str, Any]]:
        world = self.sandbox.world()
        if side == "hubspot":
            held = world["hubspot"]["objects"].get(kind, {})
            return {id_: one["properties"] for id_, one in held.items() if not one["archived"]}
        held = world["quickbooks"]["companies"][self.realm].get(kind, {})
        return {id_: one for id_, one in held.items() if not one.get("_deleted")}

    def one_of(self, side: str, kind: str) -> str:
        found = sorted(self.live(side, kind), key=int)
        if not found:
            raise ControlError(f"there is no {kind}")
        return self.random.choice(found)

    def text(self) -> str:
        if self.random.random() < 0.15:
            return self.random.choice(ODD_TEXTS)
        return f"v{self.random.randrange(1000)}"

    def hubspot_line(self) -> dict[str, str]:
        products = sorted(self.live("hubspot", "products"), key=int)
        line = {"name": "Travel", "quantity": str(self.random.randrange(1, 5))}
        if products and self.random.random() < 0.7:
            line["hs_product_id"] = self.random.choice(products)
        return line | {"price": self.random.choice(PRICES)}

    def sales_line(self, quantity: int = 0, price: str = "") -> dict[str, Any]:
        quantity = quantity or self.random.randrange(1, 5)
        unit = Decimal(price or self.random.choice(("100", "12.5", "33.33", "0")))
        return {
            "DetailType": "SalesItemLineDetail",
            "Amount": quantity * unit,
            "Description": "Work",
            "SalesItemLineDetail": {
                "ItemRef": {"value": self.one_of("quickbooks", "Item")},
                "Qty": quantity,
                "UnitPrice": unit,
                "TaxCodeRef": {"value": "NON"},
            },
        }

    def invoice(self, *lines: dict[str, str], contact: str = "", currency: str = "USD") -> str:
        self.made["invoice"] += 1
        id_ = self.in_hubspot(
            "create",
            "invoices",
            properties={"hs_currency": currency},
            contact=contact or self.one_of("hubspot", "contacts"),
            lines=list(lines) or [self.hubspot_line()],
        )
        self.in_hubspot("finalize", "invoices", id_)
        return id_

    def booked(self, *lines: dict[str, Any], customer: str = "", number: bool = True) -> str:
        self.made["invoice"] += 1
        fields: dict[str, Any] = {
            "CustomerRef": {"value": customer or self.one_of("quickbooks", "Customer")},
            "Line": list(lines) or [self.sales_line()],
        }
        if number:
            fields["DocNumber"] = f"Q-{self.made['invoice']}"
        return self.in_quickbooks("create", "Invoice", fields=fields)

    def item_one(self) -> str:
        """One of those the shop opened with."""
        return min(self.live("quickbooks", "Item"), key=int)

    def booked_of(self, invoice: str) -> str:
        """Our copy of a HubSpot invoice."""
        return next(
            id_
            for id_, one in self.live("quickbooks", "Invoice").items()
            if str(one.get("PrivateNote") or "").endswith(f"/{invoice}]")
        )

    def item(self, number: int, price: Any) -> str:
        self.made["product"] += 1
        fields = {"Name": f"Item {number}", "Sku": f"SKU-{number}", "Type": "Service"}
        fields |= {"UnitPrice": price, "IncomeAccountRef": {"value": self.income}}
        return self.in_quickbooks("create", "Item", fields=fields)

    def _income(self) -> str:
        accounts = self.live("quickbooks", "Account").values()
        return str(next(one["Id"] for one in accounts if one["AccountType"] == "Income"))


Action = Callable[[People], str]


def new_contact(self: People) -> str:
    return self.contact(f"p{self.random.randrange(9)}@acme.test", firstname=self.text())


def new_customer(self: People) -> str:
    name = f"C {self.random.randrange(10**6)}"
    return self.customer(name, f"P{self.random.randrange(9)}@acme.test")


def edit_contact(self: People) -> str:
    id_ = self.one_of("hubspot", "contacts")
    values = {self.random.choice(list(FIELDS["contact"])): self.text()}
    self.in_hubspot("edit", "contacts", id_, properties=values)
    self.note("hubspot", "contact", id_, values)
    return f"{id_} {values}"


def edit_customer(self: People) -> str:
    id_ = self.one_of("quickbooks", "Customer")
    field, path = self.random.choice(list(FIELDS["contact"].items()))
    value = self.text()
    outer, _, inner = path.partition(".")
    before = self.live("quickbooks", "Customer")[id_].get(outer)
    written = {**(before or {}), inner: value} if inner else value
    self.in_quickbooks("edit", "Customer", id_, fields={outer: written})
    self.note("quickbooks", "contact", id_, {field: value})
    return f"{id_} {field} {value}"


def edit_product(self: People) -> str:
    id_, value = self.one_of("hubspot", "products"), self.text()
    self.in_hubspot("edit", "products", id_, properties={"description": value})
    self.note("hubspot", "product", id_, {"description": value})
    return f"{id_} {value}"


def edit_item(self: People) -> str:
    id_, value = self.one_of("quickbooks", "Item"), self.text()
    self.in_quickbooks("edit", "Item", id_, fields={"Description": value})
    self.note("quickbooks", "product", id_, {"description": value})
    return f"{id_} {value}"


def new_product(self: People) -> str:
    self.made["product"] += 1
    number = self.random.randrange(3, 9)
    properties = {"name": f"Product {number}", "hs_sku": f"SKU-{number}", "price": "5"}
    return self.in_hubspot("create", "products", properties=properties)


def new_item(self: People) -> str:
    return self.item(self.random.randrange(3, 9), 5)


def delete_contact(self: People) -> str:
    return self.in_hubspot("delete", "contacts", self.one_of("hubspot", "contacts"))


def restore_contact(self: People) -> str:
    held = self.sandbox.world()["hubspot"]["objects"].get("contacts", {})
    gone = sorted(id_ for id_, one in held.items() if one["archived"])
    return self.in_hubspot("restore", "contacts", self.random.choice(gone)) if gone else "-"


def merge_contacts(self: People) -> str:
    one, other = self.one_of("hubspot", "contacts"), self.one_of("hubspot", "contacts")
    if one == other:
        return "-"
    self.in_hubspot("merge", "contacts", one, other_id=other)
    self.edits = [edit for edit in self.edits if edit.id not in (one, other)]
    return f"{one} < {other}"


def deactivate_customer(self: People) -> str:
    return self.in_quickbooks("deactivate", "Customer", self.one_of("quickbooks", "Customer"))


def new_invoice(self: People) -> str:
    lines = [self.hubspot_line() for _ in range(self.random.randrange(1, 4))]
    currency = "EUR" if self.random.random() < 0.1 else "USD"
    return self.invoice(*lines, currency=currency)


def new_booked(self: People) -> str:
    return self.booked(number=self.random.random() < 0.75)


def edit_invoice(self: People) -> str:
    id_, value = self.one_of("hubspot", "invoices"), self.text()
    self.in_hubspot("edit", "invoices", id_, properties={"hs_comments": value})
    self.note("hubspot", "invoice", id_, {"hs_comments": value})
    return f"{id_} {value}"


def edit_line(self: People) -> str:
    values = self.random.choice(({"price": "7.77"}, {"quantity": "5"}, {"name": "Other"}))
    return self.in_hubspot(
        "edit", "line_items", self.one_of("hubspot", "line_items"), properties=values
    )


def edit_booked(self: People) -> str:
    id_ = self.one_of("quickbooks", "Invoice")
    if self.random.random() < 0.4:
        return self.in_quickbooks("edit", "Invoice", id_, fields={"Line": [self.sales_line()]})
    value = self.text()
    self.in_quickbooks("edit", "Invoice", id_, fields={"CustomerMemo": {"value": value}})
    self.note("quickbooks", "invoice", id_, {"hs_comments": value})
    return f"{id_} {value}"


def void_invoice(self: People) -> str:
    return self.in_hubspot("void", "invoices", self.one_of("hubspot", "invoices"))


def void_booked(self: People) -> str:
    return self.in_quickbooks("void", "Invoice", self.one_of("quickbooks", "Invoice"))


def delete_booked(self: People) -> str:
    return self.in_quickbooks("delete", "Invoice", self.one_of("quickbooks", "Invoice"))


def pay(self: People) -> str:
    amount = self.random.choice(("10", "12.5", "33.33", "100"))
    id_ = self.one_of("hubspot", "invoices")
    self.sandbox.person("hubspot", "pay", "invoices", id_, amount=amount, method="check")
    self.made["payment"] += 1
    return f"{id_} {amount}"


def pay_booked(self: People) -> str:
    amount = self.random.choice(("10", "12.5", "33.33", "100"))
    id_ = self.one_of("quickbooks", "Invoice")
    self.sandbox.person("quickbooks", "pay", "Invoice", id_, amount=amount)
    self.made["payment"] += 1
    return f"{id_} {amount}"


def take_payment_back(self: People) -> str:
    action = self.random.choice(("delete", "refund"))
    id_ = self.one_of("hubspot", "commerce_payments")
    return f"{action} {self.in_hubspot(action, 'commerce_payments', id_)}"


def undo_booked_payment(self: People) -> str:
    action = self.random.choice(("delete", "void"))
    return f"{action} {self.in_quickbooks(action, 'Payment', self.one_of('quickbooks', 'Payment'))}"


ACTIONS: tuple[Action, ...] = (
    *(new_contact, new_customer, edit_contact, edit_contact, edit_customer, edit_customer),
    *(edit_product, edit_item, new_product, new_item, delete_contact, restore_contact),
    *(merge_contacts, deactivate_customer, new_invoice, new_invoice, new_invoice, new_booked),
    *(new_booked, edit_invoice, edit_invoice, edit_line, edit_booked, edit_booked, void_invoice),
    *(void_booked, delete_booked, pay, pay, pay, pay_booked, pay_booked, take_payment_back),
    *(undo_booked_payment,),
)
