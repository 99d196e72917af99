"""Who may talk to which company: the app's keys, authorization codes, access and refresh tokens
(quickbooks-api.md 2). Holds plain values only."""

import secrets
from collections.abc import Mapping
from typing import Any

from sandbox.clock import Clock

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
REFRESH_MS = 100 * DAY_MS  # rolling
HARD_END_MS = 157_680_000_000  # five years, refreshing does not move it
CODE_MS = 600_000


class GrantError(Exception):
    """The token endpoint's refusal, in the words of OAuth 2.0."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


class Grants:
    def __init__(self, clock: Clock, options: Mapping[str, Any]) -> None:
        self._clock = clock
        self.options = options
        self.client_id = f"qb-client-{secrets.token_hex(8)}"
        self.client_secret = f"qb-secret-{secrets.token_hex(16)}"
        self.webhook_token = f"qb-verifier-{secrets.token_hex(12)}"
        self._codes: dict[str, dict[str, Any]] = {}
        self._grants: dict[str, dict[str, Any]] = {}
        self._access: dict[str, dict[str, Any]] = {}
        self._count = 0

    def check_client(self, client_id: str, client_secret: str) -> None:
        if (client_id, client_secret) != (self.client_id, self.client_secret):
            raise GrantError("invalid_client", "Client id or secret is wrong.", 401)

    def new_code(self, realm_id: str, redirect_uri: str, scope: str) -> str:
        code = f"QB{secrets.token_hex(20)}"
        self._codes[code] = {
            "realm_id": realm_id,
            "redirect_uri": redirect_uri,
            "scope": scope,
            "until": self._clock.now_ms() + CODE_MS,
        }
        return code

    def redeem(self, code: str, redirect_uri: str) -> str:
        """The new grant's id; a code works once."""
        asked = self._codes.pop(code, None)
        if asked is None or asked["until"] <= self._clock.now_ms():
            raise GrantError("invalid_grant", "The code is unknown, used or too old.")
        if asked["redirect_uri"] != redirect_uri:
            raise GrantError("invalid_grant", "redirect_uri is not the one of the authorization.")
        return self.allow(asked["realm_id"], asked["scope"])

    def allow(self, realm_id: str, scope: str) -> str:
        """A company's consent, without the page that asks for it."""
        now = self._clock.now_ms()
        grant_id = str(self._next())
        self._grants[grant_id] = {
            "realm_id": realm_id,
            "scope": scope,
            "current": self._refresh_value(realm_id),
            "previous": "",
            "current_since": now,
            "until": now + REFRESH_MS,
            "hard_end": now + HARD_END_MS,
        }
        return grant_id

    def refresh(self, value: str) -> str:
        """The grant's id, its refresh value rotated as the options say."""
        now = self._clock.now_ms()
        grant_id, grant = self._with_refresh_value(value)
        if min(grant["until"], grant["hard_end"]) <= now:
            raise GrantError("invalid_grant", "The refresh token has expired.")
        if value == grant["previous"]:
            self._use_previous(grant_id)
        elif self._is_rotation_due(grant, now):
            grant["previous"] = grant["current"]
            grant["current"] = self._refresh_value(grant["realm_id"])
            grant["current_since"] = now
        grant["until"] = now + REFRESH_MS
        return grant_id

    def tokens(self, grant_id: str) -> dict[str, Any]:
        """A fresh access token with the grant's refresh value."""
        now, grant = self._clock.now_ms(), self._grants[grant_id]
        seconds = self.options["access_token_seconds"]
        token = f"qb-access-{grant['realm_id']}-{self._next()}-{secrets.token_hex(12)}"
        self._drop_long_expired(now)
        self._access[token] = {"grant": grant_id, "until": now + seconds * 1000}
        return {
            "access_token": token,
            "refresh_token": grant["current"],
            "expires_in": seconds,
            "x_refresh_token_expires_in": round((grant["until"] - now) / 1000),
            "x_refresh_token_hard_expires_in": round((grant["hard_end"] - now) / 1000),
            "token_type": "bearer",
        }

    def revoke(self, value: str) -> bool:
        """By any token of the grant; all of them die with it."""
        access = self._access.get(value)
        for grant_id, grant in list(self._grants.items()):
            if (access and access["grant"] == grant_id) or value in (
                grant["current"],
                grant["previous"],
            ):
                self._end(grant_id)
                return True
        return False

    def realm_of(self, access_token: str) -> str | None:
        """None for a token that is unknown, revoked or expired."""
        access = self._access.get(access_token)
        if access is None or access["until"] <= self._clock.now_ms():
            return None
        return str(self._grants[access["grant"]]["realm_id"])

    def realm_of_grant(self, grant_id: str) -> str:
        return str(self._grants[grant_id]["realm_id"])

    def now_seconds(self) -> int:
        return self._clock.now_ms() // 1000

    def scope_of(self, grant_id: str) -> str:
        return str(self._grants[grant_id]["scope"])

    def save(self) -> dict[str, Any]:
        return {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "webhook_token": self.webhook_token,
            "codes": self._codes,
            "grants": self._grants,
            "access": self._access,
            "count": self._count,
        }

    def load(self, state: Mapping[str, Any]) -> None:
        self.client_id = state["client_id"]
        self.client_secret = state["client_secret"]
        self.webhook_token = state["webhook_token"]
        self._codes = state["codes"]
        self._grants = state["grants"]
        self._access = state["access"]
        self._count = state["count"]

    def _with_refresh_value(self, value: str) -> tuple[str, dict[str, Any]]:
        for grant_id, grant in self._grants.items():
            if value and value in (grant["current"], grant["previous"]):
                return grant_id, grant
        raise GrantError("invalid_grant", "Incorrect or invalid refresh token.")

    def _use_previous(self, grant_id: str) -> None:
        """Only the newest value may be used; the one before it still answers, with that newest
        value, for a client whose answer was lost."""
        rule = self.options["previous_refresh_value"]
        if rule == "works_until_newer_used":
            return
        if rule == "revokes_grant":
            self._end(grant_id)
        raise GrantError("invalid_grant", "A newer refresh token was issued.")

    def _is_rotation_due(self, grant: Mapping[str, Any], now: int) -> bool:
        if self.options["refresh_rotation"] == "always":
            return True
        return now - int(grant["current_since"]) >= DAY_MS

    def _end(self, grant_id: str) -> None:
        del self._grants[grant_id]
        self._access = {t: a for t, a in self._access.items() if a["grant"] != grant_id}

    def _drop_long_expired(self, now: int) -> None:
        self._access = {t: a for t, a in self._access.items() if a["until"] > now - DAY_MS}

    def _refresh_value(self, realm_id: str) -> str:
        return f"qb-refresh-{realm_id}-{self._next()}-{secrets.token_hex(16)}"

    def _next(self) -> int:
        self._count += 1
        return self._count
