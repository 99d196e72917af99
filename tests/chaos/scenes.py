"""One write of each kind: what a person does so that a pass must make it. Scenes of a world are
played one after the other, each on records of its own."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.chaos.people import People

Do = Callable[[], None]
# Answers the deed that asks for the write; what must be there before is synced first.
Scene = Callable[[People, "Ready"], Do]
Ready = Callable[[], None]


def customer_made(people: People, ready: Ready) -> Do:
    return lambda: _ignore(people.contact(_address(people), firstname="New"))


def contact_made(people: People, ready: Ready) -> Do:
    return lambda: _ignore(people.customer(f"Made {len(people.told)}", _address(people)))


def customer_changed(people: People, ready: Ready) -> Do:
    id_ = people.contact(_address(people), firstname="Before")
    ready()

    def do() -> None:
        values = {"firstname": "After", "city": "Bergen"}
        people.in_hubspot("edit", "contacts", id_, properties=values)
        people.note("hubspot", "contact", id_, values)

    return do


def contact_changed(people: People, ready: Ready) -> Do:
    id_ = people.customer(f"Changed {len(people.told)}", _address(people), GivenName="Before")
    ready()

    def do() -> None:
        people.in_quickbooks("edit", "Customer", id_, fields={"GivenName": "After"})
        people.note("quickbooks", "contact", id_, {"firstname": "After"})

    return do


def item_made(people: People, ready: Ready) -> Do:
    people.made["sku"] += 1
    sku = f"NEW-{people.made['sku']}"
    properties = {"name": f"New {sku}", "hs_sku": sku, "price": "5"}
    return lambda: _ignore(people.in_hubspot("create", "products", properties=properties))


def product_made(people: People, ready: Ready) -> Do:
    people.made["item"] += 1
    return lambda: _ignore(people.item(1000 + people.made["item"], 5))


def product_changed(people: People, ready: Ready) -> Do:
    id_ = people.item_one()

    def do() -> None:
        value = f"text {len(people.edits)}"
        people.in_quickbooks("edit", "Item", id_, fields={"Description": value})
        people.note("quickbooks", "product", id_, {"description": value})

    return do


def invoice_booked(people: People, ready: Ready) -> Do:
    contact = people.contact(_address(people), firstname="Buyer")
    ready()
    return lambda: _ignore(people.invoice(people.hubspot_line(), contact=contact))


def invoice_booked_with_its_customer(people: People, ready: Ready) -> Do:
    def do() -> None:
        people.invoice(people.hubspot_line(), contact=people.contact(_address(people)))

    return do


def invoice_changed(people: People, ready: Ready) -> Do:
    id_ = people.invoice(people.hubspot_line())
    ready()

    def do() -> None:
        people.in_hubspot("edit", "invoices", id_, properties={"hs_comments": "After"})
        people.note("hubspot", "invoice", id_, {"hs_comments": "After"})

    return do


def invoice_voided(people: People, ready: Ready) -> Do:
    id_ = people.invoice(people.hubspot_line())
    ready()
    return lambda: _ignore(people.in_hubspot("void", "invoices", id_))


def mirror_made(people: People, ready: Ready) -> Do:
    return lambda: _ignore(people.booked(people.sales_line(2, "50"), people.sales_line(1, "10")))


def mirror_changed(people: People, ready: Ready) -> Do:
    id_ = people.booked(people.sales_line(2, "50"))
    ready()
    lines = [people.sales_line(3, "50"), people.sales_line(1, "12.5")]
    return lambda: _ignore(people.in_quickbooks("edit", "Invoice", id_, fields={"Line": lines}))


def mirror_voided(people: People, ready: Ready) -> Do:
    id_ = people.booked(people.sales_line(2, "50"))
    ready()
    return lambda: _ignore(people.in_quickbooks("void", "Invoice", id_))


def payment_booked(people: People, ready: Ready) -> Do:
    id_ = people.invoice({"name": "Travel", "quantity": "2", "price": "50"})
    ready()
    return lambda: _paid(people, "hubspot", "invoices", id_)


def payment_recorded(people: People, ready: Ready) -> Do:
    id_ = people.invoice({"name": "Travel", "quantity": "2", "price": "50"})
    ready()
    booked = people.booked_of(id_)
    return lambda: _paid(people, "quickbooks", "Invoice", booked)


def payment_on_mirror(people: People, ready: Ready) -> Do:
    id_ = people.booked(people.sales_line(2, "50"))
    ready()
    return lambda: _paid(people, "quickbooks", "Invoice", id_)


def payment_taken_back(people: People, ready: Ready) -> Do:
    id_ = people.invoice({"name": "Travel", "quantity": "2", "price": "50"})
    answer = people.sandbox.person("hubspot", "pay", "invoices", id_, amount="30", method="check")
    payment = str(answer.get("payment_id") or answer["id"])
    ready()
    return lambda: _ignore(people.in_hubspot("delete", "commerce_payments", payment))


SCENES: Mapping[str, Scene] = {
    "contact to QuickBooks, create": customer_made,
    "contact to QuickBooks, update": customer_changed,
    "contact to HubSpot, create": contact_made,
    "contact to HubSpot, update": contact_changed,
    "product to QuickBooks, create": item_made,
    "product to HubSpot, create": product_made,
    "product to HubSpot, update": product_changed,
    "invoice to QuickBooks, create": invoice_booked,
    "invoice to QuickBooks, create with its customer": invoice_booked_with_its_customer,
    "invoice to QuickBooks, update": invoice_changed,
    "invoice to QuickBooks, void": invoice_voided,
    "invoice to HubSpot, create": mirror_made,
    "invoice to HubSpot, update": mirror_changed,
    "invoice to HubSpot, void": mirror_voided,
    "payment to QuickBooks, create": payment_booked,
    "payment to QuickBooks, take back": payment_taken_back,
    "payment to HubSpot, create": payment_recorded,
    "payment to HubSpot, create on a mirror": payment_on_mirror,
}


def _address(people: People) -> str:
    people.made["address"] += 1
    return f"scene{people.made['address']}@acme.test"


def _paid(people: People, vendor: str, kind: str, id_: str) -> None:
    people.sandbox.person(vendor, "pay", kind, id_, amount="40")


def _ignore(_: Any) -> None:
    """A deed answers nothing."""
