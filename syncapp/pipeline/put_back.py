"""HubSpot takes any update, whoever was faster: what a person wrote there between our read and our
write is found only afterwards, in the history of what we wrote (connectors/hubspot/verifying.py).

Where the policy would have let it win, or asks, the person's value is put back and the field is
not settled: decided again, it is an edit of both sides. Else the value is told as the one that
lost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from syncapp.engine import wire
from syncapp.engine.compare import is_empty
from syncapp.engine.plan import FieldDecision, Plan, Verdict
from syncapp.engine.records import Value
from syncapp.engine.rules import ConflictPolicy, Direction, FieldMapping, SyncRule
from syncapp.engine.writes import Done, Operation, Write
from syncapp.pipeline.apply import send_all
from syncapp.pipeline.context import Pass
from syncapp.pipeline.sending import Sending

_MOST_BACKS = 4  # somebody types while we write, again and again: the rest is told


def send_and_put_back(work: Pass, sendings: list[Sending], *, is_patient: bool = True) -> None:
    """What brings people's values back is added to `sendings`."""
    send_all(work, sendings, is_patient=is_patient)
    bring_back(work, [sendings])


def bring_back(work: Pass, groups: Sequence[list[Sending]]) -> None:
    """Sends what brings people's values back that these writes have replaced, and that the way back
    replaced in its turn. It is added to its group before it is sent: whoever is interrupted must
    know that it is owed."""
    latest = [_backs(work, group) for group in groups]
    for _ in range(_MOST_BACKS):
        if not any(latest):
            return
        for group, backs in zip(groups, latest, strict=True):
            group += backs
        send_all(work, [one for backs in latest for one in backs])
        latest = [_backs(work, backs) for backs in latest]


def _backs(work: Pass, sendings: Iterable[Sending]) -> list[Sending]:
    """To be sent. Notes with each write what it replaced."""
    found = []
    for sending in sendings:
        answer = sending.answer
        rule = work.rules.get(sending.write.entity)
        if rule is not None and isinstance(answer, Done) and answer.overwritten:
            sending.fields = _told(rule, sending)
            back = _back(rule, sending, answer)
            if back is not None:
                found.append(back)
    return found


def _told(rule: SyncRule, sending: Sending) -> tuple[FieldDecision, ...]:
    """What was decided, with what was really replaced."""
    answer, side = sending.answer, sending.write.side
    overwritten = answer.overwritten if isinstance(answer, Done) else {}
    rows = {row.key: row for row in rule.mappings}
    decided = sending.fields if sending.is_back else wire.decode(sending.settles["fields"])
    fields = []
    for one in decided or ():
        row = rows.get(one.mapping)
        if row is not None and row.field(side) in overwritten:
            value = overwritten[row.field(side)]
            one = replace(one, overwritten=value, lost=not _wins(rule, row, value))
        fields.append(one)
    return tuple(fields)


def settled(plan: Plan, sendings: Sequence[Sending]) -> Plan:
    """Without the fields that are decided again."""
    again = {one.mapping for sending in sendings if sending.is_back for one in sending.fields or ()}
    return replace(plan, fields=tuple(one for one in plan.fields if one.mapping not in again))


def _wins(rule: SyncRule, row: FieldMapping, value: Value) -> bool:
    """Would an edit of HubSpot, known in time, have won or been asked about?"""
    is_two_way = rule.direction is row.direction is Direction.BOTH
    may_win = is_two_way and row.origin is None and not row.by_origin
    return may_win and not is_empty(value) and rule.conflict is not ConflictPolicy.QUICKBOOKS


def _back(rule: SyncRule, sending: Sending, answer: Done) -> Sending | None:
    write, now = sending.write, answer.snapshot
    values = {
        row.hubspot: (row, answer.overwritten[row.hubspot])
        for row in rule.mappings
        if row.hubspot in answer.overwritten and _wins(rule, row, answer.overwritten[row.hubspot])
    }
    if not values or now is None:
        return None
    fields = {name: value for name, (_, value) in values.items()}
    decided = tuple(
        FieldDecision(
            row.key, Verdict.COPY, hubspot=value, target=write.side, written=value,
            overwritten=now.get(name),
        )
        for name, (row, value) in values.items()
    )  # fmt: skip
    back = Write(
        write.side, write.entity, Operation.UPDATE, fields,
        target=now.ref, expected_version=now.version, before=now, generation=write.generation,
    )  # fmt: skip
    return Sending(sending.link, back, {"fields": wire.encode(())}, fields=decided, is_back=True)
