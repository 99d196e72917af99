"""Create, update, delete and void, the same way for every entity (quickbooks-api.md 3)."""

from collections.abc import Mapping
from typing import Any

from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.entities import KINDS
from sandbox.quickbooks.faults import Fault, broken_rule, missing, not_found
from sandbox.quickbooks.kinds import Change, Kind
from sandbox.quickbooks.periods import check_period
from sandbox.quickbooks.schema import cleaned, known_fields
from sandbox.quickbooks.table import Record
from sandbox.quickbooks.text_rules import check_characters

Body = Mapping[str, Any]
STAYS_ON_FULL_UPDATE = {"Id", "SyncToken", "MetaData", "domain", "sparse"}
# Not read-only by the reference, yet no client can clear them by leaving them out
NOT_CLEARED = {
    "Customer": {"Active", "CurrencyRef", "Balance", "BalanceWithJobs", "OpenBalanceDate"},
    "Item": {"Active", "Type", "TrackQtyOnHand", "QtyOnHand", "InvStartDate"},
    "Account": {"Active", "AccountType", "AccountSubType", "CurrencyRef"},
    "Invoice": {"DocNumber", "CurrencyRef", "ExchangeRate", "TxnDate", "LinkedTxn"},
    "CreditMemo": {"DocNumber", "CurrencyRef", "ExchangeRate", "TxnDate"},
    "Payment": {"CurrencyRef", "ExchangeRate", "TxnDate", "Line"},
}
SUBSCRIPTIONS_THAT_WRITE = ("SUBSCRIBED", "TRIAL", "TRIALOPTIN")


def create(
    company: Company,
    kind: Kind,
    body: Body,
    author: Author,
    include: frozenset[str] = frozenset(),
) -> Record:
    _check_allowed(company, kind, "create", author)
    sent = cleaned(kind.entity, body)
    check_characters(company, kind.entity, sent)
    change = Change(company, kind.entity, author, sent, _without_empties(sent), include=include)
    kind.complete(change)
    check_period(company, None, change.record)
    record = company.add(kind.entity, change.record, author)
    kind.settle(company, None, record, author)
    return company.tables[kind.entity].records[record["Id"]]


def update(
    company: Company,
    kind: Kind,
    body: Body,
    author: Author,
    include: frozenset[str] = frozenset(),
) -> Record:
    _check_allowed(company, kind, "update", author)
    before = _current(company, kind.entity, body)
    sent = cleaned(kind.entity, body)
    check_characters(company, kind.entity, sent)
    is_sparse = str(body.get("sparse", "")).lower() == "true"
    base = before if is_sparse else _what_stays(kind.entity, before)
    record = {**base, **_without_empties(sent)}
    for name in [name for name, value in sent.items() if value is None]:
        record.pop(name, None)
    change = Change(
        company, kind.entity, author, sent, record, before, is_sparse=is_sparse, include=include
    )
    kind.complete(change)
    check_period(company, before, change.record)
    stored = company.change(kind.entity, before, change.record, author)
    kind.settle(company, before, stored, author)
    return company.tables[kind.entity].records[stored["Id"]]


def delete(company: Company, kind: Kind, body: Body, author: Author) -> Record:
    _check_allowed(company, kind, "delete", author)
    if company.options["delete_echo"] == "refused" and set(body) - {"Id", "SyncToken", "sparse"}:
        raise broken_rule("Send Id and SyncToken only to delete.")
    before = _current(company, kind.entity, body)
    kind.check_removal(company, before, "delete")
    check_period(company, before, before)
    after = before | {"_deleted": True}
    stored = company.change(kind.entity, before, after, author, "Delete")
    kind.settle(company, before, stored, author)
    return stored


def void(company: Company, kind: Kind, body: Body, author: Author) -> Record:
    _check_allowed(company, kind, "void", author)
    before = _current(company, kind.entity, body)
    kind.check_removal(company, before, "void")
    check_period(company, before, before)
    if kind.zeroed is None:
        raise Fault("500", f"Operation void is not supported for {kind.entity}.")
    after = kind.zeroed(company, before)
    stored = company.change(kind.entity, before, after, author, "Void")
    kind.settle(company, before, stored, author)
    return company.tables[kind.entity].records[stored["Id"]]


def kind_of(entity: str) -> Kind:
    kind = KINDS.get(entity)
    if kind is None:
        raise Fault("2000", f"Object Name: {entity} is unsupported or invalid")
    return kind


def _check_allowed(company: Company, kind: Kind, operation: str, author: Author) -> None:
    if author.is_app and operation not in kind.app_may:
        raise Fault("500", f"Operation {operation} is not supported for {kind.entity}.")
    status = subscription_status(company)
    if author.is_app and status not in SUBSCRIPTIONS_THAT_WRITE:
        # quickbooks-api.md 7 and 15: the plan has ended, the company is read-only
        raise Fault("6190", f"Invalid Company Status : the subscription is {status}")


def subscription_status(company: Company) -> str:
    pairs = {pair["Name"]: pair["Value"] for pair in company.info["NameValue"]}
    return str(pairs.get("SubscriptionStatus", ""))


def _current(company: Company, entity: str, body: Body) -> Record:
    record_id = str(body.get("Id") or "")
    if not record_id:
        raise missing("Id")
    if not record_id.isdigit():
        raise Fault("2030", f"Invalid ID. Supplied value:{record_id}", "Id")
    before = company.find(entity, record_id)
    if before is None:
        raise not_found(entity, record_id)
    if body.get("SyncToken") in (None, ""):
        raise missing("SyncToken")
    if str(body["SyncToken"]) != before["SyncToken"]:
        raise Fault(
            "5010",
            "Stale Object Error : You and somebody else were working on this at the same time, "
            "and the other one finished before you did, so your work was not saved.",
        )
    return before


def _what_stays(entity: str, before: Record) -> Record:
    """quickbooks-api.md 3: on a full update writable fields that were not sent are cleared."""
    fields = known_fields(entity)
    keep = STAYS_ON_FULL_UPDATE | NOT_CLEARED.get(entity, set())
    return {
        name: value
        for name, value in before.items()
        if name[0] == "_" or name in keep or fields.get(name, {}).get("readOnly")
    }


def _without_empties(fields: Body) -> Record:
    return {name: value for name, value in fields.items() if value is not None}
