"""The item for invoice lines that match no product: made once, on first need.

HubSpot has no such record, so its link stands under an id of ours until it is made.
"""

from dataclasses import replace

from django.db import transaction
from django.db.models import QuerySet

from syncapp import models
from syncapp.engine.catalogue import explain
from syncapp.engine.plan import Finding, Plan, State
from syncapp.engine.records import Entity, RecordRef, Side, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.engine.writes import Done, Operation, Refused, Write
from syncapp.models.finding import folded, last_word
from syncapp.objects.product import CATCH_ALL_NAME
from syncapp.pipeline import activity, tally
from syncapp.pipeline.apply import send_all
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier, absorb
from syncapp.pipeline.intents import close
from syncapp.pipeline.rulebook import CATCH_ALL_OPTION
from syncapp.pipeline.sending import Sending

_SOURCE = RecordRef(Side.HUBSPOT, Entity.PRODUCT, "catch-all")
_ACCOUNT = "catch_all_account"  # the one that was chosen when the item was made or moved
_MADE = "catch_all_made"  # how many there have been: a replayed answer must not bring back the last
_FINDING = Finding(State.EXCLUDED, "catch_all_item")


def ensure(work: Pass, rule: SyncRule) -> SyncRule:
    """The invoice rule with its catch-all item; unchanged when QuickBooks refused to make it, or
    did not answer yet."""
    if (item := _existing(work)) is None:
        item = _made(work, rule)
    if item is not None:
        _use(work, item)
    return work.rules[rule.entity]


def adopt(work: Pass) -> None:
    """One whose answer was found out by recovery."""
    link = half_made(work).first()
    if link is None:
        return
    models.PendingChange.objects.filter(
        integration=work.integration, side=Side.HUBSPOT, record_id=_SOURCE.id
    ).delete()
    if link.quickbooks_id is not None:
        item = RecordRef(Side.QUICKBOOKS, Entity.PRODUCT, link.quickbooks_id)
        _keep(work, link, item)
        _use(work, item)


def drop_inactive(work: Pass) -> None:
    """One that somebody switched off takes no new line: another is made on the next need."""
    rule = work.rules.get(Entity.INVOICE)
    if rule is None or rule.catch_all_item is None:
        return
    is_inactive = models.RecordLink.objects.filter(
        integration=work.integration,
        entity=Entity.PRODUCT,
        quickbooks_id=rule.catch_all_item.id,
        category="inactive",
    ).exists()
    if is_inactive:
        _choose(work, None)


def keep_on_account(work: Pass) -> None:
    """Another income account was chosen since: the item is moved to it, once. What is booked
    stays where it is."""
    rule = work.rules.get(Entity.INVOICE)
    item = rule.catch_all_item if rule else None
    wanted = rule.option("income_account") if rule else ""
    if rule is None or item is None or rule.option(_ACCOUNT) in ("", wanted) or not wanted:
        return
    _choose(work, item, **{_ACCOUNT: wanted})  # whatever comes of it, once a pass is enough
    stored = _stored(work)
    before = work.connectors[Side.QUICKBOOKS].fetch([item])[item]
    link = models.RecordLink.objects.filter(
        integration=work.integration, entity=Entity.PRODUCT, quickbooks_id=item.id
    ).first()
    if link is None or not before.is_live or _is_unanswered(link):
        return
    write = Write(
        Side.QUICKBOOKS,
        Entity.PRODUCT,
        Operation.UPDATE,
        {"IncomeAccountRef": wanted},
        target=item,
        expected_version=before.version,
        before=before,
    )
    if _send(work, link, write) is not None:
        stored.options = {**stored.options, _ACCOUNT: wanted}
        stored.save(update_fields=["options", "updated_at"])


def _existing(work: Pass) -> RecordRef | None:
    found = work.connectors[Side.QUICKBOOKS].find(Entity.PRODUCT, "Name", [CATCH_ALL_NAME])
    items = found.get(CATCH_ALL_NAME, ())
    return items[0].ref if items else None


def _made(work: Pass, rule: SyncRule) -> RecordRef | None:
    link = _link(work)
    if _is_unanswered(link):
        return None
    write = Write(
        Side.QUICKBOOKS,
        Entity.PRODUCT,
        Operation.CREATE,
        {
            "Name": CATCH_ALL_NAME,
            "Type": "Service",
            "Description": "Lines of HubSpot invoices that match no item.",
            "IncomeAccountRef": rule.option("income_account"),
        },
        source=_SOURCE,
        generation=link.generation,
    )
    made = _send(work, link, write)
    if made is None:
        return None
    _keep(work, link, made.ref)
    return made.ref


def _link(work: Pass) -> models.RecordLink:
    with transaction.atomic():
        work.lease.guard_commit()
        with tally.kept(work.integration.pk, *tally.of_new(work.integration.pk, [_SOURCE])):
            link, _ = models.RecordLink.objects.get_or_create(
                integration=work.integration,
                entity=Entity.PRODUCT,
                hubspot_id=_SOURCE.id,
                defaults={**_state(), "generation": _stored(work).options.get(_MADE, 0)},
            )
    return link


def _is_unanswered(link: models.RecordLink) -> bool:
    """Recovery finds out first."""
    return link.intents.filter(state=models.WriteIntent.State.OPEN).exists()


def _send(work: Pass, link: models.RecordLink, write: Write) -> Snapshot | None:
    sending = Sending(link, write)
    send_all(work, [sending])
    answer = sending.answer
    with transaction.atomic():
        work.lease.guard_commit()
        rows = activity.of(work, Dossier(link), None, [sending], Plan())
        activity.append(work.integration, rows)
        if sending.intent is not None and answer is not None:
            close(sending.intent, answer)
        if isinstance(answer, Refused):
            link.generation += 1
            link.save(update_fields=["generation"])
    return answer.snapshot if isinstance(answer, Done) else None


def _keep(work: Pass, link: models.RecordLink, item: RecordRef) -> None:
    with transaction.atomic():
        work.lease.guard_commit()
        link.hubspot_id, link.quickbooks_id = None, item.id
        for name, value in _state().items():
            setattr(link, name, value)
        absorb([link])
        with tally.kept(work.integration.pk, tally.of([link])):
            link.save()


def _use(work: Pass, item: RecordRef) -> None:
    stored = _stored(work)
    made = int(stored.options.get(_MADE, 0)) + 1
    account = stored.options.get("income_account")
    stored.options = {
        **stored.options,
        CATCH_ALL_OPTION: item.id,
        _MADE: made,
        **({_ACCOUNT: account} if account else {}),
    }
    stored.save(update_fields=["options", "updated_at"])
    _choose(work, item)


def _choose(work: Pass, item: RecordRef | None, **options: str) -> None:
    """For the rest of this pass."""
    changed = {
        entity: replace(
            work.rules[entity],
            catch_all_item=item,
            options={**work.rules[entity].options, **options},
        )
        for entity in (Entity.INVOICE, Entity.PRODUCT)
        if entity in work.rules
    }
    work.rules = {**work.rules, **changed}


def _stored(work: Pass) -> models.SyncRule:
    return models.SyncRule.objects.get(integration=work.integration, entity=Entity.INVOICE)


def half_made(work: Pass) -> QuerySet[models.RecordLink]:
    return models.RecordLink.objects.filter(
        integration=work.integration, entity=Entity.PRODUCT, hubspot_id=_SOURCE.id
    )


def _state() -> dict[str, object]:
    return {
        "label": CATCH_ALL_NAME,
        "search_name": folded(CATCH_ALL_NAME),
        "search_word": last_word(folded(CATCH_ALL_NAME)),
        "state": _FINDING.state,
        "category": _FINDING.category,
        "sentence": explain(_FINDING),
        "heals_itself": True,
    }
