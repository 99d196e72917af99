"""What a person is told when the side that does not own a record's money has changed it."""

from collections.abc import Sequence

from syncapp.engine.plan import FieldDecision, Finding, State
from syncapp.engine.records import Pair, Side
from syncapp.engine.rules import FieldMapping, SyncRule
from syncapp.engine.said import joined, said
from syncapp.engine.words import what_differs

UNKNOWN_AUTHOR = "somebody"


def protected_change(
    rule: SyncRule, pair: Pair, rows: Sequence[FieldMapping], protected: Sequence[FieldDecision]
) -> Finding:
    """Every field that was changed, each with what both sides agreed on and what it is now."""
    guest = (pair.origin or Side.HUBSPOT).other
    by_key = {row.key: row for row in rows}
    changed = [
        (said(by_key[one.mapping].words_on(guest)), *_moved(one, guest)) for one in protected
    ]
    facts = {
        "field": joined(", ", *(words for words, _, _ in changed)),
        "side": guest.product_name,
        "owner": guest.other.product_name,
        "author": _author(pair, guest),
        "before": _listed([(words, before) for words, before, _ in changed]),
        "after": _listed([(words, after) for words, _, after in changed]),
        "remedy": rule.special.way_back(pair, guest),
    }
    return Finding(State.FAILING, "protected_change", facts)


def _moved(field: FieldDecision, guest: Side) -> tuple[str, str]:
    now = field.hubspot if guest is Side.HUBSPOT else field.quickbooks
    before, after = what_differs(field.overwritten, now)
    return before or said("nothing"), after or said("nothing")


def _listed(values: Sequence[tuple[str, str]]) -> str:
    if len(values) == 1:
        return values[0][1]
    return joined("; ", *(joined(" ", words, value) for words, value in values))


def _author(pair: Pair, guest: Side) -> str:
    snapshot = pair.side(guest)
    return (snapshot.changed_by if snapshot else "") or said(UNKNOWN_AUTHOR)
