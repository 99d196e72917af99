"""Contacts and customers: known by their e-mail address."""

from dataclasses import replace

from syncapp.engine.compare import is_empty
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Entity, Side, Snapshot, Value
from syncapp.engine.rules import (
    Condition,
    Direction,
    FieldKind,
    FieldMapping,
    Filter,
    MatchKey,
    SyncRule,
)
from syncapp.objects.plain import PlainRules

EMAIL = {Side.HUBSPOT: "email", Side.QUICKBOOKS: "PrimaryEmailAddr.Address"}

MAPPINGS = (
    FieldMapping("email", EMAIL[Side.QUICKBOOKS], kind=FieldKind.NAME),
    FieldMapping("firstname", "GivenName"),
    FieldMapping("lastname", "FamilyName"),
    FieldMapping("company", "CompanyName"),
    FieldMapping("phone", "PrimaryPhone.FreeFormNumber", kind=FieldKind.PHONE),
    FieldMapping("address", "BillAddr.Line1"),
    FieldMapping("city", "BillAddr.City"),
    FieldMapping("state", "BillAddr.CountrySubDivisionCode"),
    FieldMapping("zip", "BillAddr.PostalCode"),
    FieldMapping("country", "BillAddr.Country"),
    FieldMapping("display_name", "DisplayName", Direction.TO_QUICKBOOKS, on_create=True),
)

MATCH_KEYS = (MatchKey("email", EMAIL[Side.QUICKBOOKS]),)

# Without it every lead would become a customer in the books.
RECOMMENDED_FILTERS: dict[Direction, Filter] = {
    Direction.TO_QUICKBOOKS: (
        (Condition("contact", "lifecyclestage", "is", "customer"),),
        (Condition("invoice", "hs_invoice_status", "is_any_of", ("open", "paid")),),
    )
}


class ContactRules(PlainRules):
    entity = Entity.CONTACT

    def present(self, snapshot: Snapshot, rule: SyncRule) -> Snapshot:  # noqa: ARG002
        if snapshot.ref.side is Side.QUICKBOOKS:
            return snapshot
        return replace(
            snapshot, fields={**snapshot.fields, "display_name": _display_name(snapshot)}
        )

    def automatic_exclusion(self, record: Snapshot, target: Side, rule: SyncRule) -> Finding | None:
        if not record.is_live:
            return Finding(State.EXCLUDED, "inactive")
        if target is Side.HUBSPOT and not self.may_match(record):
            return Finding(State.EXCLUDED, "sub_customer")
        if is_empty(record.get(EMAIL[target.other])) and rule.option("without_email") != "True":
            return Finding(State.EXCLUDED, "no_email")
        return None

    def may_match(self, candidate: Snapshot) -> bool:
        """Sub-customers and projects share their parent's address: only the parent is known by
        it."""
        return candidate.is_live and is_empty(candidate.get("ParentRef"))


def _display_name(contact: Snapshot) -> Value:
    person = " ".join(
        str(part) for name in ("firstname", "lastname") if (part := contact.get(name))
    )
    return contact.get("company") or person or contact.get("email")
