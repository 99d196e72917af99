"""What the example company sold and was paid in QuickBooks before any sync was switched on."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import groupby

from sandbox.seeds import cast
from sandbox.seeds.books import Books, Entity
from sandbox.seeds.source import Customer, Sale, Track, sales, track
from sandbox.seeds.timeline import Timeline

FIRST_SALE = 700.0  # days ago
LAST_SALE = 30.0
CENT = Decimal("0.01")


@dataclass(slots=True)
class Bill:
    """A sale as it was billed; the id is known once its day has come."""

    sale: Sale
    customer: Customer
    billed: float  # days ago
    id: str = ""
    total: Decimal = Decimal(0)


def plan_ledger(books: Books, timeline: Timeline) -> None:
    bills = _bills()
    term_id = books.id_of("Term", "Net 30")
    for bill in bills:
        timeline.at(bill.billed, partial(_bill, books, bill, term_id))
    together = _of_one_customer(bills)
    timeline.at(min(b.billed for b in together) - 6, partial(_pay_in_full, books, together))
    rest = [bill for bill in bills if bill not in together]
    for position, bill in enumerate(rest):
        outcome = _outcome(position)
        if outcome is not None:
            timeline.at(bill.billed - 9 - position % 13, partial(outcome, books, bill))


def _bills() -> list[Bill]:
    """One sale of every customer in the books, a second one of every other customer."""
    people = cast.shared_customers() + cast.customers_only_in_books()
    chosen: list[tuple[Sale, Customer]] = []
    for position, customer in enumerate(people):
        bought = [sale for sale in sales() if sale.customer_id == customer.id]
        chosen += [(sale, customer) for sale in bought[: 2 - position % 2]]
    chosen.sort(key=lambda pair: pair[0].id)
    pace = (FIRST_SALE - LAST_SALE) / (len(chosen) - 1)
    return [
        Bill(sale, customer, FIRST_SALE - position * pace)
        for position, (sale, customer) in enumerate(chosen)
    ]


def _of_one_customer(bills: list[Bill]) -> list[Bill]:
    by_customer = sorted(bills, key=lambda bill: bill.customer.id)
    groups = (list(group) for _, group in groupby(by_customer, key=lambda b: b.customer.id))
    return next(group for group in groups if len(group) == 2)


def _outcome(position: int) -> Callable[[Books, Bill], None] | None:
    """Half are paid, a fifth in part; the others are open but for one voided and one credited."""
    if position in ONE_OF_A_KIND:
        return ONE_OF_A_KIND[position]
    if position % 10 < 5:
        return _pay
    return _pay_half if position % 10 < 7 else None


def _bill(books: Books, bill: Bill, term_id: str) -> None:
    lines = [_line(books, one, place) for place, one in enumerate(_sold(bill.sale))]
    fields: Entity = {
        "CustomerRef": {"value": books.customer_ids[bill.customer.id]},
        "SalesTermRef": {"value": term_id},
        "BillEmail": {"Address": bill.customer.email},
        "Line": lines,
    }
    bill.id = books.create("Invoice", fields)
    bill.total = books.read("Invoice", bill.id)["TotalAmt"]


def _sold(sale: Sale) -> list[Track]:
    """Tracks that are not in the books were sold as the next one that is."""
    bought = [track(number) for number in sale.track_ids]
    return [one if cast.is_in_books(one) else track(one.id + 1) for one in bought]


def _line(books: Books, sold: Track, place: int) -> Entity:
    quantity = 3 if place == 1 else 1
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": sold.price * quantity,
        "Description": sold.description,
        "SalesItemLineDetail": {
            "ItemRef": {"value": books.item_ids[sold.id]},
            "Qty": quantity,
            "UnitPrice": sold.price,
        },
    }


def _pay(books: Books, bill: Bill) -> None:
    _pay_in_full(books, [bill])


def _pay_in_full(books: Books, bills: list[Bill]) -> None:
    _receive(books, bills[0], {bill.id: bill.total for bill in bills})


def _pay_half(books: Books, bill: Bill) -> None:
    _receive(books, bill, {bill.id: (bill.total / 2).quantize(CENT)})


def _receive(books: Books, bill: Bill, amounts: dict[str, Decimal]) -> None:
    fields = {
        "CustomerRef": {"value": books.customer_ids[bill.customer.id]},
        "TotalAmt": sum(amounts.values()),
        "PaymentRefNum": f"CHK{bill.id}",
        "Line": [_applied(amount, "Invoice", number) for number, amount in amounts.items()],
    }
    books.create("Payment", fields)


def _void(books: Books, bill: Bill) -> None:
    books.act("void", "Invoice", id=bill.id)


def _credit(books: Books, bill: Bill) -> None:
    """quickbooks-api.md 9: a payment of zero applies the credit memo to the invoice."""
    customer = {"value": books.customer_ids[bill.customer.id]}
    line = _line(books, _sold(bill.sale)[0], 0)
    memo = books.create("CreditMemo", {"CustomerRef": customer, "Line": [line]})
    amount = books.read("CreditMemo", memo)["TotalAmt"]
    lines = [_applied(amount, "Invoice", bill.id), _applied(amount, "CreditMemo", memo)]
    books.create("Payment", {"CustomerRef": customer, "TotalAmt": Decimal(0), "Line": lines})


def _applied(amount: Decimal, kind: str, number: str) -> Entity:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": number, "TxnType": kind}]}


ONE_OF_A_KIND: dict[int, Callable[[Books, Bill], None]] = {17: _void, 28: _credit}
