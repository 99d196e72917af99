"""Sends what is due: one e-mail or one call for everything that somebody has not been told yet.

At least once: who is cut off between sending and remembering sends it again.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone, translation

from syncapp.alerts import program, words
from syncapp.alerts.noticing import manners
from syncapp.alerts.timing import after_the_quiet, try_again_at
from syncapp.errors import NotPossible
from syncapp.models.alerts import AlertDelivery, AlertRecipient

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 80  # about three days of hourly tries
_TURN = timedelta(minutes=2)


def send_due() -> int:
    """Answers how many were told."""
    due = AlertDelivery.objects.filter(_untold(), due_at__lte=timezone.now())
    recipients = AlertRecipient.objects.filter(pk__in=due.values("recipient"), is_on=True)
    return sum(_tell(recipient) for recipient in recipients)


def send_trial(recipient: AlertRecipient) -> None:
    """Raises `NotPossible` with what stands in the way."""
    with translation.override(recipient.language):
        text = translation.gettext("This is a trial: alerts of Ledgerline reach you.")
        if recipient.email:
            _mail(recipient, "Ledgerline", text)
        else:
            program.call(recipient, text, [])


def _untold() -> Q:
    return Q(sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS)


def _tell(recipient: AlertRecipient) -> bool:
    if not _take_turn(recipient):
        return False
    try:
        news = _gathered(recipient)
        return bool(news) and _told(recipient, news)
    finally:
        AlertRecipient.objects.filter(pk=recipient.pk).update(telling_until=None)


def _take_turn(recipient: AlertRecipient) -> bool:
    """Workers side by side tell nobody the same twice."""
    now = timezone.now()
    free = Q(telling_until__isnull=True) | Q(telling_until__lt=now)
    rows = AlertRecipient.objects.filter(free, pk=recipient.pk)
    return bool(rows.update(telling_until=now + _TURN))


def _gathered(recipient: AlertRecipient) -> list[AlertDelivery]:
    """What is due, and outside the quiet hours all the rest with it."""
    now = timezone.now()
    news = list(
        recipient.deliveries.filter(_untold()).select_related("alert__integration").order_by("id")
    )
    due = [one for one in news if one.due_at <= now]
    is_quiet = after_the_quiet(manners(recipient), now) != now
    return due if is_quiet or not due else [one for one in news if not one.attempts or one in due]


def _told(recipient: AlertRecipient, news: Sequence[AlertDelivery]) -> bool:
    ids = [one.pk for one in news]
    rows = AlertDelivery.objects.filter(pk__in=ids)
    try:
        with translation.override(recipient.language):
            _send(recipient, news)
    except NotPossible as refusal:
        logger.warning("recipient %s could not be told: %s", recipient.pk, refusal.message)
        attempts = max(one.attempts for one in news)
        again = try_again_at(timezone.now(), attempts)
        rows.update(attempts=attempts + 1, error=refusal.message[:200], due_at=again)
        return False
    rows.update(sent_at=timezone.now(), error="")
    return True


def _send(recipient: AlertRecipient, news: Sequence[AlertDelivery]) -> None:
    lines = [f"{words.sentence(one.alert, one.news)}\n{words.address(one.alert)}" for one in news]
    if recipient.email:
        _mail(recipient, words.subject(news), "\n\n".join(lines))
    else:
        program.call(recipient, words.subject(news), news)


def _mail(recipient: AlertRecipient, subject: str, text: str) -> None:
    if not settings.MAIL_IS_SET_UP:
        raise NotPossible("EMAIL_URL is not set: no mail server is known.")
    try:
        EmailMessage(subject, text, to=[recipient.email]).send()
    except OSError as failure:  # smtplib's are too
        raise NotPossible(f"The mail server failed: {type(failure).__name__}.") from None
