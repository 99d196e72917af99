"""The outbox: what is about to be written is committed before it is sent, and what came of it
afterwards. A write whose intent stays open is recovered in the next pass."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from syncapp.engine import wire
from syncapp.engine.records import Snapshot
from syncapp.engine.writes import Done, KeyedWrite, Unknown, WriteAnswer
from syncapp.models import WriteBatch, WriteIntent
from syncapp.models.bulk import insert_all, update_all
from syncapp.pipeline.context import Pass
from syncapp.pipeline.guards import other_companies
from syncapp.pipeline.sending import Sending


def commit(work: Pass, sendings: Sequence[Sending], keyed: Sequence[KeyedWrite]) -> None:
    now = timezone.now()
    with transaction.atomic():
        work.lease.guard_commit()
        other_companies.claim(work, keyed)
        batches = _store_batches(work, keyed, now)
        ids = [one.request_id for one in keyed]
        known = {row.request_id: row for row in WriteIntent.objects.filter(request_id__in=ids)}
        made: list[WriteIntent] = []
        for sending, one in zip(sendings, keyed, strict=True):
            batch = batches.get(one.batch_id)
            sending.intent = known.get(one.request_id) or _new_intent(work, one)
            _open(work, sending, one, batch, now)
            if sending.intent.pk is None:
                made.append(sending.intent)
            else:  # refused before, and sent again under the same id
                sending.intent.save()
        insert_all(made)
        _learn_keys(made)


def _learn_keys(made: Sequence[WriteIntent]) -> None:
    ids = [intent.request_id for intent in made]
    stored = WriteIntent.objects.filter(request_id__in=ids).order_by()
    keys_of = dict(stored.values_list("request_id", "pk"))
    for intent in made:
        intent.pk = keys_of[intent.request_id]


def _store_batches(work: Pass, keyed: Sequence[KeyedWrite], now: datetime) -> dict[str, WriteBatch]:
    members: dict[str, list[str]] = {}
    for one in keyed:
        if one.batch_id:
            members.setdefault(one.batch_id, []).append(one.request_id)
    WriteBatch.objects.bulk_create(
        [
            WriteBatch(
                batch_id=batch_id,
                integration=work.integration,
                side=keyed[0].write.side,
                members=ids,
                sent_at=now,
            )
            for batch_id, ids in members.items()
        ],
        update_conflicts=True,
        unique_fields=["batch_id"],
        update_fields=["integration", "side", "members", "sent_at"],
    )
    return WriteBatch.objects.in_bulk(list(members), field_name="batch_id")


def _new_intent(work: Pass, keyed: KeyedWrite) -> WriteIntent:
    write = keyed.write
    return WriteIntent(
        integration_id=work.integration.pk,
        side=write.side,
        entity=write.entity,
        operation=write.operation,
        source_id=write.source.id if write.source else "",
        target_id=write.target.id if write.target else "",
        step=write.step,
        generation=write.generation,
        request_id=keyed.request_id,
    )


def _open(
    work: Pass, sending: Sending, keyed: KeyedWrite, batch: WriteBatch | None, now: datetime
) -> None:
    intent = sending.intent
    if intent is None:
        return
    intent.state = WriteIntent.State.OPEN
    intent.link_id, intent.run_id, intent.fencing = sending.link.pk, work.run.pk, work.lease.fencing
    intent.body, intent.plan = wire.encode(keyed), dict(sending.settles)
    intent.batch_id = batch.pk if batch else None
    intent.attempts += 1
    intent.sent_at = now


def commit_answers(
    work: Pass, answered: Iterable[tuple[Sending, WriteAnswer]], *, last: int
) -> None:
    """Answers of steps in the middle are closed here; that of the last step stays open until
    RECORD commits it together with the link."""
    intents: list[WriteIntent] = []
    with transaction.atomic():
        work.lease.guard_commit()
        for sending, answer in answered:
            sending.answer = answer
            if isinstance(answer, Done):
                sending.made = {**sending.made, **answer.made}
                sending.left = {**sending.left, **answer.left}
                sending.answer = replace(answer, made=sending.made)
                work.writes += 1
                if last + 1 < len(sending.steps) and sending.intent is not None:
                    closed(sending.intent, answer)
                    intents.append(sending.intent)
        save_closed(intents)


def close(intent: WriteIntent, answer: WriteAnswer) -> None:
    if closed(intent, answer):
        save_closed([intent])


def closed(intent: WriteIntent, answer: WriteAnswer) -> bool:
    """A definite answer; an unknown one leaves the intent open. Does not save."""
    match answer:
        case Unknown():
            return False
        case Done():
            intent.state = WriteIntent.State.DONE
            intent.vendor_request_id = answer.request_id
            intent.answer = {"made": dict(answer.made), "id": _id(answer.snapshot)}
        case _:
            intent.state = WriteIntent.State.REFUSED
            intent.vendor_request_id = answer.fault.request_id
            intent.answer = {
                "code": answer.fault.code,
                "message": answer.fault.message,
                "category": answer.fault.category,
            }
    intent.answered_at = timezone.now()
    return True


def save_closed(intents: Sequence[WriteIntent]) -> None:
    update_all(intents, ["state", "vendor_request_id", "answer", "answered_at"])


def take_back(sendings: Sequence[Sending]) -> None:
    """Certainly nothing was done: these intents are no open questions."""
    ids = [one.intent.pk for one in sendings if one.intent is not None]
    WriteIntent.objects.filter(pk__in=ids).update(
        state=WriteIntent.State.SUPERSEDED, answered_at=timezone.now()
    )


def _id(snapshot: Snapshot | None) -> str:
    return snapshot.ref.id if snapshot else ""
