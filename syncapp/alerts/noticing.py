"""Compares what stands with what is known: what came up, what is solved, who is to be told.

May run anywhere and several times at once: one alert per cause and one delivery per news and
recipient are constraints of the database.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from syncapp.alerts.standing import Standing, standing
from syncapp.alerts.timing import Manners, tell_at
from syncapp.models.alerts import URGENT, Alert, AlertDelivery, AlertRecipient, Cause

News = AlertDelivery.News


def notice() -> None:
    now_standing = {one.key: one for one in standing()}
    with transaction.atomic():
        known = {one.key: one for one in Alert.objects.filter(solved_at__isnull=True)}
        for key in known.keys() - now_standing.keys():
            _solved(known[key])
        for one in now_standing.values():
            _stands(one, known)


def wants(recipient: AlertRecipient, alert: Alert) -> bool:
    if not recipient.is_on or alert.cause not in recipient.causes:
        return False
    if recipient.integration_id not in (None, alert.integration_id):
        return alert.integration_id is None
    if alert.cause == Cause.FAILING:
        return alert.number > recipient.failing_above
    return alert.cause != Cause.ALLOWANCE or alert.number > recipient.allowance_above


def _stands(one: Standing, known: Mapping[str, Alert]) -> None:
    alert = known.get(one.key)
    if alert is None:
        facts = {
            "cause": one.cause,
            "integration_id": one.integration_id,
            "category": one.category,
            "number": one.number,
            "subject": one.subject,
        }
        alert, _ = Alert.objects.get_or_create(key=one.key, solved_at=None, defaults=facts)
    elif alert.number != one.number:
        alert.number = one.number
        alert.save(update_fields=["number"])
    told = set(alert.deliveries.filter(news=News.BEGUN).values_list("recipient", flat=True))
    for recipient in AlertRecipient.objects.exclude(pk__in=told):
        if wants(recipient, alert):
            _queue(alert, recipient, News.BEGUN)


def _solved(alert: Alert) -> None:
    """Whoever was not told that it came up need not be told that it is over."""
    alert.solved_at = timezone.now()
    alert.save(update_fields=["solved_at"])
    begun = alert.deliveries.filter(news=News.BEGUN)
    begun.filter(sent_at__isnull=True).delete()
    for delivery in begun.select_related("recipient"):
        _queue(alert, delivery.recipient, News.SOLVED)


def _queue(alert: Alert, recipient: AlertRecipient, news: News) -> None:
    at_once = recipient.urgent_at_once and alert.cause in URGENT
    AlertDelivery.objects.get_or_create(
        alert=alert,
        recipient=recipient,
        news=news,
        defaults={"due_at": tell_at(manners(recipient), timezone.now(), at_once=at_once)},
    )


def manners(recipient: AlertRecipient) -> Manners:
    return Manners(
        timedelta(minutes=recipient.digest_minutes),
        recipient.quiet_from,
        recipient.quiet_until,
        recipient.time_zone,
    )
