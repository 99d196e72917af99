"""What people do to contacts and to invoices while the sync runs, and what must hold of each."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from syncapp.engine.compare import fold, money_fold
from syncapp.engine.plan import State, Verdict
from syncapp.engine.records import Entity, Parent, Presence, RecordRef, Side
from syncapp.engine.rules import (
    ConflictPolicy,
    Direction,
    FieldKind,
    FieldMapping,
    MatchKey,
    SyncRule,
)
from syncapp.objects import DEFAULT_MAPPINGS, SPECIAL
from tests.engine.factories import ContactLike, item
from tests.engine.machine import H, Q, SyncMachine, sides
from tests.engine.remotes import Remote

# Contacts, or anything else that is only its fields

CONTACT_ROWS = (
    FieldMapping("email", "Email", kind=FieldKind.NAME),
    FieldMapping("name", "Name"),
    FieldMapping("phone", "Phone", kind=FieldKind.PHONE),
    FieldMapping("credit", "Credit", kind=FieldKind.NUMBER),
    FieldMapping("city", "City", may_wipe=True),
    FieldMapping("notes", "Notes", Direction.TO_QUICKBOOKS),
)
TEXTS = ["", "Ada", "ada ", "Bergström", "Bergstrand"]
NUMBERS = [None, Decimal("1"), Decimal("1.25"), Decimal("1.29"), Decimal("1.2")]
EMAILS = ["ada@x", "ben@x", "ADA@x", "cleo@x"]
edits = st.one_of(
    st.tuples(st.sampled_from([1, 2, 4, 5]), st.sampled_from(TEXTS)),
    st.tuples(st.just(3), st.sampled_from(NUMBERS)),
    st.tuples(st.just(0), st.sampled_from(EMAILS)),
)


class ContactMachine(SyncMachine):
    @initialize(
        direction=st.sampled_from([Direction.BOTH, *Direction]),
        conflict=st.sampled_from([ConflictPolicy.ASK, *ConflictPolicy]),
        limit=st.sampled_from([5, 1000]),
        decimals=st.sampled_from([1, 4]),
    )
    def start(self, direction, conflict, limit, decimals):
        chosen = SyncRule(
            Entity.CONTACT,
            ContactLike(),
            direction,
            conflict,
            mappings=CONTACT_ROWS,
            match_keys=(MatchKey("email", "Email"),),
        )
        remotes = {
            H: Remote(H, Entity.CONTACT, decimals=decimals, unique="email"),
            Q: Remote(Q, Entity.CONTACT, text_limit=limit),
        }
        self.begin(chosen, remotes)

    @rule(side=sides, email=st.sampled_from(EMAILS), name=st.sampled_from(TEXTS))
    def a_person_adds_a_contact(self, side, email, name):
        names = [CONTACT_ROWS[0].field(side), CONTACT_ROWS[1].field(side)]
        self.remotes[side].made_by_a_person(dict(zip(names, (email, name), strict=True)))

    @rule(side=sides, edit=edits, data=st.data())
    def a_person_edits(self, side, edit, data):
        if (id_ := self._some(side, data)) is not None:
            number, value = edit
            self.edit(side, id_, **{CONTACT_ROWS[number].field(side): value})

    @rule(edit=edits, data=st.data())
    def a_person_edits_hubspot_while_we_write_to_quickbooks(self, edit, data):
        if (id_ := self._some(H, data)) is not None:
            change = {CONTACT_ROWS[edit[0]].hubspot: edit[1]}
            self.remotes[Q].meanwhile.append(lambda: self.edit(H, id_, **change))

    @rule(side=sides, data=st.data())
    def a_person_deletes(self, side, data):
        if (id_ := self._some(side, data)) is not None:
            self.remotes[side].deleted_by_a_person(id_)
            self.owed = [one for one in self.owed if one[:2] != (side, id_)]

    def _some(self, side, data):
        ids = sorted(self.remotes[side].records)
        return data.draw(st.sampled_from(ids)) if ids else None

    def _agrees(self, link, plan):
        if State.EXCLUDED is plan.state or any(one is link for one in self.worker.refused):
            return
        rows = {row.key: row for row in CONTACT_ROWS}
        for field in plan.fields:
            row = rows[field.mapping]
            assert field.verdict is not Verdict.COPY
            if field.verdict is Verdict.SETTLED:
                there = self.remotes[Q].stored(field.hubspot)
                here = self.remotes[H].stored(field.quickbooks)
                assert fold(row.kind, there) == fold(row.kind, field.quickbooks) or (
                    fold(row.kind, here) == fold(row.kind, field.hubspot)
                ), f"{row.key} was left different"


# Invoices with lines: money belongs to the origin

ADA, ADA_THERE = RecordRef(H, Entity.CONTACT, "1"), RecordRef(Q, Entity.CONTACT, "58")
PARENTS = {ADA: Parent(ADA, ADA_THERE), ADA_THERE: Parent(ADA_THERE, ADA)}
START = datetime(2026, 3, 1, tzinfo=UTC)
ITEM = RecordRef(Q, Entity.PRODUCT, "99")
LINES = [
    (item("100.00", name="Setup"),),
    (item("90.00", quantity="7", price="15.00", discount=Decimal(15), name="Hours"),),
    (item("100.00", name="Setup"), item("33.33", quantity="3", price="11.11", name="Call")),
    (item("100.00", name="Setup", description="again"),),
]
DATES = [date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 3)]
MONEY = {"lines", "Line", "hs_number", "DocNumber", "contact", "CustomerRef"}


class InvoiceMachine(SyncMachine):
    @initialize(conflict=st.sampled_from(ConflictPolicy))
    def start(self, conflict):
        chosen = SyncRule(
            Entity.INVOICE,
            SPECIAL[Entity.INVOICE],
            conflict=conflict,
            mappings=DEFAULT_MAPPINGS[Entity.INVOICE],
            started_at=START,
            catch_all_item=ITEM,
        )
        remotes = {side: Remote(side, Entity.INVOICE, decimals=5) for side in Side}
        self.begin(chosen, remotes, PARENTS)
        for remote in remotes.values():
            remote.on_write = self._check_money

    @rule(lines=st.sampled_from(LINES), due=st.sampled_from(DATES))
    def a_person_makes_an_invoice_in_hubspot(self, lines, due):
        fields = {"hs_number": f"HS-{len(self.remotes[H].records)}", "contact": ADA}
        fields |= {"hs_invoice_status": "open", "hs_invoice_billable": True, "hs_currency": "USD"}
        fields |= {"hs_due_date": due, "lines": lines}
        self.remotes[H].made_by_a_person(fields, created_at=START)

    @rule(lines=st.sampled_from(LINES), due=st.sampled_from(DATES))
    def a_person_makes_an_invoice_in_quickbooks(self, lines, due):
        fields = {"DocNumber": f"{len(self.remotes[Q].records)}", "CustomerRef": ADA_THERE}
        fields |= {"CurrencyRef": "USD", "DueDate": due, "Line": self._in_quickbooks(lines)}
        self.remotes[Q].made_by_a_person(fields)

    @rule(side=sides, lines=st.sampled_from(LINES), data=st.data())
    def a_person_changes_the_lines(self, side, lines, data):
        if (id_ := self._some(side, data)) is not None:
            lines = self._in_quickbooks(lines) if side is Q else lines
            self.edit(side, id_, **{{H: "lines", Q: "Line"}[side]: lines})

    @rule(side=sides, data=st.data())
    def a_person_undoes_what_is_refused(self, side, data):
        """Puts the lines back as they were at the last agreement."""
        link = self._linked(side, data)
        if link and link.baseline and "lines=Line" in link.baseline.side(side):
            lines = link.baseline.side(side)["lines=Line"]
            self.edit(side, link.ids[side], **{{H: "lines", Q: "Line"}[side]: lines})

    @rule(side=sides, due=st.sampled_from(DATES), data=st.data())
    def a_person_changes_the_due_date(self, side, due, data):
        if (id_ := self._some(side, data)) is not None:
            self.edit(side, id_, **{{H: "hs_due_date", Q: "DueDate"}[side]: due})

    @rule(side=sides, number=st.sampled_from(["A-1", "A-2"]), data=st.data())
    def a_person_changes_the_number(self, side, number, data):
        if (id_ := self._some(side, data)) is not None:
            self.edit(side, id_, **{{H: "hs_number", Q: "DocNumber"}[side]: number})

    @rule(side=sides, data=st.data())
    def a_person_voids(self, side, data):
        if (id_ := self._some(side, data)) is not None:
            self.remotes[side].voided(id_)

    @rule(due=st.sampled_from(DATES), data=st.data())
    def a_person_edits_quickbooks_while_we_write_to_hubspot(self, due, data):
        if (id_ := self._some(Q, data)) is not None:
            self.remotes[H].meanwhile.append(lambda: self.edit(Q, id_, DueDate=due))

    def _in_quickbooks(self, lines):
        return tuple(replace(line, product=ITEM, discount=Decimal(0)) for line in lines
                     if line.amount == line.quantity * line.unit_price) or LINES[0]  # fmt: skip

    def _some(self, side, data):
        ids = sorted(self.remotes[side].records)
        return data.draw(st.sampled_from(ids)) if ids else None

    def _linked(self, side, data):
        links = [link for link in self.worker.links if link.is_linked]
        return data.draw(st.sampled_from(links)) if links else None

    def _check_money(self, side, id_, before, written):
        self._remember_overwritten(side, id_, before, written)
        link = next(one for one in self.worker.links if one.ids.get(side) == id_)
        if MONEY & set(written):
            assert side is not link.origin, "money of the origin was overwritten"
        lines = {H: "lines", Q: "Line"}[side]
        if lines in written and link.baseline:
            agreed = link.baseline.side(side).get("lines=Line")
            refused = money_fold(before[lines]) != money_fold(agreed)
            sure = (side, id_, lines) not in self.unsure
            assert not (refused and sure), "money the guest had changed was overwritten"

    @invariant()
    @precondition(lambda self: hasattr(self, "worker"))
    def a_billable_invoice_keeps_its_status(self):
        for record in self.remotes[H].records.values():
            if record.fields["hs_invoice_billable"] and record.presence is Presence.LIVE:
                assert record.fields["hs_invoice_status"] == "open"

    def _agrees(self, link, plan):
        here, there = (self.remotes[side].read(link.ids[side]) for side in Side)
        voided = {here.presence, there.presence} == {Presence.VOIDED}
        if plan.finding is None and not voided:
            assert here.presence is there.presence is Presence.LIVE
            assert here.get("hs_amount_billed") == there.get("TotalAmt")
        if any(one.verdict is Verdict.PROTECTED for one in plan.fields):
            assert plan.finding.category == "protected_change"


relaxed = settings(stateful_step_count=40, suppress_health_check=[HealthCheck.too_slow])
TestContacts = ContactMachine.TestCase
TestInvoices = InvoiceMachine.TestCase
TestContacts.settings = TestInvoices.settings = relaxed
