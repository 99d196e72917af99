"""Where a person is signed in. What is known of a session stands in the session itself."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from syncapp.admin.access import given_password, reading
from syncapp.admin.password_again import password_typed
from syncapp.pipeline.signed_in import open_sessions

_BEGUN, _AGENT, _SEEN = "signed_in_at", "agent", "seen_at"
_NOTED_SECONDS = 60  # a row is written so often at most, not with each page
_AGENT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`name` tells sessions apart on a page. `key` is the one in the database, a hash: with it
    nobody gets in."""

    name: str
    begun_at: datetime | None
    agent: str
    is_this: bool
    key: str


def begun(request: HttpRequest) -> None:
    request.session[_BEGUN] = int(time.time())
    request.session[_AGENT] = request.headers.get("User-Agent", "")[:_AGENT_LENGTH]
    password_typed(request)
    given_password.begun(request)
    reading.take_over(request)


def is_over(request: HttpRequest) -> bool:
    """However busy somebody is, after this long they sign in again; and much sooner when nobody
    seems to be there."""
    begun_at = request.session.get(_BEGUN)
    if begun_at is None:
        return False
    now, seen_at = time.time(), request.session.get(_SEEN, begun_at)
    is_deserted = now - seen_at > settings.SESSION_IDLE
    return bool(is_deserted or now - begun_at > settings.SESSION_COOKIE_AGE)


def seen(request: HttpRequest) -> None:
    """Somebody did something."""
    begun_at = request.session.get(_BEGUN)
    if begun_at is None or is_over(request):
        return
    now = int(time.time())
    if now - request.session.get(_SEEN, begun_at) >= _NOTED_SECONDS:
        request.session[_SEEN] = now


def sessions_of(request: HttpRequest) -> list[SignedIn]:
    """The newest first."""
    store: Any = request.session
    here = store.stored_key
    found = [_shown(key, facts, here) for key, facts in open_sessions(request.user)]
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(found, key=lambda one: one.begun_at or oldest, reverse=True)


def sign_out_others(request: HttpRequest) -> int:
    others = [one.key for one in sessions_of(request) if not one.is_this]
    Session.objects.filter(session_key__in=others).delete()
    return len(others)


def _shown(key: str, facts: dict[str, Any], here: str | None) -> SignedIn:
    begun_at = datetime.fromtimestamp(facts[_BEGUN], UTC) if _BEGUN in facts else None
    return SignedIn(key[:8], begun_at, _plain(facts.get(_AGENT, "")), key == here, key)


def _plain(agent: str) -> str:
    """“Firefox on Windows”, as far as the browser says so."""
    browsers = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome",
                "Safari/": "Safari"}  # fmt: skip
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
               "Mac OS": "macOS", "Linux": "Linux"}  # fmt: skip
    browser = next((name for mark, name in browsers.items() if mark in agent), "")
    system = next((name for mark, name in systems.items() if mark in agent), "")
    return " · ".join(filter(None, (browser, system))) or agent[:60]
