"""What a person's consent gives us: two tokens and when they end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from syncapp.logs import remember_secret

_SECRETS = ("access_token", "refresh_token", "id_token")


@dataclass(frozen=True, slots=True)
class Grant:
    """`account_id` where the vendor names it here: Intuit does only when it sends people back."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    refresh_expires_at: datetime | None = None
    hard_expires_at: datetime | None = None
    account_id: str = ""


def grant_of(answer: Mapping[str, Any], now: datetime) -> Grant:
    """Of a token endpoint's answer."""
    for name in _SECRETS:
        remember_secret(str(answer.get(name) or ""))
    hard_end = _after(now, answer.get("x_refresh_token_hard_expires_in"))
    rolling_end = _after(now, answer.get("x_refresh_token_expires_in"))
    ends = [end for end in (rolling_end, hard_end) if end is not None]
    return Grant(
        access_token=str(answer["access_token"]),
        refresh_token=str(answer.get("refresh_token") or ""),
        expires_at=_after(now, answer.get("expires_in")) or now,
        refresh_expires_at=min(ends, default=None),
        hard_expires_at=hard_end,
        account_id=str(answer.get("hub_id") or ""),
    )


def _after(now: datetime, seconds: object) -> datetime | None:
    return now + timedelta(seconds=int(str(seconds))) if seconds else None
