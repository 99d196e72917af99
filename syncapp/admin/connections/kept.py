"""Attempts and offers of one person, in their session: sealed, few, short-lived, taken out once."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from django.http import HttpRequest

from syncapp.engine.records import Side
from syncapp.models.sealing import seal, unseal
from syncapp.pipeline.accounts import decode, encode
from syncapp.setup.consent import Attempt, Offer

SECONDS = 15 * 60
_MOST = 5
_ATTEMPTS, _OFFERS = "consent_attempts", "consent_offers"
_TIMES = ("expires_at", "refresh_expires_at", "hard_expires_at")


def keep_attempt(request: HttpRequest, attempt: Attempt) -> None:
    _keep(request, _ATTEMPTS, attempt.state, asdict(attempt))


def take_attempt(request: HttpRequest, side: Side, state: str) -> Attempt | None:
    """Once, whatever comes of it; only by who made it, for the vendor it was made for."""
    facts = _take(request, _ATTEMPTS, state)
    if facts is None or facts["side"] != side.value:
        return None
    return Attempt(side, facts["connection_id"], state, facts["verifier"])


def keep_offer(request: HttpRequest, offer: Offer) -> str:
    key = token_urlsafe(12)
    times = {name: getattr(offer, name) for name in _TIMES}
    facts = {
        "side": offer.side.value,
        "connection_id": offer.connection_id,
        "account": encode(offer.account),
        "access_token": offer.access_token,
        "refresh_token": offer.refresh_token,
        **{name: at.isoformat() if at else None for name, at in times.items()},
    }
    _keep(request, _OFFERS, key, facts)
    return key


def offer_of(request: HttpRequest, key: str) -> Offer | None:
    facts = _opened(request, request.session.get(_OFFERS, {}).get(key))
    return _offer(facts) if facts else None


def take_offer(request: HttpRequest, key: str) -> Offer | None:
    facts = _take(request, _OFFERS, key)
    return _offer(facts) if facts else None


def _offer(facts: Mapping[str, Any]) -> Offer:
    times = {name: datetime.fromisoformat(facts[name]) for name in _TIMES if facts[name]}
    return Offer(
        Side(facts["side"]),
        facts["connection_id"],
        decode(facts["account"]),
        facts["access_token"],
        facts["refresh_token"],
        **times,
    )


def _keep(request: HttpRequest, shelf: str, key: str, facts: Mapping[str, Any]) -> None:
    kept = dict(request.session.get(shelf, {}))
    kept[key] = seal({**facts, "user": request.user.pk})
    request.session[shelf] = dict(list(kept.items())[-_MOST:])


def _take(request: HttpRequest, shelf: str, key: str) -> dict[str, Any] | None:
    kept = dict(request.session.get(shelf, {}))
    sealed = kept.pop(key, None)
    request.session[shelf] = kept
    return _opened(request, sealed)


def _opened(request: HttpRequest, sealed: str | None) -> dict[str, Any] | None:
    facts = unseal(sealed, SECONDS) if sealed else None
    return facts if facts and facts["user"] == request.user.pk else None
