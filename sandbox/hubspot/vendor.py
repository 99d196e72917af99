"""The simulated HubSpot account as the sandbox's server, control paths and seeds see it."""

from collections.abc import Mapping
from typing import Any

from sandbox.clock import Clock
from sandbox.hubspot.accounts import new_account
from sandbox.hubspot.billing.settling import wake_due_payments
from sandbox.hubspot.dumping import plain_copy, world_dump
from sandbox.hubspot.instants import iso
from sandbox.hubspot.oauth.server import OAuthServer
from sandbox.hubspot.oauth.tokens import install
from sandbox.hubspot.options import checked
from sandbox.hubspot.people import act
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.service import Service, unknown_path
from sandbox.hubspot.throttling import limit_headers, refuse_over_limit
from sandbox.vendor import ChangeListener
from sandbox.web import Request, Response


class HubSpot:
    name = "hubspot"

    def __init__(self, clock: Clock, listener: ChangeListener) -> None:
        self._clock = clock
        self._portal = Portal(clock, listener)
        self._service = Service(self._portal)
        self._oauth = OAuthServer(self._portal)

    def reset(self) -> dict[str, Any]:
        self._portal.load(new_account(iso(self._clock.now())))
        self._portal.limits.forget()
        grant = install(self._portal)
        account = self._portal.account
        return {
            "client_id": account["client_id"],
            "client_secret": account["client_secret"],
            "portal_id": account["portal_id"],
            "access_token": account["private_token"],
            "refresh_token": grant,
        }

    def handle(self, request: Request) -> Response:
        response = self._oauth.handle(request) or self._service.handle(request)
        if response is None:
            return unknown_path(self._portal, request)
        response.headers |= limit_headers(self._portal, request)
        return response

    def throttle(self, request: Request) -> Response | None:
        return refuse_over_limit(self._portal, request)

    def set_options(self, patch: Mapping[str, Any]) -> None:
        own = dict(patch)
        pace = own.pop("time_scale", None), own.pop("foreign_calls_per_second", None)
        values = checked(own)
        if values:
            self._portal.change_options(values)
        self._portal.limits.set_pace(*pace)

    def act(self, action: Mapping[str, Any]) -> dict[str, Any]:
        return act(self._portal, action)

    def dump(self) -> dict[str, Any]:
        wake_due_payments(self._portal)
        return world_dump(self._portal)

    def save(self) -> dict[str, Any]:
        """The state itself, not a copy of what may be large: written out before the next call."""
        return self._portal.state

    def load(self, state: Mapping[str, Any]) -> None:
        self._portal.load(plain_copy(dict(state)))
