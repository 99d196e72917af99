"""The example company's HubSpot: the people it sells to, what it sells, and older invoices."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sandbox.clock import Clock
from sandbox.seeds import cast
from sandbox.seeds.source import Customer, Sale, Track, sales, track
from sandbox.seeds.timeline import Timeline
from sandbox.vendor import Vendor

CONTACTS_MADE = 712.0  # days ago, as all of these
CONTACT_PACE = 0.4
PRODUCTS_MADE = 690.0
PRODUCT_PACE = 0.1
FIRST_INVOICE = 660.0
INVOICE_PACE = 31.0
OLDER_INVOICES = 20
DRAFTS_MADE = (3.0, 1.0)
CONTACTS_REVISED = 88.0
TERM = timedelta(days=30)


@dataclass(slots=True)
class Crm:
    """One portal, worked on by the people of the example company."""

    hubspot: Vendor
    clock: Clock
    contact_ids: dict[int, str] = field(default_factory=dict)  # by Chinook customer
    company_ids: dict[str, str] = field(default_factory=dict)  # by name
    product_ids: dict[int, str] = field(default_factory=dict)  # by track
    invoice_ids: dict[int, str] = field(default_factory=dict)  # by Chinook sale

    def create(self, type_name: str, properties: dict[str, str], **linked: str) -> str:
        associations = [{"type": other, "id": number} for other, number in linked.items()]
        made = self.act("create", type_name, properties=properties, associations=associations)
        return str(made["id"])

    def act(self, action: str, type_name: str, **more: Any) -> dict[str, Any]:
        return self.hubspot.act({"action": action, "type": type_name, **more})


def plan_crm(crm: Crm, timeline: Timeline) -> None:
    shared, own = cast.shared_customers(), cast.customers_only_in_crm()
    for position, customer in enumerate(shared + own):
        day = CONTACTS_MADE - position * CONTACT_PACE
        is_new = customer in own
        enter = partial(_enter_stranger if is_new else _enter_client, crm, customer, position)
        timeline.at(day, enter)
    for position, sold in enumerate(cast.crm_tracks()):
        day = PRODUCTS_MADE - position * PRODUCT_PACE
        timeline.at(day, partial(_enter_product, crm, sold, position))
    for position, customer in enumerate(shared[2:8]):
        timeline.at(CONTACTS_REVISED - position, partial(_revise, crm, customer))
    _plan_invoices(crm, timeline, shared)


def _plan_invoices(crm: Crm, timeline: Timeline, shared: list[Customer]) -> None:
    first_sales = {sale.customer_id: sale for sale in reversed(sales())}
    for position, customer in enumerate(shared[:OLDER_INVOICES]):
        day = FIRST_INVOICE - position * INVOICE_PACE
        sale = first_sales[customer.id]
        timeline.at(day, partial(_invoice, crm, sale))
        timeline.at(day - 11 - position % 7, partial(_receive, crm, sale, position))
    for position, day in enumerate(DRAFTS_MADE):
        sale = first_sales[shared[OLDER_INVOICES + position].id]
        timeline.at(day, partial(_draft, crm, sale))


def _enter_client(crm: Crm, customer: Customer, position: int) -> None:
    """Somebody the books know too, spelled as a salesperson would."""
    properties = _person(customer)
    properties["lifecyclestage"] = "lead" if position % 8 == 5 else "customer"
    if position % 3 == 0 and customer.phone:
        properties["phone"] = cast.digits_only(customer.phone)
    if position % 2:
        properties["firstname"] = cast.without_accents(customer.first_name)
        properties["lastname"] = cast.without_accents(customer.last_name)
    _enter_contact(crm, customer, properties)


def _enter_stranger(crm: Crm, customer: Customer, position: int) -> None:
    properties = _person(customer)
    properties["lifecyclestage"] = "customer" if position % 4 == 0 else "lead"
    if position % 3 == 0:
        del properties["email"]  # met at a trade fair
    _enter_contact(crm, customer, properties)


def _enter_contact(crm: Crm, customer: Customer, properties: dict[str, str]) -> None:
    if not customer.company:
        crm.contact_ids[customer.id] = crm.create("contacts", properties)
        return
    if customer.company not in crm.company_ids:
        domain = customer.email.rpartition("@")[2]
        company = {"name": customer.company, "domain": domain, "country": customer.country}
        crm.company_ids[customer.company] = crm.create("companies", company)
    properties["company"] = customer.company
    company_id = crm.company_ids[customer.company]
    crm.contact_ids[customer.id] = crm.create("contacts", properties, companies=company_id)


def _person(customer: Customer) -> dict[str, str]:
    properties = {
        "email": customer.email,
        "firstname": customer.first_name,
        "lastname": customer.last_name,
        "phone": customer.phone,
        "address": customer.address,
        "city": customer.city,
        "state": customer.state,
        "zip": customer.postal_code,
        "country": customer.country,
    }
    return {name: value for name, value in properties.items() if value}


def _enter_product(crm: Crm, sold: Track, position: int) -> None:
    price = Decimal("1.29") if position % 15 == 4 else sold.price
    properties = {"name": sold.name, "price": str(price), "description": sold.description}
    if position % 10 != 7:
        properties["hs_sku"] = sold.sku.lower() if position % 10 == 3 else sold.sku
    crm.product_ids[sold.id] = crm.create("products", properties)


def _revise(crm: Crm, customer: Customer) -> None:
    number = crm.contact_ids[customer.id]
    crm.act("edit", "contacts", id=number, properties={"jobtitle": "Head of Purchasing"})


def _invoice(crm: Crm, sale: Sale) -> None:
    _draft(crm, sale)
    crm.act("finalize", "invoices", id=crm.invoice_ids[sale.id])


def _receive(crm: Crm, sale: Sale, position: int) -> None:
    """Two invoices in five are paid, one in ten in part."""
    number = crm.invoice_ids[sale.id]
    if position % 5 < 2:
        crm.act("pay", "invoices", id=number)
    elif position % 10 == 4:
        crm.act("pay", "invoices", id=number, amount=Decimal("0.50"))


def _draft(crm: Crm, sale: Sale) -> None:
    today = crm.clock.now()
    properties = {
        "hs_currency": "USD",
        "hs_invoice_date": today.strftime("%Y-%m-%dT00:00:00Z"),
        "hs_due_date": (today + TERM).strftime("%Y-%m-%dT00:00:00Z"),
    }
    number = crm.create("invoices", properties, contacts=crm.contact_ids[sale.customer_id])
    for track_id in sale.track_ids:
        crm.create("line_items", _line(crm, track(track_id)), invoices=number)
    crm.invoice_ids[sale.id] = number


def _line(crm: Crm, sold: Track) -> dict[str, str]:
    line = {"name": sold.name, "price": str(sold.price), "quantity": "1"}
    if sold.id in crm.product_ids:
        line["hs_product_id"] = crm.product_ids[sold.id]
    return line
