"""The example company's lists in QuickBooks: accounts, items, customers."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

import simplejson

from sandbox.seeds import cast
from sandbox.seeds.source import Customer, Track
from sandbox.seeds.timeline import Timeline
from sandbox.vendor import Vendor
from sandbox.web import Request

ACCOUNTS_MADE = 765.0  # days ago, as all of these
ITEMS_MADE = 760.0
ITEM_PACE = 0.01
CUSTOMERS_MADE = 727.0
CUSTOMER_PACE = 0.3
LISTS_REVISED = 95.0

Entity = dict[str, Any]


@dataclass(slots=True)
class Books:
    """One company's books, worked on by its bookkeeper."""

    quickbooks: Vendor
    realm_id: str
    access_token: str
    item_ids: dict[int, str] = field(default_factory=dict)  # by track
    customer_ids: dict[int, str] = field(default_factory=dict)  # by Chinook customer

    def create(self, entity: str, fields: Entity) -> str:
        return str(self.act("create", entity, fields=fields)["id"])

    def act(self, action: str, entity: str, **more: Any) -> Entity:
        return self.quickbooks.act(
            {"action": action, "type": entity, "realm": self.realm_id, **more}
        )

    def read(self, entity: str, number: str) -> Entity:
        return dict(self._get(f"{entity.lower()}/{number}")[entity])

    def id_of(self, entity: str, name: str) -> str:
        """Of a record that every new company comes with."""
        query = f"select Id from {entity} where Name = '{name}'"  # noqa: S608  not SQL
        found = self._get("query", urlencode({"query": query}))["QueryResponse"][entity]
        return str(found[0]["Id"])

    def _get(self, resource: str, query: str = "") -> Entity:
        headers = {"authorization": f"Bearer {self.access_token}", "accept": "application/json"}
        path = f"/v3/company/{self.realm_id}/{resource}"
        answer = self.quickbooks.handle(Request("GET", path, query, headers))
        return dict(simplejson.loads(answer.body, use_decimal=True))


def plan_lists(books: Books, timeline: Timeline) -> None:
    income: dict[str, str] = {}
    timeline.at(ACCOUNTS_MADE, partial(_open_accounts, books, income))
    tracks = cast.book_tracks()
    names = cast.item_names(tracks)
    for position, track in enumerate(tracks):
        day = ITEMS_MADE - position * ITEM_PACE
        timeline.at(day, partial(_enter_item, books, track, names[track.id], income))
    everyone = cast.shared_customers() + cast.customers_only_in_books()
    for position, customer in enumerate(everyone):
        day = CUSTOMERS_MADE - position * CUSTOMER_PACE
        timeline.at(day, partial(_enter_customer, books, customer, position))
    # quickbooks-api.md 4: a vendor of the same name stands in the way of this contact
    namesake = cast.customers_only_in_crm()[0].name
    vendor = {"DisplayName": namesake}
    timeline.at(CUSTOMERS_MADE + 1, partial(books.create, "Vendor", vendor))
    for position, track in enumerate(tracks[:5]):
        timeline.at(LISTS_REVISED - position, partial(_raise_price, books, track))


def _open_accounts(books: Books, income: dict[str, str]) -> None:
    for kind, name in (("music", "Music sales"), ("video", "Video sales")):
        income[kind] = books.create(
            "Account",
            {"Name": name, "AccountType": "Income", "AccountSubType": "SalesOfProductIncome"},
        )


def _enter_item(books: Books, track: Track, name: str, income: dict[str, str]) -> None:
    fields: Entity = {
        "Name": name,
        "Description": track.description,
        "Type": "Service" if track.is_video else "NonInventory",
        "UnitPrice": track.price,
        "IncomeAccountRef": {"value": income["video" if track.is_video else "music"]},
    }
    if track.id % 29:  # the rest was entered before anybody thought of numbers
        fields["Sku"] = track.sku
    books.item_ids[track.id] = books.create("Item", fields)


def _enter_customer(books: Books, customer: Customer, position: int) -> None:
    email = cast.with_capitals(customer.email) if position % 5 == 0 else customer.email
    fields: Entity = {
        "DisplayName": customer.company or customer.name,
        "GivenName": customer.first_name,
        "FamilyName": customer.last_name,
        "PrimaryEmailAddr": {"Address": email},
        "BillAddr": _address(customer),
    }
    if customer.company:
        fields["CompanyName"] = customer.company
    if customer.phone:
        fields["PrimaryPhone"] = {"FreeFormNumber": customer.phone}
    books.customer_ids[customer.id] = books.create("Customer", fields)


def _address(customer: Customer) -> Entity:
    address = {
        "Line1": customer.address,
        "City": customer.city,
        "CountrySubDivisionCode": customer.state,
        "PostalCode": customer.postal_code,
        "Country": customer.country,
    }
    return {name: value for name, value in address.items() if value}


def _raise_price(books: Books, track: Track) -> None:
    price = track.price + Decimal("0.30")
    books.act("edit", "Item", id=books.item_ids[track.id], fields={"UnitPrice": price})
