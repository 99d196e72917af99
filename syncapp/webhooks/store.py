"""Verified events become rows, each once, and the worker is woken. Nothing else happens here: the
vendor waits for the answer."""

from collections.abc import Sequence

from django.db import transaction

from syncapp.engine.records import Side
from syncapp.models import Connection, Integration, WebhookDelivery
from syncapp.pipeline.wake import wake_for_news
from syncapp.webhooks import tally
from syncapp.webhooks.events import Event, Heard


def store(side: Side, heard: Heard) -> None:
    by_account: dict[str, list[Event]] = {}
    for event in heard.events:
        by_account.setdefault(event.account_id, []).append(event)
    with transaction.atomic():
        strangers = heard.ignored
        for account_id in sorted(by_account):
            events = by_account[account_id]
            integrations = _integrations(side, account_id)
            if not integrations:
                strangers += len(events)
                continue
            new = {pk: _keep(pk, events) for pk in integrations}
            accepted = max(new.values())
            tally.count(side, account_id, accepted=accepted, repeated=len(events) - accepted)
            wake_for_news([pk for pk, number in new.items() if number])
        tally.count(side, ignored=strangers)


def _integrations(side: Side, account_id: str) -> list[int]:
    """Companies that share a portal hear of it each for itself."""
    connection = Connection.objects.filter(vendor=side.value, account_id=account_id)
    using = Integration.objects.filter(**{f"{side.value}__in": connection})
    return list(using.order_by("pk").values_list("pk", flat=True))


def _keep(integration_id: int, events: Sequence[Event]) -> int:
    """Answers how many were new."""
    by_key = {event.key: event for event in events}
    mine = WebhookDelivery.objects.filter(integration=integration_id, key__in=by_key)
    for key in mine.values_list("key", flat=True):
        del by_key[key]
    WebhookDelivery.objects.bulk_create(
        (
            WebhookDelivery(
                integration_id=integration_id,
                side=event.side,
                entity=event.entity,
                record_id=event.record_id,
                event=event.name,
                key=key,
            )
            for key, event in by_key.items()
        ),
        ignore_conflicts=True,  # the same may be arriving in another process
    )
    return len(by_key)
