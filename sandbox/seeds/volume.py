"""A trade of any size on one side, the other side new: what benchmarks load.

Invoices of three lines, each record at a time of its own, the last one an hour ago.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sandbox.asked import Asked
from sandbox.seeds.books import Books
from sandbox.seeds.crm import Crm
from sandbox.world import World

DAYS = 300.0  # the time over which the records were made
LAST = 1 / 24
LINES = 3
NET = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Volume:
    side: str
    contacts: int
    products: int
    invoices: int
    payments: int

    @classmethod
    def of(cls, asked: Asked) -> "Volume":
        volume = cls(
            asked.choice("side", ("hubspot", "quickbooks")),
            asked.count("contacts", least=1),
            asked.count("products", least=1),
            asked.count("invoices"),
            asked.count("payments"),
        )
        asked.nothing_else()
        if volume.payments > volume.invoices:
            raise ValueError("Each invoice is paid once at most.")
        return volume

    @property
    def records(self) -> int:
        return self.contacts + self.products + self.invoices + self.payments

    def price(self, product: int) -> Decimal:
        return Decimal(1000 + 37 * (product % 100)) / 100

    def products_of(self, invoice: int) -> list[int]:
        return [(invoice * 7 + line * 11) % self.products for line in range(LINES)]


def grow(world: World, volume: Volume) -> None:
    make = _in_hubspot if volume.side == "hubspot" else _in_quickbooks
    step = (DAYS - LAST) * 86_400 / max(1, volume.records)
    try:
        for position, deed in enumerate(make(world, volume)):
            world.clock.offset_seconds = -DAYS * 86_400 + position * step
            deed()
    finally:
        world.clock.offset_seconds = 0.0


def _in_hubspot(world: World, volume: Volume) -> list[Callable[[], None]]:
    crm = Crm(world.vendors["hubspot"], world.clock)
    return [
        *(partial(_enter_contact, crm, one) for one in range(volume.contacts)),
        *(partial(_enter_product, crm, volume, one) for one in range(volume.products)),
        *(partial(_send_invoice, crm, volume, one) for one in range(volume.invoices)),
        *(partial(_receive, crm, one) for one in range(volume.payments)),
    ]


def _enter_contact(crm: Crm, number: int) -> None:
    person = _person(number)
    properties = {
        "email": person["email"],
        "firstname": person["first"],
        "lastname": person["last"],
        "phone": person["phone"],
        "address": person["street"],
        "city": person["city"],
        "lifecyclestage": "customer",
    }
    crm.contact_ids[number] = crm.create("contacts", properties)


def _enter_product(crm: Crm, volume: Volume, number: int) -> None:
    properties = {"name": _product(number), "hs_sku": _sku(number)}
    price = {"price": str(volume.price(number))}
    crm.product_ids[number] = crm.create("products", properties | price)


def _send_invoice(crm: Crm, volume: Volume, number: int) -> None:
    today = crm.clock.now()
    properties = {
        "hs_currency": "USD",
        "hs_invoice_date": today.strftime("%Y-%m-%dT00:00:00Z"),
        "hs_due_date": (today + NET).strftime("%Y-%m-%dT00:00:00Z"),
    }
    contact = crm.contact_ids[number % volume.contacts]
    invoice = crm.invoice_ids[number] = crm.create("invoices", properties, contacts=contact)
    for place, product in enumerate(volume.products_of(number)):
        line = {
            "name": _product(product),
            "price": str(volume.price(product)),
            "quantity": str(place + 1),
            "hs_product_id": crm.product_ids[product],
        }
        crm.create("line_items", line, invoices=invoice)
    crm.act("finalize", "invoices", id=invoice)


def _receive(crm: Crm, number: int) -> None:
    crm.act("pay", "invoices", id=crm.invoice_ids[number])


def _in_quickbooks(world: World, volume: Volume) -> list[Callable[[], None]]:
    account = world.accounts["quickbooks"]["companies"][0]
    books = Books(world.vendors["quickbooks"], account["realm_id"], account["access_token"])
    income = _income_account(books)
    invoices: dict[int, str] = {}
    return [
        *(partial(_enter_customer, books, one) for one in range(volume.contacts)),
        *(partial(_enter_item, books, volume, one, income) for one in range(volume.products)),
        *(partial(_bill, books, volume, one, invoices) for one in range(volume.invoices)),
        *(partial(_book, books, volume, one, invoices) for one in range(volume.payments)),
    ]


def _enter_customer(books: Books, number: int) -> None:
    person = _person(number)
    fields = {
        "DisplayName": f"{person['first']} {person['last']}",
        "GivenName": person["first"],
        "FamilyName": person["last"],
        "PrimaryEmailAddr": {"Address": person["email"]},
        "PrimaryPhone": {"FreeFormNumber": person["phone"]},
        "BillAddr": {"Line1": person["street"], "City": person["city"]},
    }
    books.customer_ids[number] = books.create("Customer", fields)


def _enter_item(books: Books, volume: Volume, number: int, income: str) -> None:
    fields = {
        "Name": _product(number),
        "Sku": _sku(number),
        "Type": "Service",
        "UnitPrice": volume.price(number),
        "IncomeAccountRef": {"value": income},
    }
    books.item_ids[number] = books.create("Item", fields)


def _bill(books: Books, volume: Volume, number: int, invoices: dict[int, str]) -> None:
    lines = [
        {
            "DetailType": "SalesItemLineDetail",
            "Amount": volume.price(product) * (place + 1),
            "Description": _product(product),
            "SalesItemLineDetail": {
                "ItemRef": {"value": books.item_ids[product]},
                "Qty": place + 1,
                "UnitPrice": volume.price(product),
            },
        }
        for place, product in enumerate(volume.products_of(number))
    ]
    customer = {"value": books.customer_ids[number % volume.contacts]}
    invoices[number] = books.create("Invoice", {"CustomerRef": customer, "Line": lines})


def _book(books: Books, volume: Volume, number: int, invoices: dict[int, str]) -> None:
    prices = [volume.price(product) for product in volume.products_of(number)]
    total = sum((price * (place + 1) for place, price in enumerate(prices)), Decimal(0))
    linked = [{"TxnId": invoices[number], "TxnType": "Invoice"}]
    fields = {
        "CustomerRef": {"value": books.customer_ids[number % volume.contacts]},
        "TotalAmt": total,
        "Line": [{"Amount": total, "LinkedTxn": linked}],
    }
    books.create("Payment", fields)


def _income_account(books: Books) -> str:
    fields = {
        "Name": "Trade",
        "AccountType": "Income",
        "AccountSubType": "SalesOfProductIncome",
    }
    return books.create("Account", fields)


def _person(number: int) -> dict[str, Any]:
    return {
        "email": f"customer{number:06}@nordwind.example",
        "first": f"Ada{number:06}",
        "last": "Berg",
        "phone": f"555 {number % 10_000:04}",
        "street": f"Harbour Road {number % 300 + 1}",
        "city": "Bergen",
    }


def _product(number: int) -> str:
    return f"Widget {number:04}"


def _sku(number: int) -> str:
    return f"WID-{number:04}"
