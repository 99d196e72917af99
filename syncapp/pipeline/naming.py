"""Names for new records where the vendor wants them to be unique: the best that is free.

One look-up for the names of a whole helping, among vendors and employees too; a name that is
refused nevertheless is a definite no, and the next one is tried under a new generation.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from syncapp.engine import wire
from syncapp.engine.plan import Finding, Plan, State
from syncapp.engine.rules import Names, SyncRule
from syncapp.engine.said import said
from syncapp.engine.writes import Operation, Write
from syncapp.models import WriteIntent
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier


@dataclass(slots=True)
class _Wish:
    dossier: Dossier
    write: Write
    names: Names
    refused: Mapping[str, str]  # folded name -> the vendor's own words


def choose_names(work: Pass, rule: SyncRule, dossiers: Iterable[Dossier]) -> None:
    wishes = _wishes(rule, dossiers)
    reserved: set[str] = set()
    holders: dict[str, str] = {}
    asked: set[str] = set()
    while wishes:
        best = [_first_free(wish, holders, reserved) for wish in wishes]
        _look_up(work, best, wishes[0], holders, asked)
        undecided = []
        for wish in wishes:
            free = _first_free(wish, holders, reserved)
            if not free:
                _fail(wish, holders)
            elif free.casefold() in asked:
                reserved.add(free.casefold())
                _take(wish, free)
            else:  # somebody before it in this helping got the name
                undecided.append(wish)
        wishes = undecided


def _wishes(rule: SyncRule, dossiers: Iterable[Dossier]) -> list[_Wish]:
    found = []
    for dossier in dossiers:
        for write in dossier.plan.writes if dossier.plan else ():
            if write.operation is not Operation.CREATE or dossier.pair is None:
                continue
            names = rule.special.names(write.side, dossier.pair, rule)
            if names is not None and names.patterns:
                found.append(_Wish(dossier, write, names, {}))
    refused = _refused(found)
    for wish in found:
        wish.refused = refused.get(wish.dossier.link.pk, {})
    return found


def _refused(wishes: Sequence[_Wish]) -> dict[int, dict[str, str]]:
    """What the vendor did not accept since the record came up: who has a name may be renamed, so
    another day all of them are tried again."""
    asked = {one.dossier.link.pk: one for one in wishes if one.dossier.link.generation}
    intents = WriteIntent.objects.filter(
        link__in=asked, state=WriteIntent.State.REFUSED, operation=Operation.CREATE
    )
    found: dict[int, dict[str, str]] = {}
    for intent in intents:
        link, answer = intent.link_id, intent.answer or {}
        if link is None or answer.get("category") != asked[link].names.category:
            continue
        since = min((row.created_at for row in asked[link].dossier.rows), default=None)
        keyed = wire.decode(intent.body)
        if since and intent.answered_at and intent.answered_at >= since:
            name = str(keyed.write.fields.get(asked[link].names.field))
            found.setdefault(link, {})[name.casefold()] = str(answer.get("message", ""))
    return found


def _look_up(
    work: Pass, names: Iterable[str], any_wish: _Wish, holders: dict[str, str], asked: set[str]
) -> None:
    new = sorted({name for name in names if name and name.casefold() not in asked})
    if not new:
        return
    write = any_wish.write
    connector = work.connectors[write.side]
    found = connector.find(write.entity, any_wish.names.field, new)
    asked.update(name.casefold() for name in new)
    for name, snapshots in found.items():
        holders[name.casefold()] = f"id {snapshots[0].ref.id}"
    for name, words in connector.taken_elsewhere(write.entity, new).items():
        holders.setdefault(name.casefold(), words)


def _first_free(wish: _Wish, holders: Collection[str], reserved: Collection[str]) -> str:
    return next(
        (
            name
            for name in wish.names.patterns
            if (folded := name.casefold()) not in wish.refused
            and folded not in holders
            and folded not in reserved
        ),
        "",
    )


def _take(wish: _Wish, name: str) -> None:
    dossier, write, field = wish.dossier, wish.write, wish.names.field
    if dossier.plan is None or write.fields.get(field) == name:
        return
    named = replace(write, fields={**write.fields, field: name})
    writes = tuple(named if one is write else one for one in dossier.plan.writes)
    decisions = tuple(
        replace(one, written=name)
        if one.target is write.side and one.mapping.endswith(f"={field}")
        else one
        for one in dossier.plan.fields
    )
    dossier.plan = replace(dossier.plan, writes=writes, fields=decisions)


def _fail(wish: _Wish, holders: Mapping[str, str]) -> None:
    name = wish.names.patterns[-1]
    holder = holders.get(name.casefold(), "")
    facts = {
        "name": name,
        "holder": said(" ({holder})", holder=holder) if holder else "",
        "side": wish.write.side.product_name,
        "message": wish.refused.get(name.casefold(), ""),
    }
    finding = Finding(State.FAILING, wish.names.category, facts)
    wish.dossier.plan = Plan(finding)
