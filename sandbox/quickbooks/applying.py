"""Payments and credits meet invoices: lines of a payment, balances, tokens that move by
themselves (quickbooks-api.md 9, 18 no. 1)."""

from decimal import Decimal
from typing import Any

from sandbox.quickbooks.amounts import ZERO, rounded
from sandbox.quickbooks.balances import add_to_balance
from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.currency import in_home_currency
from sandbox.quickbooks.faults import Fault, broken_rule
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.table import Record

Target = tuple[str, str]  # transaction type and id
SETTLED = ("Invoice", "CreditMemo")
OTHER_TYPES = ("JournalEntry", "Expense", "Check", "CreditCardCredit")
NAME_VALUE = "com.intuit.schema.finance.v3.NameValue"


def allocations(payment: Record | None) -> dict[Target, Decimal]:
    """What a payment takes from each transaction."""
    if payment is None or payment.get("_deleted"):
        return {}
    found: dict[Target, Decimal] = {}
    for line in payment.get("Line", []):
        for link in line["LinkedTxn"]:
            target = link["TxnType"], link["TxnId"]
            found[target] = found.get(target, ZERO) + line["Amount"]
    return found


def settle_payment_lines(change: Change) -> None:
    """Lines are replaced all or none; what they leave of the total is unapplied."""
    record = change.record
    if "Line" in change.sent or change.is_new:
        own = allocations(change.before)
        lines = [_settled_line(change, line, own) for line in record.get("Line") or []]
        record["Line"] = [line for line in lines if line is not None]
    record["UnappliedAmt"] = unapplied_amount(record)
    if record["UnappliedAmt"] < 0:
        raise broken_rule("More is applied than the payment and its credits hold.", "Line")


def unapplied_amount(payment: Record) -> Decimal:
    """The total and what credit memos add to it, less what is applied."""
    rest: Decimal = payment["TotalAmt"]
    for (kind, _target), amount in allocations(payment).items():
        rest += amount if kind == "CreditMemo" else -amount
    return rounded(rest)


def apply_differences(
    company: Company, before: Record | None, after: Record, author: Author
) -> None:
    """The other side of a payment: `LinkedTxn`, balance and token of what it settles."""
    old, new = allocations(before), allocations(after)
    for kind, target_id in sorted(old.keys() | new.keys()):
        amount = new.get((kind, target_id), ZERO)
        if amount == old.get((kind, target_id), ZERO) or kind not in SETTLED:
            continue
        target = company.find(kind, target_id)
        if target is not None:
            _apply(company, kind, target, after["Id"], amount, author)


def linked_payments(record: Record) -> list[Record]:
    return [{"TxnId": payment, "TxnType": "Payment"} for payment in record.get("_applied", {})]


def open_amount(kind: str, record: Record) -> Decimal:
    amount: Decimal = record["Balance" if kind == "Invoice" else "RemainingCredit"]
    return amount


def _settled_line(change: Change, line: Record, own: dict[Target, Decimal]) -> Record | None:
    """None when nothing of it can be applied."""
    company = change.company
    links = line.get("LinkedTxn") or []
    if not links:
        return None
    kind, target_id = links[0].get("TxnType", ""), links[0].get("TxnId", "")
    amount = rounded(line.get("Amount") or ZERO)
    if amount < 0:
        raise Fault("2290", "Negative amounts are not supported on lines", "Line.Amount")
    if kind in OTHER_TYPES:
        return {"Amount": amount, "LinkedTxn": [{"TxnId": target_id, "TxnType": kind}]}
    target = company.find(kind, target_id) if kind in SETTLED else None
    if target is None:
        detail = f"Invalid Reference Id : {kind} {target_id} not found"
        raise Fault("2500" if kind in SETTLED else "620", detail, "Line.LinkedTxn")
    _check_same_customer(change, target)
    room = open_amount(kind, target) + own.get((kind, target_id), ZERO)
    if amount > room:
        if company.options["overpaid_line"] == "refused":
            raise broken_rule(f"{kind} {target_id} has {room} open only.", "Line.Amount")
        amount = room
    return payment_line(company, kind, target_id, amount) if amount > 0 else None


def _check_same_customer(change: Change, target: Record) -> None:
    payer, owner = change.record["CustomerRef"]["value"], target["CustomerRef"]["value"]
    customers = change.company.tables["Customer"].records
    one: Record | None = customers[owner]
    while one is not None:
        if one["Id"] == payer:
            break
        parent = one.get("ParentRef")
        one = customers.get(parent["value"]) if parent else None
    if one is None:
        code = change.company.options["payment_customer_mismatch_code"]
        detail = f"The transaction belongs to customer {owner}, the payment to {payer}"
        raise Fault(code, detail, "Line.LinkedTxn")
    if target["CurrencyRef"]["value"] != change.record["CurrencyRef"]["value"]:
        code = change.company.options["currency_mismatch_code"]
        raise broken_rule("Payment and transaction differ in currency.", "CurrencyRef", code)


def payment_line(company: Company, kind: str, target_id: str, amount: Decimal) -> Record:
    target = company.tables[kind].records[target_id]
    extra: dict[str, Any] = {
        "txnId": target_id,
        "txnOpenBalance": str(open_amount(kind, target)),
        "txnReferenceNumber": target.get("DocNumber", ""),
    }
    any_list = [
        {
            "name": "{http://schema.intuit.com/finance/v3}NameValue",
            "declaredType": NAME_VALUE,
            "scope": "javax.xml.bind.JAXBElement$GlobalScope",
            "value": {"Name": name, "Value": value},
            "nil": False,
            "globalScope": True,
            "typeSubstituted": False,
        }
        for name, value in extra.items()
        if value
    ]
    links = [{"TxnId": target_id, "TxnType": kind}]
    return {"Amount": amount, "LinkedTxn": links, "LineEx": {"any": any_list}}


def _apply(
    company: Company, kind: str, target: Record, payment_id: str, amount: Decimal, author: Author
) -> None:
    applied = {k: v for k, v in target.get("_applied", {}).items() if k != payment_id}
    if amount:
        applied[payment_id] = amount
    after = target | {"_applied": applied}
    others = [link for link in target["LinkedTxn"] if link["TxnType"] != "Payment"]
    after["LinkedTxn"] = others + linked_payments(after)
    rest = rounded(target["TotalAmt"] - target.get("Deposit", ZERO) - sum(applied.values(), ZERO))
    moved = rest - open_amount(kind, target)
    after["Balance"] = rest
    if kind == "CreditMemo":
        after["RemainingCredit"] = rest
    if "HomeBalance" in after:
        after["HomeBalance"] = in_home_currency(after, rest)
    company.change(kind, target, after, author)
    owed = moved if kind == "Invoice" else -moved
    add_to_balance(company, target["CustomerRef"]["value"], owed)
