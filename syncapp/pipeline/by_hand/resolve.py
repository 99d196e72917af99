"""What people decide about one record. The decision is stored with the record's link, told in its
activity and carried out by the next pass (decisions.py); nothing is written at the vendors here.

Every function raises `NotPossible` with the reason where the decision makes no sense any more.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from syncapp.engine.plan import State
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.engine.said import said
from syncapp.errors import NotPossible
from syncapp.models import RecordLink, SyncActivity
from syncapp.pipeline import decisions, worklist
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.match.candidates import AMBIGUOUS, Known, read_back, stored

_PEOPLE_AND_GOODS = (Entity.CONTACT, Entity.PRODUCT)


def candidates(row: RecordLink) -> tuple[RecordRef, ...]:
    """Whom the question is about: of the other side those it may be linked with, of its own side
    those with the same key."""
    choices = str(row.facts.get("choices", "")).split()
    return tuple(read_back(one, Entity(row.entity)) for one in choices)


def link(row: RecordLink, partner: RecordRef, *, by: str = "") -> None:
    """It is the same as this record of the other side."""

    def decide(now: RecordLink) -> Mapping[str, Any]:
        _require_unlinked(now)
        if now.id_on(partner.side) is not None or partner.entity != now.entity:
            raise NotPossible(said("It can only be linked with a record of the other app."))
        holder = _row_of(now, partner)
        if holder is not None and holder.is_linked:
            raise NotPossible(
                said(
                    "{words} is linked with another record. Take those two apart first.",
                    words=_words(now, partner),
                )
            )
        return {decisions.PARTNER: stored(partner)}

    _decide(row, decide, said("It is linked with {words}.", words=_words(row, partner)), by)


def keep_apart(row: RecordLink, *, by: str = "") -> None:
    """It is none of the candidates: it gets a copy of its own, where the rule lets it."""

    def decide(now: RecordLink) -> Mapping[str, Any]:
        _require_unlinked(now)
        if now.category not in (AMBIGUOUS, "taken_apart"):
            raise NotPossible(said("There is nothing that it could be taken for."))
        return {decisions.APART: [stored(ref) for ref in candidates(now)]}

    named = ", ".join(_words(row, ref) for ref in candidates(row))
    _decide(row, decide, said("It is kept apart from {named}.", named=named), by)


def unlink(row: RecordLink, *, by: str = "") -> None:
    """The two do not belong together. Both wait until somebody says how they go on."""

    def decide(now: RecordLink) -> Mapping[str, Any]:
        if not now.is_linked:
            raise NotPossible(said("It is not linked."))
        if Entity(now.entity) not in _PEOPLE_AND_GOODS:
            raise NotPossible(
                said(
                    "Invoices and payments stay linked, or they would be booked again. Let it go"
                    " instead."
                )
            )
        return {decisions.UNLINK: True}

    _decide(row, decide, said("The two are taken apart."), by)


def choose_side(row: RecordLink, wins: Side, mapping: str = "", *, by: str = "") -> None:
    """Whose value counts in a conflict: of this mapping, or of all that are in conflict. It holds
    for the values that are shown; where somebody changes one of them, it is asked anew."""

    def decide(now: RecordLink) -> Mapping[str, Any]:
        seen = {
            change["field"]: {
                "wins": wins.value,
                "hubspot": change["hubspot"],
                "quickbooks": change["quickbooks"],
            }
            for change in _conflicts(now)
            if mapping in ("", change["field"])
        }
        if not seen:
            raise NotPossible(said("There is no such conflict any more."))
        return {decisions.SIDES: {**now.decisions.get(decisions.SIDES, {}), **seen}}

    what = mapping or said("all that is in conflict")
    _decide(row, decide, said("{wins} counts for {what}.", wins=wins.product_name, what=what), by)


def send_again(row: RecordLink, *, by: str = "") -> None:
    """A new copy of what was deleted on one side."""

    def decide(now: RecordLink) -> Mapping[str, Any]:
        if now.category not in ("deleted_in_quickbooks", "deleted_there"):
            raise NotPossible(said("It is not deleted anywhere."))
        return {decisions.SEND_AGAIN: True}

    _decide(row, decide, said("It is sent again."), by)


def let_go(row: RecordLink, *, by: str = "") -> None:
    """What was deleted in QuickBooks stays deleted there."""

    def decide(now: RecordLink) -> Mapping[str, Any]:
        if now.category != "deleted_in_quickbooks":
            raise NotPossible(said("It is not deleted in QuickBooks."))
        return {decisions.LET_GO: True}

    _decide(row, decide, said("It is let go."), by)


def _decide(
    row: RecordLink, decide: Callable[[RecordLink], Mapping[str, Any]], sentence: str, by: str
) -> None:
    with transaction.atomic():
        now = RecordLink.objects.select_for_update().get(pk=row.pk)
        decided = decide(now)
        kept = decided if decisions.SIDES in decided else {}
        now.decisions = {**(now.decisions if kept else {}), **decided}
        now.save(update_fields=["decisions"])
        worklist.add(now.integration, Dossier(now).refs)
        SyncActivity.objects.create(
            integration=now.integration,
            link=now,
            entity=now.entity,
            action="decided",
            category=now.category,
            sentence=said("{by}: {sentence}", by=by, sentence=sentence) if by else sentence,
        )
    row.decisions = now.decisions


def _require_unlinked(row: RecordLink) -> None:
    if row.is_linked:
        raise NotPossible(said("It is linked already. Take the two apart first."))


def _conflicts(row: RecordLink) -> list[dict[str, str]]:
    """As the last pass that asked has told them."""
    if row.category != "conflict":
        return []
    told = row.activity.filter(action=State.NEEDS_DECISION, category="conflict").first()
    changes = told.changes if told else []
    return [one for one in changes if one["verdict"] == "conflict"]


def _row_of(row: RecordLink, ref: RecordRef) -> RecordLink | None:
    return RecordLink.objects.filter(
        integration=row.integration_id, entity=row.entity, **{f"{ref.side.value}_id": ref.id}
    ).first()


def _words(row: RecordLink, ref: RecordRef) -> str:
    known = Known()
    held = _row_of(row, ref)
    known.add((), [held] if held else [])
    return known.words(ref)
