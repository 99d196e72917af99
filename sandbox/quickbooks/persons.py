"""What a person does in QuickBooks itself (`/control/person`): the same engine, without the
limits that only bind apps.

An action names `type` and mostly `id`; `realm`, `by` (who) and `at` (when, ISO time) may be given.

| action | of | more |
| --- | --- | --- |
| create | any entity | `fields`; `bundle` [{item, quantity}] for an Item of type Group |
| edit | any entity, Preferences too | `fields`, as in a sparse update |
| delete, void | transactions | |
| deactivate, restore | list entries | |
| merge | Customer, Item: `id` is kept | `losing_id` |
| pay | Invoice | `amount` (else all that is open), `date`, `method`, `reference` |
| refund | Payment, Invoice | `amount`, `date`: writes a refund receipt |
| apply | CreditMemo | `invoice_id`, `amount` |
| deposit | Payment | `account_id`, `date` |
| match, unmatch | Payment | with the bank feed: QuickBooks shows no app that |
| settle | Payment | through QuickBooks Payments |
| email | Invoice | `address` |
| close_books | Preferences | `until`, or null to open them |
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.quickbooks.banking import deposit, refund, undo_deposit
from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.credits import apply_credit, free_from_payments
from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.mailing import send_invoice
from sandbox.quickbooks.merging import merge
from sandbox.quickbooks.settings import change_preferences
from sandbox.quickbooks.stamps import milliseconds
from sandbox.quickbooks.table import Record
from sandbox.quickbooks.writes import create, delete, kind_of, update, void

Action = Mapping[str, Any]
Deed = Callable[[Company, Action, Author], str]
USUAL_PERSON = "Ada"


def act(company: Company, action: Action) -> dict[str, Any]:
    """Answers the id of what was made or changed. Raises ValueError with a sentence when
    QuickBooks would not let them."""
    name = str(action.get("action", ""))
    if name not in DEEDS:
        raise ValueError(f"Nobody can {name!r} in QuickBooks; known: {', '.join(sorted(DEEDS))}.")
    try:
        at = action.get("at")
        at_ms = None if at is None else milliseconds(str(at))
        author = Author(str(action.get("by", USUAL_PERSON)), at_ms=at_ms)
        return {"id": DEEDS[name](company, action, author)}
    except Fault as fault:
        raise ValueError(f"{fault.detail} ({fault.code})") from fault


def _create(company: Company, action: Action, author: Author) -> str:
    kind = kind_of(_type(action))
    record = create(company, kind, _fields(action), author)
    if "bundle" in action:
        company.adjust("Item", record["Id"], _bundle=action["bundle"])
    kind.afterwards(company, record, author)
    return str(record["Id"])


def _edit(company: Company, action: Action, author: Author) -> str:
    if _type(action) == "Preferences":
        change_preferences(company, _fields(action), author)
        return "1"
    record = _chosen(company, action)
    body = _fields(action) | _identity(record) | {"sparse": True}
    return str(update(company, kind_of(_type(action)), body, author)["Id"])


def _delete(company: Company, action: Action, author: Author) -> str:
    if _type(action) == "Deposit":
        return undo_deposit(company, str(action.get("id", "")), author)
    kind = kind_of(_type(action))
    if kind.is_list:
        raise ValueError(f"A {kind.entity} cannot be deleted, only deactivated.")
    return str(delete(company, kind, _identity(_freed(company, action, author)), author)["Id"])


def _void(company: Company, action: Action, author: Author) -> str:
    record = _freed(company, action, author)
    return str(void(company, kind_of(_type(action)), _identity(record), author)["Id"])


def _freed(company: Company, action: Action, author: Author) -> Record:
    """The record to void or delete, an invoice without what was applied to it."""
    if _type(action) == "Invoice":
        free_from_payments(company, _chosen(company, action), author)
    return _chosen(company, action)


def _deactivate(company: Company, action: Action, author: Author) -> str:
    return _edit(company, {**action, "fields": {"Active": False}}, author)


def _restore(company: Company, action: Action, author: Author) -> str:
    if not kind_of(_type(action)).is_list:
        raise ValueError("A deleted or voided transaction cannot be brought back.")
    return _edit(company, {**action, "fields": {"Active": True}}, author)


def _merge(company: Company, action: Action, author: Author) -> str:
    kept, losing = str(action.get("id", "")), str(action.get("losing_id", ""))
    return merge(company, _type(action), kept, losing, author)


def _pay(company: Company, action: Action, author: Author) -> str:
    invoice = company.read("Invoice", str(action.get("id", "")))
    amount = _amount(action, invoice["Balance"])
    if amount <= 0:
        raise ValueError(f"Invoice {invoice['Id']} has nothing open.")
    fields: Record = {
        "CustomerRef": invoice["CustomerRef"],
        "CurrencyRef": invoice["CurrencyRef"],
        "TotalAmt": amount,
        "TxnDate": action.get("date"),
        "PaymentRefNum": action.get("reference"),
        "PaymentMethodRef": _method(company, action),
        "Line": [{"Amount": amount, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}],
    }
    return str(create(company, kind_of("Payment"), fields, author)["Id"])


def _refund(company: Company, action: Action, author: Author) -> str:
    record = _chosen(company, action)
    return refund(company, record, _amount(action, record["TotalAmt"]), _date(action), author)


def _apply(company: Company, action: Action, author: Author) -> str:
    credit = _chosen(company, action)
    invoice = company.read("Invoice", str(action.get("invoice_id", "")))
    most = min(credit["RemainingCredit"], invoice["Balance"])
    amount = _amount(action, most)
    if amount > most:
        raise ValueError(f"At most {most} of this credit can be applied to the invoice.")
    return str(apply_credit(company, credit, invoice["Id"], amount, author)["Id"])


def _deposit(company: Company, action: Action, author: Author) -> str:
    payment = _chosen(company, action)
    account = action.get("account_id")
    return deposit(company, payment, account and str(account), _date(action), author)


def _match(company: Company, action: Action, _author: Author) -> str:
    return _mark(company, action, "_matched", is_on=action["action"] == "match")


def _settle(company: Company, action: Action, _author: Author) -> str:
    return _mark(company, action, "_settled", is_on=True)


def _mark(company: Company, action: Action, name: str, *, is_on: bool) -> str:
    """No app is told: neither the token nor the time of change moves."""
    record = _chosen(company, action)
    company.adjust(_type(action), record["Id"], **{name: is_on})
    return str(record["Id"])


def _email(company: Company, action: Action, author: Author) -> str:
    invoice_id = str(action.get("id", ""))
    return str(send_invoice(company, invoice_id, str(action.get("address", "")), author)["Id"])


def _close_books(company: Company, action: Action, author: Author) -> str:
    patch = {"AccountingInfoPrefs": {"BookCloseDate": action.get("until")}}
    change_preferences(company, patch, author)
    return "1"


def _type(action: Action) -> str:
    return str(action.get("type", ""))


def _fields(action: Action) -> dict[str, Any]:
    fields = action.get("fields", {})
    if not isinstance(fields, Mapping):
        raise ValueError("fields must be an object.")
    return dict(fields)


def _chosen(company: Company, action: Action) -> Record:
    return company.read(kind_of(_type(action)).entity, str(action.get("id", "")))


def _identity(record: Record) -> dict[str, Any]:
    return {"Id": record["Id"], "SyncToken": record["SyncToken"]}


def _amount(action: Action, usual: Decimal) -> Decimal:
    try:
        return Decimal(str(action.get("amount", usual)))
    except InvalidOperation:
        raise ValueError(f"{action['amount']!r} is no amount.") from None


def _date(action: Action) -> str | None:
    day = action.get("date")
    return None if day is None else str(day)


def _method(company: Company, action: Action) -> Record | None:
    name = action.get("method")
    if name is None:
        return None
    for method in company.tables["PaymentMethod"].with_value("Name", str(name).casefold()):
        return {"value": method["Id"]}
    raise ValueError(f"There is no payment method {name!r}.")


DEEDS: dict[str, Deed] = {
    "create": _create,
    "edit": _edit,
    "delete": _delete,
    "void": _void,
    "deactivate": _deactivate,
    "restore": _restore,
    "merge": _merge,
    "pay": _pay,
    "refund": _refund,
    "apply": _apply,
    "deposit": _deposit,
    "match": _match,
    "unmatch": _match,
    "settle": _settle,
    "email": _email,
    "close_books": _close_books,
}
