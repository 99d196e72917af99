"""Where people are signed in, and the way back for somebody who lost the second factor."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from syncapp.models import AuthenticatorApp, RecoveryCodes
from syncapp.pipeline import audit


def open_sessions(user: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Key and facts of each."""
    for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        facts = row.get_decoded()
        if facts.get(SESSION_KEY) == str(user.pk):
            yield row.session_key, facts


def sign_out_everywhere(user: Any) -> int:
    keys = [key for key, _facts in open_sessions(user)]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def take_away_second_factor(user: Any) -> None:
    AuthenticatorApp.objects.filter(user=user).delete()
    RecoveryCodes.objects.filter(user=user).delete()


def reset_second_factor(user: Any) -> int:
    """Whoever holds the lost phone is signed out too; answers from how many places."""
    take_away_second_factor(user)
    count = sign_out_everywhere(user)
    audit.note(user, "second_factor_reset")
    return count
