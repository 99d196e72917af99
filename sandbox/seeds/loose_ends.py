"""What nobody has tidied up in the books: a song entered twice, a customer without an address."""

from dataclasses import dataclass
from functools import partial

from sandbox.seeds import cast
from sandbox.seeds.books import Books, Entity
from sandbox.seeds.source import Track
from sandbox.seeds.timeline import Timeline

ENTERED_AGAIN = 93.5  # days ago, as all of these
STALL_OPENED = 92.5
STALL_BILLED = 45.0
STALL_PAID = 44.0
STALL = "Market stall customers"
SOLD_AT_THE_STALL = 3


@dataclass(slots=True)
class Stall:
    """Cash sales: the ids are known once their day has come."""

    customer_id: str = ""
    invoice_id: str = ""


def plan_loose_ends(books: Books, timeline: Timeline) -> None:
    stall = Stall()
    timeline.at(ENTERED_AGAIN, partial(_enter_again, books, _doubled()))
    timeline.at(STALL_OPENED, partial(_open, books, stall))
    timeline.at(STALL_BILLED, partial(_bill, books, stall))
    timeline.at(STALL_PAID, partial(_pay, books, stall))


def _doubled() -> Track:
    """With a number of its own, and not among HubSpot's products."""
    known = {one.id for one in cast.crm_tracks()}
    return next(one for one in cast.book_tracks() if one.id not in known and one.id % 29)


def _enter_again(books: Books, track: Track) -> None:
    """quickbooks-api.md 5: names must be unique in QuickBooks, SKUs need not be."""
    first = books.read("Item", books.item_ids[track.id])
    fields = {
        name: first[name] for name in ("Description", "Type", "UnitPrice", "IncomeAccountRef")
    }
    books.create("Item", {**fields, "Name": f"{first['Name']} (remastered)", "Sku": track.sku})


def _open(books: Books, stall: Stall) -> None:
    stall.customer_id = books.create("Customer", {"DisplayName": STALL})


def _bill(books: Books, stall: Stall) -> None:
    fields = {
        "CustomerRef": {"value": stall.customer_id},
        "SalesTermRef": {"value": books.id_of("Term", "Due on receipt")},
        "Line": [_line(books, one) for one in cast.book_tracks()[:SOLD_AT_THE_STALL]],
    }
    stall.invoice_id = books.create("Invoice", fields)


def _line(books: Books, sold: Track) -> Entity:
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": sold.price,
        "Description": sold.description,
        "SalesItemLineDetail": {
            "ItemRef": {"value": books.item_ids[sold.id]},
            "Qty": 1,
            "UnitPrice": sold.price,
        },
    }


def _pay(books: Books, stall: Stall) -> None:
    books.act("pay", "Invoice", id=stall.invoice_id, reference="Cash box")
