"""Invoices that stay behind as older than the sync, as QuickBooks' own import takes them: read now,
with the lines, customer and items that the sync itself would have booked. Writes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from syncapp.engine.catalogue import explain
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import (
    Entity,
    Line,
    LineKind,
    Pair,
    Presence,
    RecordRef,
    Side,
    Snapshot,
    Value,
)
from syncapp.engine.rules import SyncRule
from syncapp.models import Integration, RecordLink
from syncapp.objects.invoice_booking import booking_of, to_quickbooks
from syncapp.objects.invoice_checks import refusal_outbound
from syncapp.pipeline.by_hand.reading import reading
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.fetch import build_pairs, fetch_snapshots

OLDER = "older"
_AT_ONCE = 100
_CHANGED = "It was changed or voided meanwhile; the next pass decides about it."
_IN_THE_BOOKS = "It is linked with an invoice in QuickBooks already."
_WHOLE_ORDER_DISCOUNT = "It has a discount on the whole order, and the import knows none."


@dataclass(frozen=True, slots=True)
class ImportLine:
    item: str
    description: str
    quantity: Decimal
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OlderInvoice:
    """`lines` are empty where it cannot be imported; `why` says so then."""

    link: RecordLink
    number: str = ""
    customer: str = ""
    day: date | None = None
    due: date | None = None
    is_paid: bool = False
    lines: tuple[ImportLine, ...] = ()
    why: str = ""


def left_behind(rows: QuerySet[RecordLink]) -> QuerySet[RecordLink]:
    """Only invoices have this reason, and without their entity an index holds all that is asked."""
    return rows.filter(state=State.EXCLUDED, category=OLDER).order_by("pk")


def older_invoices(integration: Integration, links: Sequence[RecordLink]) -> list[OlderInvoice]:
    """Raises what reading raises."""
    found: list[OlderInvoice] = []
    if not links:
        return found
    with reading(integration) as work:
        rule = work.rules[Entity.INVOICE]
        books = work.connectors[Side.QUICKBOOKS]
        for start in range(0, len(links), _AT_ONCE):
            dossiers = [Dossier(link) for link in links[start : start + _AT_ONCE]]
            fetch_snapshots(work, dossiers)
            build_pairs(work, dossiers)
            booked = [_Booked.of(one, rule) for one in dossiers]
            names = _names(books.fetch({ref for one in booked for ref in one.refs}))
            found += [one.named(names) for one in booked]
    return found


@dataclass(frozen=True, slots=True)
class _Booked:
    """An invoice as the sync would book it, its customer and items still ids."""

    link: RecordLink
    pair: Pair
    customer: RecordRef | None = None
    lines: tuple[Line, ...] = ()
    why: str = ""

    @classmethod
    def of(cls, dossier: Dossier, rule: SyncRule) -> "_Booked":
        pair = dossier.pair or Pair(None, None)
        if dossier.link.quickbooks_id is not None:
            return cls(dossier.link, pair, why=_IN_THE_BOOKS)
        invoice = pair.hubspot
        if invoice is None or invoice.presence is not Presence.LIVE:
            return cls(dossier.link, pair, why=_CHANGED)
        lines = invoice.get("lines")
        booked = to_quickbooks(
            lines if isinstance(lines, tuple) else (), pair, booking_of(rule, pair)
        )
        contact = invoice.get("contact")
        customer = pair.partner_of(contact) if isinstance(contact, RecordRef) else None
        fields: dict[str, Value] = {"DocNumber": invoice.get("hs_number"), "Line": booked}
        if customer is not None:
            fields["CustomerRef"] = customer
        return cls(dossier.link, pair, customer, booked, _why_not(fields, booked, pair, rule))

    @property
    def refs(self) -> Iterator[RecordRef]:
        if self.why:
            return
        if self.customer:
            yield self.customer
        yield from (line.product for line in self.lines if line.product)

    def named(self, names: Mapping[RecordRef, str]) -> OlderInvoice:
        if self.why or self.customer is None or self.pair.hubspot is None:
            return OlderInvoice(self.link, why=self.why or _CHANGED)
        invoice = self.pair.hubspot
        day, due = (_day(invoice.get(name)) for name in ("hs_invoice_date", "hs_due_date"))
        return OlderInvoice(
            self.link,
            number=str(invoice.get("hs_number") or ""),
            customer=names.get(self.customer, ""),
            day=day,
            due=due or day,
            is_paid=invoice.get("hs_invoice_status") == "paid",
            lines=tuple(_import_line(line, names) for line in self.lines),
        )


def _why_not(fields: Mapping[str, Value], lines: Sequence[Line], pair: Pair, rule: SyncRule) -> str:
    refused = refusal_outbound(fields, pair, rule)
    if refused is None and "CustomerRef" not in fields:
        refused = Finding(State.FAILING, "contact_link", {"parent": "", "reason": ""})
    if refused is not None:
        return explain(refused)
    is_discounted = any(line.kind is LineKind.DISCOUNT for line in lines)
    return _WHOLE_ORDER_DISCOUNT if is_discounted else ""


def _import_line(line: Line, names: Mapping[RecordRef, str]) -> ImportLine:
    return ImportLine(
        item=names.get(line.product, "") if line.product else "",
        description=line.description,
        quantity=line.quantity if line.quantity is not None else Decimal(1),
        rate=line.unit_price if line.unit_price is not None else line.amount,
        amount=line.amount,
    )


def _names(snapshots: Mapping[RecordRef, Snapshot]) -> dict[RecordRef, str]:
    """With their parents: so the import finds customers and items below others."""
    own = {Entity.CONTACT: "DisplayName", Entity.PRODUCT: "Name"}
    return {
        ref: str(one.get("FullyQualifiedName") or one.get(own.get(ref.entity, "Name")) or "")
        for ref, one in snapshots.items()
    }


def _day(value: Value) -> date | None:
    return value if isinstance(value, date) else None
