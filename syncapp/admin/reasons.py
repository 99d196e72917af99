"""Why a record is as it is, in the reader's language: the catalogue's parts, translated, filled."""

from dataclasses import dataclass

from django.utils.translation import gettext

from syncapp.engine.catalogue import parts_of, row_of
from syncapp.engine.catalogue.category import Who
from syncapp.engine.plan import Finding, State
from syncapp.models import RecordLink
from syncapp.told import told


@dataclass(frozen=True, slots=True)
class Reason:
    """`remedy` is empty where nobody needs to do anything. `said`: the vendor's own words."""

    title: str
    happened: str
    why: str
    remedy: str
    who: str
    place: str
    retry: str
    heals_itself: bool
    said: str = ""


def reason_of(link: RecordLink) -> Reason | None:
    if not link.category or link.category == "new":
        return None
    finding = Finding(State(link.state), link.category, link.facts)
    parts, row = parts_of(finding), row_of(link.category)
    nobody = parts.who is Who.NOBODY
    return Reason(
        title=gettext(parts.title),
        happened=told(parts.happened),
        why=gettext(parts.why),
        remedy="" if nobody else told(parts.remedy),
        who="" if nobody else gettext(parts.who.value),
        place=gettext(parts.place.value),
        retry=gettext(parts.retry.value),
        heals_itself=link.heals_itself,
        said="" if "{message}" in row.happened else str(link.facts.get("message", "")),
    )


def reason_of_kind(category: str) -> Reason:
    """The same for many records at once: what differs between them is left open."""
    row = row_of(category)
    nobody = row.who is Who.NOBODY
    return Reason(
        title=gettext(row.title),
        happened="",
        why=gettext(row.why),
        remedy="" if nobody or "{" in row.remedy else gettext(row.remedy),
        who="" if nobody else gettext(row.who.value),
        place=gettext(row.place.value),
        retry=gettext(row.retry.when.value),
        heals_itself=row.heals_itself,
    )
