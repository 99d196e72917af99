"""Differences that nothing is written for, in words: what is held, and what is contested."""

from collections.abc import Iterable, Sequence

from syncapp.engine import filters
from syncapp.engine.plan import FieldDecision, Finding, Hold, State, Verdict
from syncapp.engine.records import Pair, RecordRef, Side, Value
from syncapp.engine.rules import Direction, FieldMapping, SyncRule
from syncapp.engine.said import joined, said
from syncapp.engine.words import in_words

_LONGEST = 80  # the whole values stand in the activity

WHY = {
    Hold.DIRECTION: "it travels one way only",
    Hold.OWNER: "{owner}",
    Hold.FILTER: "a filter holds it back: {filter}",
    Hold.EMPTY: "an empty value wipes nothing",
    Hold.STORED: "the app it was written to keeps it like this",
}


def differences(
    rule: SyncRule, pair: Pair, rows: Sequence[FieldMapping], fields: Iterable[FieldDecision]
) -> Finding | None:
    """The record stays in sync: nothing is to be written. It says what that leaves different."""
    by_key = {row.key: row for row in rows}
    held = [one for one in fields if one.verdict is Verdict.HELD or one.hold is not None]
    if not held:
        return None
    what = joined("; ", *(_in_words(by_key[one.mapping], one, rule, pair) for one in held))
    field = ", ".join(by_key[one.mapping].hubspot for one in held)
    return Finding(State.IN_SYNC, "held", {"field": field, "what": what})


def _in_words(row: FieldMapping, field: FieldDecision, rule: SyncRule, pair: Pair) -> str:
    facts = {"owner": _owner(pair.origin), "filter": _filter(rule, pair)}
    why = said(WHY[field.hold or Hold.DIRECTION], **facts)
    if isinstance(field.hubspot, tuple) or isinstance(field.quickbooks, tuple):
        return said("the texts of its lines differ ({why})", why=why)
    return said("{values} ({why})", values=both_values(row.hubspot, field, pair), why=why)


def both_values(name: str, field: FieldDecision, pair: Pair | None = None) -> str:
    """A record that is referred to is named when the pair knows its name."""
    here, there = (_quoted(value, pair) for value in (field.hubspot, field.quickbooks))
    return said(
        "{name} is {here} in HubSpot and {there} in QuickBooks", name=name, here=here, there=there
    )


def _owner(origin: Side | None) -> str:
    if origin is None:
        return said("each app keeps its own")
    return said("it belongs to {app}, where the record was made", app=origin.product_name)


def _filter(rule: SyncRule, pair: Pair) -> str:
    for side in Side:
        source = pair.side(side)
        chosen = rule.filters.get(Direction.towards(side.other), ())
        why = filters.why_excluded(chosen, source, rule.now) if source else ""
        if why:
            return why
    return ""


def _quoted(value: Value, pair: Pair | None) -> str:
    words = in_words(value).strip()
    parent = pair.parents.get(value) if pair and isinstance(value, RecordRef) else None
    if parent is not None and parent.label:
        words = parent.label
    if not words:
        return said("empty")
    return f"“{words if len(words) <= _LONGEST else words[:_LONGEST] + '…'}”"
