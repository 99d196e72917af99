"""A day at the example company: what its people do in both apps while a sync is on.

    python -m sandbox.office --url http://127.0.0.1:8765 morning     invoices are written and paid
    python -m sandbox.office --url http://127.0.0.1:8765 afternoon   and some of them change

The afternoon works on invoices that a sync has carried from HubSpot to QuickBooks meanwhile.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import count
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import simplejson

Record = dict[str, Any]

TERM = timedelta(days=30)
POSTER = {"name": "Signed tour poster", "price": "25.00", "quantity": "1"}
DEARER = Decimal("1.49")
CARRIED = "[HubSpot "  # how an invoice's private note names the one in HubSpot it came from


class RefusedError(Exception):
    """The app would not let a person do that; the text is its sentence."""


class Office:
    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._opener = build_opener(ProxyHandler({}))

    def do(self, vendor: str, action: str, kind: str, **more: Any) -> str:
        body = {"vendor": vendor, "action": action, "type": kind, **more}
        return str(self._control("person", body)["id"])

    @cached_property
    def world(self) -> Record:
        found: Record = self._control("world")
        return found

    def crm(self, kind: str) -> list[Record]:
        records = self.world["hubspot"]["objects"][kind].values()
        return [one for one in records if not one["archived"]]

    def books(self, kind: str) -> list[Record]:
        (company,) = self.world["quickbooks"]["companies"].values()
        return [one for one in company[kind].values() if not one["_deleted"]]

    def clients(self) -> list[tuple[Record, Record]]:
        """People both apps know by the same address: contact and customer."""
        by_email = {
            one["PrimaryEmailAddr"]["Address"].casefold(): one
            for one in self.books("Customer")
            if one.get("PrimaryEmailAddr") and one["Active"]
        }
        emails = [(one, one["properties"].get("email", "")) for one in self.crm("contacts")]
        return [
            (contact, by_email[email.casefold()])
            for contact, email in emails
            if email.casefold() in by_email
        ]

    def strangers(self) -> list[Record]:
        """Contacts without an e-mail address: nothing to recognise them by in the books."""
        return [one for one in self.crm("contacts") if not one["properties"].get("email")]

    def songs(self) -> list[tuple[Record, Record]]:
        """What both apps sell under one SKU: product and item."""
        items = {one["Sku"].casefold(): one for one in self.books("Item") if one.get("Sku")}
        skus = [(one, one["properties"].get("hs_sku", "")) for one in self.crm("products")]
        return [(one, items[sku.casefold()]) for one, sku in skus if sku.casefold() in items]

    def carried(self) -> list[Record]:
        """HubSpot's invoices that have reached the books and are not paid there yet."""
        return [
            one
            for one in self.books("Invoice")
            if CARRIED in one.get("PrivateNote", "") and one["Balance"] == one["TotalAmt"]
        ]

    def _control(self, path: str, body: Record | None = None) -> Any:
        data = None if body is None else simplejson.dumps(body, use_decimal=True).encode()
        request = Request(f"{self._url}/control/{path}", data=data)  # noqa: S310  the sandbox
        try:
            with self._opener.open(request, timeout=60) as answer:
                return simplejson.load(answer, use_decimal=True)
        except HTTPError as refusal:
            said = simplejson.loads(refusal.read())
            raise RefusedError(said.get("message", str(refusal))) from None


def morning(office: Office) -> Iterator[str]:
    clients, songs, number = office.clients(), office.songs(), count(1)

    def basket(size: int) -> list[Record]:
        start = next(number) * 5
        return [_line(product) for product, _ in songs[start : start + size]]

    for (contact, _), size in zip(clients, (2, 3, 4), strict=False):
        _invoice(office, contact, basket(size))
        yield f"{_name(contact)} gets an invoice from HubSpot."
    contact = clients[3][0]
    _invoice(office, contact, [*basket(1), POSTER])
    yield f"{_name(contact)} gets one from HubSpot with a poster that is no item in QuickBooks."
    stranger = office.strangers()[0]
    _invoice(office, stranger, basket(1))
    yield f"{_name(stranger)}, whom QuickBooks does not know, gets one from HubSpot."
    contact = clients[4][0]
    _draft(office, contact, basket(2))
    yield f"A draft for {_name(contact)} is left in HubSpot."
    for position, (_, customer) in enumerate(clients[5:8]):
        invoice_id = _book(office, customer, [item for _, item in songs[position : position + 2]])
        yield f"{customer['DisplayName']} gets an invoice from QuickBooks."
        if position == 0:
            office.do("quickbooks", "pay", "Invoice", id=invoice_id, reference="Cheque 2041")
            yield f"{customer['DisplayName']} pays it at once; QuickBooks has the cheque."


def afternoon(office: Office) -> Iterator[str]:
    carried = office.carried()
    if len(carried) < 3:
        yield "Too few of the morning's invoices have reached QuickBooks for an afternoon."
        return
    paid, settled, changed = carried[:3]
    office.do("quickbooks", "pay", "Invoice", id=paid["Id"], reference="Transfer 88")
    yield f"HubSpot's invoice {paid['DocNumber']} is paid into the bank; QuickBooks books it."
    hubspot_id = settled["PrivateNote"].rpartition("/")[2].strip(" ]")
    office.do("hubspot", "pay", "invoices", id=hubspot_id)
    yield f"Invoice {settled['DocNumber']} is paid by card in HubSpot."
    lines = [dict(line) for line in changed["Line"] if "SalesItemLineDetail" in line]
    lines[0] = _dearer(lines[0])
    office.do("quickbooks", "edit", "Invoice", id=changed["Id"], fields={"Line": lines})
    yield f"Somebody raises a price on HubSpot's invoice {changed['DocNumber']} in QuickBooks."


def _invoice(office: Office, contact: Record, lines: list[Record]) -> None:
    office.do("hubspot", "finalize", "invoices", id=_draft(office, contact, lines))


def _draft(office: Office, contact: Record, lines: list[Record]) -> str:
    today = datetime.now(UTC)
    properties = {
        "hs_currency": "USD",
        "hs_invoice_date": today.strftime("%Y-%m-%dT00:00:00Z"),
        "hs_due_date": (today + TERM).strftime("%Y-%m-%dT00:00:00Z"),
    }
    return office.do(
        "hubspot", "create", "invoices", properties=properties, contact=contact["id"], lines=lines
    )


def _line(product: Record) -> Record:
    sold = product["properties"]
    return {
        "name": sold["name"],
        "price": sold["price"],
        "quantity": "1",
        "hs_product_id": product["id"],
    }


def _book(office: Office, customer: Record, items: list[Record]) -> str:
    lines = [
        {
            "DetailType": "SalesItemLineDetail",
            "Amount": item["UnitPrice"],
            "Description": item["Name"],
            "SalesItemLineDetail": {
                "ItemRef": {"value": item["Id"]},
                "Qty": 1,
                "UnitPrice": item["UnitPrice"],
                "TaxCodeRef": {"value": "NON"},
            },
        }
        for item in items
    ]
    fields = {"CustomerRef": {"value": customer["Id"]}, "Line": lines}
    return office.do("quickbooks", "create", "Invoice", fields=fields)


def _dearer(line: Record) -> Record:
    detail = {**line["SalesItemLineDetail"], "UnitPrice": DEARER}
    return {**line, "SalesItemLineDetail": detail, "Amount": DEARER * detail["Qty"]}


def _name(contact: Record) -> str:
    properties = contact["properties"]
    return f"{properties.get('firstname', '')} {properties.get('lastname', '')}".strip()


HOURS = {"morning": morning, "afternoon": afternoon}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.office", description=__doc__)
    parser.add_argument("--url", required=True, help="where the sandbox listens")
    parser.add_argument("hours", choices=tuple(HOURS))
    asked = parser.parse_args()
    try:
        for sentence in HOURS[asked.hours](Office(asked.url)):
            sys.stdout.write(f"  {sentence}\n")
    except (RefusedError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
