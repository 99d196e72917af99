"""The records that a question for a person is about: their names, their ids on both sides."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from syncapp.engine.match import Match
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot
from syncapp.engine.said import joined, said
from syncapp.models import RecordLink
from syncapp.pipeline.labels import label_of

AMBIGUOUS = "ambiguous"


@dataclass(slots=True)
class Known:
    """`partners`: a linked record -> the one it is linked with."""

    labels: dict[RecordRef, str] = field(default_factory=dict)
    partners: dict[RecordRef, RecordRef] = field(default_factory=dict)
    _asked: set[RecordRef] = field(default_factory=set)

    def add(self, snapshots: Iterable[Snapshot], links: Iterable[RecordLink]) -> None:
        for link in links:
            refs = {
                side: RecordRef(side, Entity(link.entity), id_)
                for side in Side
                if (id_ := link.id_on(side)) is not None
            }
            for side, ref in refs.items():
                self.labels[ref] = link.label
                if side.other in refs:
                    self.partners[ref] = refs[side.other]
                if link.category == AMBIGUOUS:
                    self._asked.add(ref)
        for snapshot in snapshots:
            self.labels[snapshot.ref] = label_of([snapshot])

    def is_asked(self, ref: RecordRef) -> bool:
        """Is a person to decide about it?"""
        return ref in self._asked

    def words(self, ref: RecordRef) -> str:
        ids = _words(ref)
        if partner := self.partners.get(ref):
            ids = said("{ids}, linked with {partner}", ids=ids, partner=_words(partner))
        label = self.labels.get(ref)
        return said("{label} ({ids})", label=label, ids=ids) if label else ids


def question(found: Match, known: Known) -> Finding:
    facts = {
        "key": found.key,
        "candidates": joined("; ", *(known.words(ref) for ref in found.candidates)),
        "choices": " ".join(stored(ref) for ref in found.candidates),
    }
    return Finding(State.NEEDS_DECISION, AMBIGUOUS, facts)


def stored(ref: RecordRef) -> str:
    return f"{ref.side.value}:{ref.id}"


def read_back(text: str, entity: Entity) -> RecordRef:
    side, _, id_ = text.partition(":")
    return RecordRef(Side(side), entity, id_)


def _words(ref: RecordRef) -> str:
    return f"{ref.side.product_name} {ref.id}"
