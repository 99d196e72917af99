"""A clock of ours that was ahead and came back leaves moments that are too far away: each is cut
to what it may be at most, or a company would wait until that clock was right."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from syncapp.connectors.answers import LONGEST_PAUSE_SECONDS
from syncapp.models import Connection, Lease, WriteIntent

LONGEST_REFRESH_SECONDS = 60


def set_right() -> None:
    """A holder may live, but no longer than from now on: he measures by a clock that does not
    leap."""
    now = timezone.now()
    lease = now + timedelta(seconds=settings.LEASE)
    Lease.objects.filter(expires_at__gt=lease).update(expires_at=lease)
    refresh = now + timedelta(seconds=LONGEST_REFRESH_SECONDS)
    Connection.objects.filter(refresh_until__gt=refresh).update(refresh_until=refresh)
    pause = now + timedelta(seconds=LONGEST_PAUSE_SECONDS)
    Connection.objects.filter(paused_until__gt=pause).update(paused_until=None)
    asked = WriteIntent.objects.filter(state=WriteIntent.State.OPEN, sent_at__gt=now)
    asked.update(sent_at=now)
