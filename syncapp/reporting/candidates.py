"""The records that a question is about, by name, with their addresses."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from syncapp.engine.records import RecordRef
from syncapp.models import Integration, RecordLink
from syncapp.reporting.app_links import app_link


@dataclass(frozen=True, slots=True)
class Candidate:
    ref: RecordRef
    name: str
    link_pk: int | None
    is_linked: bool
    url: str

    @property
    def value(self) -> str:
        return f"{self.ref.side.value}:{self.ref.id}"


def candidates_of(integration: Integration, refs: Iterable[RecordRef]) -> list[Candidate]:
    refs = list(refs)
    wanted = Q(pk__in=())
    for ref in refs:
        wanted |= Q(entity=ref.entity.value, **{f"{ref.side.value}_id": ref.id})
    rows = list(RecordLink.objects.filter(wanted, integration=integration)) if refs else []
    return [_candidate(integration, ref, rows) for ref in refs]


def _candidate(integration: Integration, ref: RecordRef, rows: list[RecordLink]) -> Candidate:
    held = next(
        (row for row in rows if row.entity == ref.entity and row.id_on(ref.side) == ref.id), None
    )
    return Candidate(
        ref,
        held.label if held else "",
        held.pk if held else None,
        bool(held and held.is_linked),
        app_link(integration, ref),
    )
