"""One record as its page shows it: both sides field by field, and what hangs together with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from syncapp.engine import wire
from syncapp.engine.plan import FieldDecision, Verdict
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot, Value
from syncapp.engine.rules import FieldMapping, SyncRule
from syncapp.models import PendingChange, RecordLink, RecordReference, SyncActivity
from syncapp.reporting.field_labels import label_of
from syncapp.reporting.unions import ids_of
from syncapp.told import value_in_words

MOST_RELATED = 20


@dataclass(frozen=True, slots=True)
class FieldRow:
    """Values are lists: lines of an invoice stand one below the other. `verdict` is one of the
    engine's, or empty where nothing stands between the sides."""

    key: str
    label: str
    hubspot_field: str
    quickbooks_field: str
    hubspot: Sequence[str] = ()
    quickbooks: Sequence[str] = ()
    verdict: str = ""
    hold: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.hubspot or self.quickbooks or self.verdict)

    @property
    def is_conflict(self) -> bool:
        return self.verdict == Verdict.CONFLICT


@dataclass(slots=True)
class Related:
    """What it refers to, and what refers to it; the latter cut off at `MOST_RELATED`."""

    above: list[RecordLink] = field(default_factory=list)
    below: list[RecordLink] = field(default_factory=list)
    labels: dict[RecordRef, str] = field(default_factory=dict)


def rows_agreed(link: RecordLink, rule: SyncRule | None, related: Related) -> list[FieldRow]:
    """What both sides last agreed on, and over it what was told to stand between them."""
    contested = _contested(link)
    held = {
        Side.HUBSPOT: wire.decode(link.baseline_hubspot) if link.baseline_hubspot else {},
        Side.QUICKBOOKS: wire.decode(link.baseline_quickbooks) if link.baseline_quickbooks else {},
    }
    rows = []
    for mapping in _mappings(rule, link):
        told = contested.get(mapping.key)
        if told:
            rows.append(_told(mapping, told))
        elif any(mapping.key in held[side] for side in Side):
            values = {side: held[side].get(mapping.key) for side in Side}
            rows.append(_row(mapping, values, related))
    return rows


def rows_read(
    link: RecordLink,
    rule: SyncRule | None,
    snapshots: Mapping[Side, Snapshot],
    fields: Sequence[FieldDecision],
    related: Related,
) -> list[FieldRow]:
    """As both sides hold it now."""
    decided = {one.mapping: one for one in fields}
    rows = []
    for mapping in _mappings(rule, link):
        values = {
            side: snapshots[side].get(mapping.field(side)) if side in snapshots else None
            for side in Side
        }
        one = decided.get(mapping.key)
        is_settled = one is None or (one.verdict in _QUIET and not one.hold)
        verdict = "" if one is None or is_settled else (Verdict.HELD if one.hold else one.verdict)
        hold = one.hold.value if one and one.hold else ""
        rows.append(_row(mapping, values, related, verdict, hold))
    return rows


_QUIET = (Verdict.SETTLED, Verdict.CONVERGED)


def related_to(link: RecordLink) -> Related:
    """A handful of queries, however much hangs on it."""
    found = Related()
    for reference in link.references.all():
        ref = RecordRef(Side(reference.side), Entity(reference.entity), reference.record_id)
        found.labels[ref] = ""
    above = _links_of(link, found.labels)
    found.above = list({row.pk: row for row in above.values()}.values())
    found.labels = {ref: row.label for ref, row in above.items()}
    below = RecordReference.objects.filter(pk__in=ids_of(_below(link), MOST_RELATED))
    rows = below.select_related("link").order_by("-link_id")
    found.below = list({row.link_id: row.link for row in rows}.values())[:MOST_RELATED]
    return found


def _below(link: RecordLink) -> Iterator[QuerySet[RecordReference]]:
    """Along an index to the newest: a customer may have a hundred thousand invoices."""
    for side in Side:
        if id_ := link.id_on(side):
            yield RecordReference.objects.filter(
                integration=link.integration_id, side=side.value, entity=link.entity, record_id=id_
            ).order_by("-link_id")


def for_its_page(links: QuerySet[RecordLink]) -> QuerySet[RecordLink]:
    """Each with `tried_next`: when a worker looks at it at the latest, as far as that is known; and
    with `contested`: what stood between the sides when its present state was told last."""
    mine = Q(side=Side.HUBSPOT.value, record_id=OuterRef("hubspot_id"))
    mine |= Q(side=Side.QUICKBOOKS.value, record_id=OuterRef("quickbooks_id"))
    rows = PendingChange.objects.filter(
        mine, integration=OuterRef("integration"), entity=OuterRef("entity")
    )
    return links.annotate(
        tried_next=Subquery(rows.order_by("due_at").values("due_at")[:1]),
        contested=Subquery(_told_last(OuterRef("pk"), OuterRef("category"), OuterRef("state"))),
    )


def _told_last(link: Any, category: Any, state: Any) -> QuerySet[SyncActivity, Any]:
    told = SyncActivity.objects.filter(link=link, category=category, action=state)
    return told.order_by("-at", "-id").values("changes")[:1]


def conflicts_of(link: RecordLink) -> list[str]:
    return [key for key, one in _contested(link).items() if one.get("verdict") == "conflict"]


def _contested(link: RecordLink) -> dict[str, dict[str, Any]]:
    """What stood between the sides when its present state was told last."""
    if not link.category:
        return {}
    told: Any
    if hasattr(link, "contested"):
        told = link.contested
    else:
        rows = _told_last(link.pk, link.category, link.state)
        told = rows.values_list("changes", flat=True).first()
    return {str(one.get("field", "")): one for one in told or ()}


def _mappings(rule: SyncRule | None, link: RecordLink) -> list[FieldMapping]:
    if rule is None:
        return []
    origin = Side(link.origin) if link.origin else None
    return [row for row in rule.mappings if rule.special.concerns(row, rule, origin)]


def _links_of(link: RecordLink, refs: Mapping[RecordRef, str]) -> dict[RecordRef, RecordLink]:
    if not refs:
        return {}
    wanted = Q(pk__in=())
    for ref in refs:
        wanted |= Q(entity=ref.entity.value, **{f"{ref.side.value}_id": ref.id})
    rows = RecordLink.objects.filter(wanted, integration=link.integration_id)
    found = {}
    for row in rows:
        for side in Side:
            ref = RecordRef(side, Entity(row.entity), str(row.id_on(side)))
            if ref in refs:
                found[ref] = row
    return found


def _row(
    mapping: FieldMapping,
    values: Mapping[Side, Value],
    related: Related,
    verdict: str = "",
    hold: str = "",
) -> FieldRow:
    return FieldRow(
        mapping.key,
        gettext(label_of(mapping)),
        mapping.hubspot,
        mapping.quickbooks,
        _words(values[Side.HUBSPOT], related),
        _words(values[Side.QUICKBOOKS], related),
        str(verdict),
        hold,
    )


def _told(mapping: FieldMapping, told: Mapping[str, Any]) -> FieldRow:
    return FieldRow(
        mapping.key,
        gettext(label_of(mapping)),
        mapping.hubspot,
        mapping.quickbooks,
        _split(mapping, str(told.get("hubspot", ""))),
        _split(mapping, str(told.get("quickbooks", ""))),
        str(told.get("verdict", "")),
    )


def _split(mapping: FieldMapping, words: str) -> list[str]:
    if not words:
        return []
    return words.split("; ") if mapping.hubspot == "lines" else [words]


def _words(value: Value, related: Related) -> list[str]:
    if isinstance(value, tuple):
        return [value_in_words((line,)) for line in value]
    if isinstance(value, RecordRef) and related.labels.get(value):
        return [related.labels[value]]
    words = value_in_words(value)
    return [words] if words else []
