"""What came of a write, from the answer to it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from syncapp.connectors.quickbooks import faults, values
from syncapp.connectors.quickbooks.codec import ENTITY_NAMES, ref_of
from syncapp.connectors.quickbooks.endpoints import Reply
from syncapp.connectors.quickbooks.faults import VendorError
from syncapp.connectors.quickbooks.reading import Reader
from syncapp.engine.records import Entity, RecordRef
from syncapp.engine.said import said
from syncapp.engine.writes import (
    Done,
    Fault,
    FaultKind,
    Operation,
    Refused,
    Unknown,
    Write,
    WriteAnswer,
)
from syncapp.errors import RemoteError

# Names are unique among items too, and what hangs on a document hinders more than voiding it: a
# category that speaks of something narrower gives way to another one there.
_NARROW: Mapping[str, tuple[Callable[[Write], bool], str]] = {
    "customer_name": (lambda write: write.entity is Entity.CONTACT, "item_name"),
    "payments_applied": (lambda write: _voids_invoice(write), "frozen"),
    "frozen": (lambda write: not _voids_invoice(write), "payments_applied"),
}
FRESH = timedelta(minutes=2)  # a record that is older was not made by this call


def answer(reader: Reader, write: Write, part: Any, reply: Reply) -> WriteAnswer:
    """`part` is the answer to this write alone: a whole body, or one item of a batch. It was sent
    by now: a look-up that fails here must not make it undone."""
    try:
        return _answer(reader, write, part, reply)
    except RemoteError as failure:
        return Unknown(failure.message)


def _answer(reader: Reader, write: Write, part: Any, reply: Reply) -> WriteAnswer:
    errors = faults.errors_in(part)
    if errors:
        return refusal(write, errors, reply)
    row = part.get(ENTITY_NAMES[write.entity]) if isinstance(part, Mapping) else None
    if not isinstance(row, dict) or not row.get("Id") or "SyncToken" not in row:
        return Unknown(said("QuickBooks' answer does not show the record."))
    (snapshot,) = reader.answering([_answered(write, str(row["Id"]))], row)
    return Done(snapshot, request_id=reply.request_id, may_be_replay=_may_be_old(write, row, reply))


def refusal(write: Write, errors: tuple[VendorError, ...], reply: Reply) -> WriteAnswer:
    if any(error.code in faults.OUTCOME_OPEN_CODES for error in errors):
        return Unknown(
            said(
                "QuickBooks broke down over it: {errors_sentence}",
                errors_sentence=errors[0].sentence,
            )
        )
    is_create = write.operation is Operation.CREATE
    fault = faults.fault_of(errors, reply.request_id, is_create=is_create)
    fits, otherwise = _NARROW.get(fault.category, (None, ""))
    return Refused(fault if fits is None or fits(write) else replace(fault, category=otherwise))


def refused(message: str, kind: FaultKind = FaultKind.REJECTED, category: str = "") -> Refused:
    return Refused(Fault(kind, message=message, category=category))


def not_sent(failure: RemoteError) -> Refused:
    """Certainly nothing was done: later."""
    code = failure.code or type(failure).__name__
    return Refused(Fault(FaultKind.BUSY, code=code, message=failure.message))


def _voids_invoice(write: Write) -> bool:
    return write.operation is Operation.VOID and write.entity is Entity.INVOICE


def _answered(write: Write, id: str) -> RecordRef:
    if write.entity is not Entity.PAYMENT:
        return ref_of(write.entity, id)
    invoice = write.fields.get("Invoice")
    if write.target is not None:
        settled = write.target.id.partition("/")[2]
    else:
        settled = invoice.id if isinstance(invoice, RecordRef) else ""
    return ref_of(Entity.PAYMENT, f"{id}/{settled}" if settled else id)


def _may_be_old(write: Write, row: Mapping[str, Any], reply: Reply) -> bool:
    """QuickBooks answers a repeated request id with its first answer, also when the record is
    gone since (quickbooks-api.md 13)."""
    if write.operation is not Operation.CREATE:
        return False
    if str(row["SyncToken"]) != "0":
        return True
    created = values.instant((row.get("MetaData") or {}).get("CreateTime"))
    return created is not None and created < _sent_at(reply) - FRESH


def _sent_at(reply: Reply) -> datetime:
    """By their clock; the time inside the body would be replayed with it."""
    try:
        return parsedate_to_datetime(reply.response.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return datetime.now(UTC)
