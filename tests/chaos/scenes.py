"""One write of each kind: what must be there and be synced before (up to the `yield`), and what a
person does then, so that a pass must make the write. Each scene plays on records of its own."""

from collections.abc import Callable, Iterator, Mapping

from tests.chaos.people import People

Scene = Callable[[People], Iterator[None]]


def customer_made(people: People) -> Iterator[None]:
    yield
    people.contact(_address(people), firstname="New")


def contact_made(people: People) -> Iterator[None]:
    yield
    people.customer(f"Made {len(people.told)}", _address(people))


def customer_changed(people: People) -> Iterator[None]:
    id_ = people.contact(_address(people), firstname="Before")
    yield
    values = {"firstname": "After", "city": "Bergen"}
    people.in_hubspot("edit", "contacts", id_, properties=values)
    people.note("hubspot", "contact", id_, values)


def contact_changed(people: People) -> Iterator[None]:
    address = _address(people)
    id_ = people.customer(f"Changed {address}", address, GivenName="Before")
    yield
    people.in_quickbooks("edit", "Customer", id_, fields={"GivenName": "After"})
    people.note("quickbooks", "contact", id_, {"firstname": "After"})


def item_made(people: People) -> Iterator[None]:
    yield
    people.made["sku"] += 1
    sku = f"NEW-{people.made['sku']}"
    properties = {"name": f"New {sku}", "hs_sku": sku, "price": "5"}
    people.in_hubspot("create", "products", properties=properties)


def item_changed(people: People) -> Iterator[None]:
    people.made["sku"] += 1
    sku = f"OLD-{people.made['sku']}"
    properties = {"name": f"Old {sku}", "hs_sku": sku, "price": "5"}
    id_ = people.in_hubspot("create", "products", properties=properties)
    yield
    values = {"description": f"text {len(people.edits)}"}
    people.in_hubspot("edit", "products", id_, properties=values)
    people.note("hubspot", "product", id_, values)


def product_made(people: People) -> Iterator[None]:
    yield
    people.made["item"] += 1
    people.item(1000 + people.made["item"], 5)


def product_changed(people: People) -> Iterator[None]:
    id_ = people.item_one()
    yield
    value = f"text {len(people.edits)}"
    people.in_quickbooks("edit", "Item", id_, fields={"Description": value})
    people.note("quickbooks", "product", id_, {"description": value})


def invoice_booked(people: People) -> Iterator[None]:
    contact = people.contact(_address(people), firstname="Buyer")
    yield
    people.invoice(people.hubspot_line(), contact=contact)


def invoices_booked(people: People) -> Iterator[None]:
    contact = people.contact(_address(people), firstname="Buyer")
    yield
    for _ in range(3):
        people.invoice(people.hubspot_line(), contact=contact)


def invoice_booked_with_its_customer(people: People) -> Iterator[None]:
    yield
    people.invoice(people.hubspot_line(), contact=people.contact(_address(people)))


def invoice_changed(people: People) -> Iterator[None]:
    id_ = people.invoice(people.hubspot_line())
    yield
    people.in_hubspot("edit", "invoices", id_, properties={"hs_comments": "After"})
    people.note("hubspot", "invoice", id_, {"hs_comments": "After"})


def invoice_voided(people: People) -> Iterator[None]:
    id_ = people.invoice(people.hubspot_line())
    yield
    people.in_hubspot("void", "invoices", id_)


def mirror_made(people: People) -> Iterator[None]:
    yield
    people.booked(people.sales_line(2, "50"), people.sales_line(1, "10"))


def mirror_changed(people: People) -> Iterator[None]:
    id_ = people.booked(people.sales_line(2, "50"))
    yield
    lines = [people.sales_line(3, "50"), people.sales_line(1, "12.5")]
    people.in_quickbooks("edit", "Invoice", id_, fields={"Line": lines})


def mirror_voided(people: People) -> Iterator[None]:
    id_ = people.booked(people.sales_line(2, "50"))
    yield
    people.in_quickbooks("void", "Invoice", id_)


def payment_booked(people: People) -> Iterator[None]:
    id_ = people.invoice({"name": "Travel", "quantity": "2", "price": "50"})
    yield
    people.sandbox.person("hubspot", "pay", "invoices", id_, amount="40")


def payment_recorded(people: People) -> Iterator[None]:
    id_ = people.invoice({"name": "Travel", "quantity": "2", "price": "50"})
    yield
    booked = people.booked_of(id_)
    people.sandbox.person("quickbooks", "pay", "Invoice", booked, amount="40")


def payment_on_mirror(people: People) -> Iterator[None]:
    id_ = people.booked(people.sales_line(2, "50"))
    yield
    people.sandbox.person("quickbooks", "pay", "Invoice", id_, amount="40")


def payment_taken_back(people: People) -> Iterator[None]:
    id_ = people.invoice({"name": "Travel", "quantity": "2", "price": "50"})
    payment = _paid(people, "hubspot", "invoices", id_)
    yield
    people.in_hubspot("delete", "commerce_payments", payment)


def payment_reduced(people: People) -> Iterator[None]:
    id_ = people.invoice({"name": "Travel", "quantity": "2", "price": "50"})
    payment = _paid(people, "hubspot", "invoices", id_)
    yield
    less = {"hs_initial_amount": "20"}
    people.in_hubspot("edit", "commerce_payments", payment, properties=less)


def copy_reduced(people: People) -> Iterator[None]:
    id_ = people.booked(people.sales_line(2, "50"))
    payment = _paid(people, "quickbooks", "Invoice", id_)
    yield
    (line,) = people.live("quickbooks", "Payment")[payment]["Line"]
    less = {"TotalAmt": 15, "Line": [{**line, "Amount": 15}]}
    people.in_quickbooks("edit", "Payment", payment, fields=less)


def copy_taken_back(people: People) -> Iterator[None]:
    id_ = people.booked(people.sales_line(2, "50"))
    payment = _paid(people, "quickbooks", "Invoice", id_)
    yield
    people.in_quickbooks("delete", "Payment", payment)


def _paid(people: People, side: str, kind: str, id: str) -> str:
    answer = people.sandbox.person(side, "pay", kind, id, amount="30")
    return str(answer.get("payment_id") or answer["id"])


SCENES: Mapping[str, Scene] = {
    "contact to QuickBooks, create": customer_made,
    "contact to QuickBooks, update": customer_changed,
    "contact to HubSpot, create": contact_made,
    "contact to HubSpot, update": contact_changed,
    "product to QuickBooks, create": item_made,
    "product to QuickBooks, update": item_changed,
    "product to HubSpot, create": product_made,
    "product to HubSpot, update": product_changed,
    "invoice to QuickBooks, create": invoice_booked,
    "invoices to QuickBooks, three in a batch": invoices_booked,
    "invoice to QuickBooks, create with its customer": invoice_booked_with_its_customer,
    "invoice to QuickBooks, update": invoice_changed,
    "invoice to QuickBooks, void": invoice_voided,
    "invoice to HubSpot, create": mirror_made,
    "invoice to HubSpot, update": mirror_changed,
    "invoice to HubSpot, void": mirror_voided,
    "payment to QuickBooks, create": payment_booked,
    "payment to QuickBooks, update": payment_reduced,
    "payment to QuickBooks, take back": payment_taken_back,
    "payment to HubSpot, create": payment_recorded,
    "payment to HubSpot, create on a mirror": payment_on_mirror,
    "payment to HubSpot, update": copy_reduced,
    "payment to HubSpot, take back": copy_taken_back,
}


def _address(people: People) -> str:
    people.made["address"] += 1
    return f"scene{people.made['address']}@acme.test"
