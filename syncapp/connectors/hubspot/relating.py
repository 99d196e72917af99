"""Moves invoices to another contact, and with it to that contact's primary company."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from syncapp.connectors.hubspot.associations import INVOICE_TO_COMPANY, INVOICE_TO_CONTACT, spec
from syncapp.connectors.hubspot.calls import chunks
from syncapp.connectors.hubspot.companies import PrimaryCompanies
from syncapp.connectors.hubspot.endpoints import ASSOCIATIONS_BATCH, Endpoints
from syncapp.connectors.hubspot.faults import fault
from syncapp.connectors.hubspot.objects import COMPANIES, CONTACTS, INVOICES, ObjectType
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.sending import Unsent
from syncapp.connectors.hubspot.writing import Answer, Answers, target_of
from syncapp.engine.records import RecordRef, Value
from syncapp.engine.writes import Done, KeyedWrite, Refused, Unknown
from syncapp.errors import AuthorizationLost, OutcomeUnknown, Unavailable


@dataclass(frozen=True, slots=True)
class _Change:
    """One association to make ("create") or to end ("archive"); both may be repeated."""

    target: ObjectType
    action: str
    body: dict[str, Any]


def relate(reader: Reader, companies: PrimaryCompanies, writes: Sequence[KeyedWrite]) -> Answers:
    parties = {keyed.request_id: _contacts(keyed) for keyed in writes}
    known = companies.of(id for pair in parties.values() for id in pair)
    changes = {
        keyed.request_id: list(_changes(keyed, *parties[keyed.request_id], known))
        for keyed in writes
    }
    together = _carry_out(reader.endpoints, [one for some in changes.values() for one in some])
    if not isinstance(together, Refused) or len(writes) == 1:
        return dict.fromkeys(changes, together)
    return {request_id: _carry_out(reader.endpoints, some) for request_id, some in changes.items()}


def _changes(keyed: KeyedWrite, new: str, old: str, companies: dict[str, str]) -> Iterator[_Change]:
    invoice = target_of(keyed.write).id
    pairs = (
        (CONTACTS, INVOICE_TO_CONTACT, new, old),
        (COMPANIES, INVOICE_TO_COMPANY, companies.get(new, ""), companies.get(old, "")),
    )
    for target, type_id, wanted, there in pairs:
        if wanted and wanted != there:
            body = {"from": {"id": invoice}, "to": {"id": wanted}, "types": [spec(type_id)]}
            yield _Change(target, "create", body)
        if there and wanted != there:
            yield _Change(target, "archive", {"from": {"id": invoice}, "to": [{"id": there}]})


def _carry_out(endpoints: Endpoints, changes: Sequence[_Change]) -> Answer:
    """New associations first: an invoice is never without a contact."""
    for action in ("create", "archive"):
        for target in (CONTACTS, COMPANIES):
            some = [one.body for one in changes if (one.action, one.target) == (action, target)]
            for bodies in chunks(some, ASSOCIATIONS_BATCH):
                trouble = _call(endpoints, target, action, bodies)
                if trouble is not None:
                    return trouble
    return Done(None)


def _call(
    endpoints: Endpoints, target: ObjectType, action: str, bodies: Sequence[dict[str, Any]]
) -> Answer | None:
    try:
        answer = endpoints.associate(INVOICES, target, action, bodies)
    except OutcomeUnknown as unknown:
        return Unknown(unknown.message)
    except (Unavailable, AuthorizationLost) as error:
        return Unsent(error)
    refusal = answer.refusal or next(iter(answer.errors), None)
    return Refused(fault(refusal)) if refusal else None


def _contacts(keyed: KeyedWrite) -> tuple[str, str]:
    """The wanted one and the one that is there."""
    before = keyed.write.before
    return _id(keyed.write.fields.get("contact")), _id(before.get("contact") if before else None)


def _id(contact: Value) -> str:
    return contact.id if isinstance(contact, RecordRef) else ""
