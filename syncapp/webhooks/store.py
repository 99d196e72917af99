"""Verified events become rows, each once, and the worker is woken. Nothing else happens here: the
vendor waits for the answer, and whoever writes keeps all others from writing."""

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction

from syncapp.engine.records import Side
from syncapp.models import Integration, WebhookDelivery
from syncapp.pipeline.wake import wake_for_news
from syncapp.webhooks import tally
from syncapp.webhooks.events import Event, Heard


def store(side: Side, heard: Heard) -> None:
    by_account: dict[str, dict[str, Event]] = {}
    for event in heard.events:
        by_account.setdefault(event.account_id, {})[event.key] = event
    integrations = _integrations(side, by_account)
    told = {pk: by_account[account] for pk, account in integrations.items()}
    new = _new(told)
    counted = _counted(by_account, integrations, new, heard.ignored)
    with transaction.atomic():
        if new:
            WebhookDelivery.objects.bulk_create(new, ignore_conflicts=True)
            wake_for_news({row.integration_id for row in new})
        for account, numbers in sorted(counted.items()):
            tally.count(side, account, **numbers)


def _integrations(side: Side, accounts: Collection[str]) -> dict[int, str]:
    """Companies that share a portal hear of it each for itself."""
    column = f"{side.value}__account_id"
    using = Integration.objects.filter(**{f"{column}__in": accounts})
    return dict(using.order_by("pk").values_list("pk", column)) if accounts else {}


def _new(told: Mapping[int, Mapping[str, Event]]) -> list[WebhookDelivery]:
    """Those that are not stored yet; the same may be arriving in another process."""
    keys = {key for events in told.values() for key in events}
    stored = WebhookDelivery.objects.filter(integration__in=told, key__in=keys)
    known = set(stored.values_list("integration", "key")) if keys else set()
    return [
        _delivery(pk, event)
        for pk, events in told.items()
        for event in events.values()
        if (pk, event.key) not in known
    ]


def _delivery(integration_id: int, event: Event) -> WebhookDelivery:
    return WebhookDelivery(
        integration_id=integration_id,
        side=event.side,
        entity=event.entity,
        record_id=event.record_id,
        event=event.name,
        key=event.key,
    )


def _counted(
    by_account: Mapping[str, Mapping[str, Event]],
    integrations: Mapping[int, str],
    new: Iterable[WebhookDelivery],
    ignored: int,
) -> dict[str, dict[str, int]]:
    """By account; nobody's are counted under no name."""
    fresh = {(integrations[row.integration_id], row.key) for row in new}
    counted: dict[str, dict[str, int]] = {}
    for account, events in by_account.items():
        if account in integrations.values():
            accepted = sum((account, key) in fresh for key in events)
            counted[account] = {"accepted": accepted, "repeated": len(events) - accepted}
        else:
            ignored += len(events)
    return counted | ({"": {"ignored": ignored}} if ignored else {})
