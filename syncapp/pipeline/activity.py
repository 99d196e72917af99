"""What happened to a record, for people: appended, never changed; and added up by day."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import F

from syncapp.engine.catalogue import explain
from syncapp.engine.plan import FieldDecision, Finding, Plan, State, Verdict
from syncapp.engine.words import in_words
from syncapp.engine.writes import Done, Operation, Refused
from syncapp.models import DayCount, Integration, SyncActivity
from syncapp.models.bulk import insert_all
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.sending import Sending

_DONE = {
    Operation.CREATE: "created",
    Operation.UPDATE: "updated",
    Operation.VOID: "voided",
    Operation.ARCHIVE: "archived",
}
# How many days remember of it, and in which column.
COUNTED = {
    "created": "created",
    "updated": "updated",
    "voided": "updated",
    "archived": "updated",
    State.FAILING.value: "failed",
}
_LONGEST = 2000
# Categories about two values: another value is news, though the state stays the same.
CONTESTED = frozenset(("held", "conflict", "protected_change"))


def append(integration: Integration, rows: Sequence[SyncActivity]) -> None:
    """In the transaction of the caller."""
    if not rows:
        return
    insert_all(rows)
    zone = integration.zone
    counted: dict[tuple[date, str], Counter[str]] = {}
    for row in rows:
        if column := COUNTED.get(row.action):
            key = row.at.astimezone(zone).date(), row.entity
            counted.setdefault(key, Counter())[column] += 1
    for (day, entity), numbers in counted.items():
        kept, _ = DayCount.objects.get_or_create(integration=integration, day=day, entity=entity)
        more = {column: F(column) + number for column, number in numbers.items()}
        DayCount.objects.filter(pk=kept.pk).update(**more)


def of(
    work: Pass,
    dossier: Dossier,
    finding: Finding | None,
    sendings: Sequence[Sending],
    plan: Plan,
) -> list[SyncActivity]:
    """One row per write; one more when the record's state becomes another, or what stands between
    the sides does. Asked before the link takes its new state."""
    rows = [_of_write(work, dossier, sending, plan) for sending in sendings]
    link = dossier.link
    state = finding.state if finding else State.IN_SYNC
    category = finding.category if finding else ""
    became_another = (link.state, link.category) != (state, category)
    moved_on = category in CONTESTED and link.sentence != explain(finding)
    if moved_on or (became_another and not (rows and finding is None)):
        changes = differences(plan.fields) if finding else []
        rows.append(
            SyncActivity(
                integration_id=work.integration.pk,
                run_id=work.run.pk,
                link_id=link.pk,
                entity=link.entity,
                action=state.value,
                category=category,
                sentence=explain(finding),
                changes=changes,
            )
        )
    return rows


def _of_write(work: Pass, dossier: Dossier, sending: Sending, plan: Plan) -> SyncActivity:
    answer = sending.answer
    row = SyncActivity(
        integration_id=work.integration.pk,
        run_id=work.run.pk,
        link_id=dossier.link.pk,
        intent_id=sending.intent.pk if sending.intent else None,
        entity=dossier.link.entity,
        side=sending.write.side,
        action="unconfirmed",
        changes=[
            change
            for change in differences(plan.fields if sending.fields is None else sending.fields)
            if change["target"] == sending.write.side
        ],
    )
    match answer:
        case Done():
            row.action = _DONE[sending.write.operation] if sending.intent else "linked"
            row.vendor_request_id = answer.request_id
        case Refused():
            row.action = "refused"
            row.vendor_request_id = answer.fault.request_id
            row.category = answer.fault.category
            row.sentence = answer.fault.message[:_LONGEST]
    return row


def differences(fields: Iterable[FieldDecision]) -> list[dict[str, object]]:
    """Copied, held and contested fields; `before` is what a copy replaced."""
    return [
        {
            "field": one.mapping,
            "verdict": (Verdict.HELD if one.hold else one.verdict).value,
            "target": one.target.value if one.target else "",
            "before": in_words(one.overwritten),
            "after": in_words(one.written),
            "hubspot": in_words(one.hubspot),
            "quickbooks": in_words(one.quickbooks),
            "lost": one.lost,
        }
        for one in fields
        if one.hold or one.verdict not in (Verdict.SETTLED, Verdict.CONVERGED)
    ]
