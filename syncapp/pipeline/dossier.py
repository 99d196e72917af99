"""All that is known of one record while it is worked on, and how its link row says it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from syncapp.engine import wire
from syncapp.engine.plan import Plan
from syncapp.engine.records import Baseline, Entity, Pair, RecordRef, Side, Snapshot
from syncapp.engine.said import said
from syncapp.models import PendingChange, RecordLink, SyncActivity, WriteIntent
from syncapp.models.bulk import insert_all
from syncapp.pipeline import tally, worklist
from syncapp.pipeline.context import Pass
from syncapp.pipeline.worklist import ref_of


@dataclass(slots=True)
class Dossier:
    link: RecordLink
    rows: list[PendingChange] = field(default_factory=list)
    snapshots: dict[Side, Snapshot] = field(default_factory=dict)
    pair: Pair | None = None
    plan: Plan | None = None
    was_decided: bool = False
    state_changed: bool = False
    entity: Entity = field(init=False)

    def __post_init__(self) -> None:
        self.entity = Entity(self.link.entity)

    def ref(self, side: Side) -> RecordRef | None:
        id_ = self.link.id_on(side)
        return RecordRef(side, self.entity, id_) if id_ is not None else None

    @property
    def tries(self) -> int:
        return max((row.attempts for row in self.rows), default=0)

    @property
    def refs(self) -> list[RecordRef]:
        return [ref for side in Side if (ref := self.ref(side))]


_LOOK_AGAIN_SECONDS = 10

NEW = "new"  # category of a record that nobody has decided about yet


def open_dossiers(work: Pass, rows: Sequence[PendingChange]) -> list[Dossier]:
    """One per record: rows of both sides of a link come together. Unknown records get a row."""
    by_ref = {ref_of(row): row for row in rows}
    links = find_links(work, by_ref)
    for ref in _unanswered(links):
        soon = timezone.now() + timedelta(seconds=_LOOK_AGAIN_SECONDS)
        worklist.postpone(by_ref.pop(ref), soon, tried=False)
    missing = [ref for ref in by_ref if ref not in links]
    if missing:
        _make_half_rows(work, missing)
        links |= find_links(work, missing)
    dossiers: dict[int, Dossier] = {}
    for ref, row in by_ref.items():
        link = links[ref]
        dossier = dossiers.setdefault(link.pk, Dossier(link, was_decided=link.category != NEW))
        dossier.rows.append(row)
    return list(dossiers.values())


def _unanswered(links: Mapping[RecordRef, RecordLink]) -> list[RecordRef]:
    """Records with a write that nobody has answered: recovery comes first, whatever changed."""
    waiting = set(
        WriteIntent.objects.filter(
            link__in=links.values(), state=WriteIntent.State.OPEN
        ).values_list("link_id", flat=True)
    )
    return [ref for ref, link in links.items() if link.pk in waiting]


# What is asked of a record that others name. A whole row takes four times as long to read.
_TO_LOOK_AT = (
    *("entity", "hubspot_id", "quickbooks_id", "origin", "state", "category", "facts", "sentence"),
    *("label", "amount", "currency", "seen_at"),
)


def look_up(work: Pass, refs: Iterable[RecordRef]) -> dict[RecordRef, RecordLink]:
    """The link rows of records that others name, to look at: they are not written."""
    return find_links(work, refs, only=_TO_LOOK_AT)


def find_links(
    work: Pass, refs: Iterable[RecordRef], *, only: Sequence[str] = ()
) -> dict[RecordRef, RecordLink]:
    """The link rows of these records, in one query per side and entity."""
    wanted: dict[tuple[Side, Entity], set[str]] = {}
    for ref in refs:
        wanted.setdefault((ref.side, ref.entity), set()).add(ref.id)
    found: dict[RecordRef, RecordLink] = {}
    for (side, entity), ids in wanted.items():
        column = f"{side.value}_id"
        links = RecordLink.objects.filter(
            integration=work.integration, entity=entity, **{f"{column}__in": ids}
        )
        for link in links.only(*only).order_by():
            found[RecordRef(side, entity, getattr(link, column))] = link
    return found


def absorb(links: Sequence[RecordLink]) -> set[int]:
    """Half rows of the same records are taken into these links, all of one integration and
    entity, with all that happened to them. Our own copy may have been read as a change before
    its answer was known. Answers the ids of the rows that are no more."""
    gone: set[int] = set()
    if not links:
        return gone
    for side in Side:
        column = f"{side.value}_id"
        by_id = {id_: link for link in links if (id_ := link.id_on(side)) is not None}
        halves = RecordLink.objects.filter(
            integration=links[0].integration_id,
            entity=links[0].entity,
            **{f"{column}__in": list(by_id), f"{side.other.value}_id": None},
        ).exclude(pk__in=[one.pk for one in links])
        # in the order of the table SQLite would look through all of it
        successors = {half: by_id[getattr(half, column)] for half in halves.order_by()}
        gone |= {half.pk for half in successors}
        replace_links(successors)
    return gone


def replace_links(successors: Mapping[RecordLink, RecordLink]) -> None:
    """Rows that are taken into others: intents and activity go along, nothing that happened is
    forgotten."""
    for model in (WriteIntent, SyncActivity):
        rows = model.objects.filter(link__in=successors)
        having = set(rows.order_by().values_list("link_id", flat=True).distinct())
        for old, new in successors.items():
            if old.pk in having:
                model.objects.filter(link=old).update(link=new)
    for integration in {old.integration_id for old in successors}:
        gone = tally.of(old for old in successors if old.integration_id == integration)
        with tally.kept(integration, gone):
            gone.delete()


def baseline_of(link: RecordLink) -> Baseline | None:
    if link.baseline_hubspot is None or link.baseline_quickbooks is None:
        return None
    return Baseline(wire.decode(link.baseline_hubspot), wire.decode(link.baseline_quickbooks))


def _make_half_rows(work: Pass, refs: Sequence[RecordRef]) -> None:
    with tally.kept(work.integration.pk, *tally.of_new(work.integration.pk, refs)):
        insert_all(
            [
                RecordLink(
                    integration_id=work.integration.pk,
                    entity=ref.entity,
                    category=NEW,
                    sentence=said("Seen, not decided yet."),
                    heals_itself=True,
                    **{f"{ref.side.value}_id": ref.id},
                )
                for ref in refs
            ],
            keep_known=True,
        )
