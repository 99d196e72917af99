"""Contacts and customers: known by their e-mail address."""

from collections.abc import Mapping
from dataclasses import replace

from syncapp.engine.compare import is_empty
from syncapp.engine.locked import Locked
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Entity, Pair, Side, Snapshot, Value
from syncapp.engine.rules import (
    Condition,
    Direction,
    FieldKind,
    FieldMapping,
    Filter,
    MatchKey,
    Names,
    SyncRule,
)
from syncapp.objects.display_name import ASSOCIATED, LIMIT, display_names
from syncapp.objects.plain import PlainRules, active, too_long

EMAIL = {Side.HUBSPOT: "email", Side.QUICKBOOKS: "PrimaryEmailAddr.Address"}

PARENT = "ParentRef"

MAPPINGS = (
    FieldMapping("email", EMAIL[Side.QUICKBOOKS], kind=FieldKind.NAME),
    FieldMapping("firstname", "GivenName"),
    FieldMapping("lastname", "FamilyName"),
    # Where the contact has no company of its own; HubSpot's companies are read, never made.
    FieldMapping(ASSOCIATED, "CompanyName", Direction.TO_QUICKBOOKS, on_create=True),
    FieldMapping("company", "CompanyName"),
    FieldMapping("phone", "PrimaryPhone.FreeFormNumber", kind=FieldKind.PHONE),
    FieldMapping("address", "BillAddr.Line1"),
    FieldMapping("city", "BillAddr.City"),
    FieldMapping("state", "BillAddr.CountrySubDivisionCode"),
    FieldMapping("zip", "BillAddr.PostalCode"),
    FieldMapping("country", "BillAddr.Country"),
    FieldMapping("display_name", "DisplayName", Direction.TO_QUICKBOOKS, on_create=True),
)

# quickbooks-api.md 4
LIMITS = {
    "DisplayName": ("display name", LIMIT),
    "GivenName": ("first name", 100),
    "FamilyName": ("last name", 100),
    "CompanyName": ("company name", 100),
    EMAIL[Side.QUICKBOOKS]: ("e-mail address", 100),
    "PrimaryPhone.FreeFormNumber": ("phone number", 30),
}

MATCH_KEYS = (MatchKey("email", EMAIL[Side.QUICKBOOKS]),)

# Without it every lead would become a customer in the books.
RECOMMENDED_FILTERS: dict[Direction, Filter] = {
    Direction.TO_QUICKBOOKS: (
        (Condition("contact", "lifecyclestage", "is", "customer"),),
        (Condition("invoice", "hs_invoice_status", "is_any_of", ("open", "paid")),),
    )
}


def _with_email(side: Side) -> Locked:
    return Locked(
        "no_email",
        "whose e-mail address is known",
        lambda record: not is_empty(record.get(EMAIL[side])),
        option="without_email",
        condition=Condition(Entity.CONTACT, EMAIL[side], "is_known"),
    )


_WITH_EMAIL = {side: _with_email(side) for side in Side}


class ContactRules(PlainRules):
    entity = Entity.CONTACT

    def present(self, snapshot: Snapshot, rule: SyncRule) -> Snapshot:
        if snapshot.ref.side is Side.QUICKBOOKS:
            return snapshot
        return replace(
            snapshot,
            fields={
                **snapshot.fields,
                "display_name": next(iter(display_names(snapshot, rule)), None),
            },
        )

    def names(self, target: Side, pair: Pair, rule: SyncRule) -> Names | None:
        if target is Side.HUBSPOT or pair.hubspot is None:
            return None
        return Names("DisplayName", display_names(pair.hubspot, rule), "customer_name")

    def refusal(
        self,
        fields: Mapping[str, Value],
        target: Side,
        pair: Pair,
        rule: SyncRule,  # noqa: ARG002
    ) -> Finding | None:
        if target is Side.HUBSPOT:
            return None
        if pair.quickbooks is None and not fields.get("DisplayName"):
            return Finding(State.FAILING, "no_name")
        return too_long(fields, LIMITS)

    def locked(self, target: Side, rule: SyncRule) -> tuple[Locked, ...]:
        source = target.other
        found = []
        if target is Side.HUBSPOT:
            words = "that are top-level customers, neither sub-customers nor projects"
            found += [active(self.entity), Locked("sub_customer", words, self.may_match)]
        if rule.option("without_email") != "True":
            found.append(_WITH_EMAIL[source])
        return tuple(found)

    def may_match(self, candidate: Snapshot) -> bool:
        """Sub-customers and projects share their parent's address: only the parent is known by
        it."""
        return candidate.is_live and is_empty(candidate.get(PARENT))
