"""Why a record is in its state: what happened, what to do, who can do it, when it is tried again.

One row for each reason, grouped in modules by what became of the record; this module reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from syncapp.engine.catalogue.access import ACCESS
from syncapp.engine.catalogue.category import Category, Group, Place, Retry, When, Who
from syncapp.engine.catalogue.decision import DECISIONS
from syncapp.engine.catalogue.excluded import EXCLUDED
from syncapp.engine.catalogue.failing import FAILING
from syncapp.engine.catalogue.in_sync import IN_SYNC
from syncapp.engine.catalogue.payments import PAYMENTS
from syncapp.engine.catalogue.protection import PROTECTION
from syncapp.engine.catalogue.refused import REFUSED
from syncapp.engine.catalogue.waiting import WAITING
from syncapp.engine.plan import Finding
from syncapp.engine.said import joined, said
from syncapp.engine.writes import Fault, FaultKind

CATEGORIES: Mapping[str, Category] = {
    **IN_SYNC,
    **EXCLUDED,
    **WAITING,
    **DECISIONS,
    **FAILING,
    **PROTECTION,
    **PAYMENTS,
    **REFUSED,
    **ACCESS,
}
UNKNOWN = "refused"
FOLLOWING_A_PARENT = frozenset(
    name for name, row in CATEGORIES.items() if row.retry.when is When.PARENT_CHANGED
)

# Of a fault that its vendor's table does not name more closely.
_BY_KIND: Mapping[FaultKind, str] = {
    FaultKind.BUSY: "limit",
    FaultKind.VERSION_CLASH: "version_clash",
    FaultKind.ALREADY_EXISTS: "value_taken",
    FaultKind.GONE: "gone",
    FaultKind.REJECTED: UNKNOWN,
}
_SIDES = {"HubSpot": Place.HUBSPOT_RECORD, "QuickBooks": Place.QUICKBOOKS_RECORD}


def row_of(name: str) -> Category:
    """A row that a later version has dropped is told as a plain refusal."""
    return CATEGORIES.get(name, CATEGORIES[UNKNOWN])


def category_of(fault: Fault) -> str:
    return fault.category or _BY_KIND[fault.kind]


def retry_of(finding: Finding | None) -> Retry:
    """A record in sync is looked at again when it changes."""
    return row_of(finding.category).retry if finding else Retry(When.CHANGED)


def place_of(finding: Finding) -> Place:
    place = row_of(finding.category).place
    if place is Place.RECORD_THERE:
        return _SIDES.get(finding.facts.get("side", ""), Place.DECISION)
    return place


def explain(finding: Finding | None) -> str:
    """Empty for a record in sync. A vendor's own words come last, as a quotation."""
    if finding is None:
        return ""
    row, facts = row_of(finding.category), finding.facts
    templates = [row.happened] if row.who is Who.NOBODY else [row.happened, _remedy(row, finding)]
    template = " ".join(templates)
    parts = [said(one, **facts) for one in templates]
    parts += [_worth(finding, template), _words_of_the_app(finding, template)]
    if finding.category not in CATEGORIES or finding.category == UNKNOWN:
        parts.append(_evidence(finding))
    return joined(" ", *parts)


@dataclass(frozen=True, slots=True)
class Parts:
    """The same as `explain` says, apart, for a page that has room for them."""

    title: str
    group: Group
    happened: str
    why: str
    remedy: str
    who: Who
    place: Place
    retry: When


def parts_of(finding: Finding) -> Parts:
    row = row_of(finding.category)
    return Parts(
        title=row.title,
        group=row.group,
        happened=said(row.happened, **finding.facts),
        why=row.why,
        remedy=said(_remedy(row, finding), **finding.facts),
        who=row.who,
        place=place_of(finding),
        retry=row.retry.when,
    )


def _remedy(row: Category, finding: Finding) -> str:
    return "{remedy}" if finding.facts.get("remedy") else row.remedy


def _evidence(finding: Finding) -> str:
    """What the app's own support asks for."""
    request_id = finding.facts.get("request_id", "")
    return said("(request {id})", id=request_id) if request_id else ""


def _words_of_the_app(finding: Finding, template: str) -> str:
    facts = {name: finding.facts.get(name, "") for name in ("side", "field", "message")}
    if not facts["message"] or "{message}" in template:
        return ""
    if facts["field"]:
        return said("{side} says ({field}): “{message}”", **facts)
    return said("{side} says: “{message}”", **facts)


def _worth(finding: Finding, template: str) -> str:
    """Both amounts, where the sentence itself does not name them."""
    facts = finding.facts
    if not (facts.get("hubspot") and facts.get("quickbooks")) or "{hubspot}" in template:
        return ""
    amounts = {name: facts[name] for name in ("hubspot", "quickbooks")}
    return said("It is {hubspot} in HubSpot and {quickbooks} in QuickBooks.", **amounts)


def heals_itself(finding: Finding | None) -> bool:
    return finding is None or row_of(finding.category).heals_itself
