"""QuickBooks Online as the sandbox's server sees it: one app, one or more companies."""

from collections.abc import Mapping
from typing import Any

from sandbox.clock import Clock
from sandbox.quickbooks import api, oauth
from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.faults import gateway_body, new_tid
from sandbox.quickbooks.grants import Grants
from sandbox.quickbooks.identity import Identity
from sandbox.quickbooks.options import VENDOR_OPTIONS, checked, defaults
from sandbox.quickbooks.persons import act
from sandbox.quickbooks.settings import change_options
from sandbox.quickbooks.snapshot import dumped, load_company, saved_company
from sandbox.quickbooks.starter import open_books
from sandbox.quickbooks.throttling import Throttle
from sandbox.vendor import ChangeListener
from sandbox.web import Handler, Request, Response, Router, json_response

FIRST_REALM = "9341450000000001"
ACCOUNTING = "com.intuit.quickbooks.accounting"


class QuickBooks:
    name = "quickbooks"

    def __init__(self, clock: Clock, listener: ChangeListener) -> None:
        self._clock = clock
        self._listener = listener
        self._router = Router()
        api.add_routes(self._router, self._admitted)
        oauth.add_routes(
            self._router, lambda: self._grants, lambda: self._identity, lambda: self._companies
        )
        self._start_over()

    def _start_over(self) -> None:
        self._options = defaults(VENDOR_OPTIONS)
        self._grants = Grants(self._clock, self._options)
        self._identity = Identity()
        self._companies: dict[str, Company] = {}
        self._tokens: dict[str, dict[str, str]] = {}
        self._throttle = Throttle(self._clock, self._options)

    def reset(self) -> dict[str, Any]:
        self._start_over()
        self._open_company(FIRST_REALM)
        return {
            "client_id": self._grants.client_id,
            "client_secret": self._grants.client_secret,
            "webhook_token": self._grants.webhook_token,
            "companies": [{"realm_id": realm, **tokens} for realm, tokens in self._tokens.items()],
        }

    def handle(self, request: Request) -> Response:
        found = self._router.find(request.method, request.path)
        if found is None:
            response = json_response({"message": f"There is no {request.path}."}, 404)
        else:
            pattern, handler, variables = found
            response = handler(request, variables)
            response.endpoint = f"{request.method} {pattern}"
        response.headers |= {"intuit_tid": new_tid(), "QBO-Version": "sandbox"}
        return response

    def throttle(self, request: Request) -> Response | None:
        return self._throttle.refuse(request, self._companies)

    def set_options(self, patch: Mapping[str, Any]) -> None:
        own = {name: value for name, value in patch.items() if name in VENDOR_OPTIONS}
        companies = {name: value for name, value in patch.items() if name not in own}
        for name, value in companies.items():
            if not name.isdigit():
                raise ValueError(f"There is no QuickBooks option {name}.")
            if not isinstance(value, Mapping):
                raise ValueError(f"The options of company {name} must be an object.")
        self._options |= checked(VENDOR_OPTIONS, own)
        self._throttle.obey_options()
        for realm, company_patch in companies.items():
            change_options(self._open_company(realm), company_patch)

    def act(self, action: Mapping[str, Any]) -> dict[str, Any]:
        realm = str(action.get("realm", next(iter(self._companies), "")))
        if realm not in self._companies:
            raise ValueError(f"There is no company {realm}.")
        return act(self._companies[realm], action)

    def dump(self) -> dict[str, Any]:
        return {
            "options": self._options,
            "companies": {
                realm: dumped(company) | {"tokens": self._tokens[realm]}
                for realm, company in self._companies.items()
            },
        }

    def save(self) -> dict[str, Any]:
        return {
            "options": self._options,
            "grants": self._grants.save(),
            "identity_key": self._identity.pem,
            "tokens": self._tokens,
            "companies": {realm: saved_company(c) for realm, c in self._companies.items()},
        }

    def load(self, state: Mapping[str, Any]) -> None:
        self._start_over()
        self._options |= state["options"]
        self._grants.load(state["grants"])
        self._identity.pem = state["identity_key"]
        self._tokens = state["tokens"]
        for realm, saved in state["companies"].items():
            company = Company(realm, self._clock, self._tell)
            load_company(company, saved)
            self._companies[realm] = company
        self._throttle.obey_options()

    def _open_company(self, realm: str) -> Company:
        """An existing one, or a new one that the app is connected to."""
        if realm not in self._companies:
            company = Company(realm, self._clock, self._tell)
            self._companies[realm] = company
            open_books(company)
            tokens = self._grants.tokens(self._grants.allow(realm, ACCOUNTING))
            self._tokens[realm] = {name: tokens[name] for name in ("access_token", "refresh_token")}
        return self._companies[realm]

    def _tell(self, event: dict[str, Any]) -> None:
        self._listener(self.name, event)

    def _admitted(self, handler: api.CompanyHandler) -> Handler:
        def admit(request: Request, variables: dict[str, str]) -> Response:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            realm = self._grants.realm_of(token) if scheme.lower() == "bearer" else None
            if realm is None:
                return self._unauthenticated(token)
            if realm != variables["realm"] or realm not in self._companies:
                return self._forbidden()
            author = Author(f"app {self._grants.client_id}", is_app=True)
            response = handler(self._companies[realm], author, request, variables)
            response.credential = token[:-24]
            return response

        return admit

    def _unauthenticated(self, token: str) -> Response:
        # quickbooks-api.md 15: lower-case keys, before the request is looked at
        detail = "Token expired: the token is unknown, revoked or too old" if token else "No token"
        now = self._clock.now_ms()
        body = gateway_body("AuthenticationFailed", "3200", 401, detail, now)
        response = json_response(body, 401)
        challenge = 'Bearer realm="Intuit", error="invalid_token"'
        response.headers["WWW-Authenticate"] = challenge
        return response

    def _forbidden(self) -> Response:
        now = self._clock.now_ms()
        detail = "The token does not belong to this company"
        body = gateway_body("ApplicationAuthorizationFailed", "3100", 403, detail, now)
        return json_response(body, 403)
