"""The OAuth paths: consent, tokens, introspection, revocation, uninstallation.

hubspot-api.md 3.2; the v1 ones end on 2027-02-16 and carry a token's facts differently.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from sandbox.hubspot.access import authorise, bearer_of, live_token
from sandbox.hubspot.errors import ApiError, not_found
from sandbox.hubspot.oauth import tokens
from sandbox.hubspot.oauth.consent import consent
from sandbox.hubspot.oauth.errors import (
    OAuthRefusal,
    bad_client,
    bad_grant_type,
    bad_secret,
)
from sandbox.hubspot.oauth.facts import access_facts, introspection, refresh_facts
from sandbox.hubspot.portal import Portal
from sandbox.web import Request, Response, Router, json_response

Answer = Callable[[Request, dict[str, str]], Response]

_TOKEN_VERSIONS = ("v1", "v3", "2026-03", "2026-09")


class OAuthServer:
    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._router = Router()
        add = self._router.add
        for method in ("GET", "POST"):
            add(method, "/oauth/authorize", self._consent)
            add(method, "/oauth/{portal}/authorize", self._consent)
        for version in _TOKEN_VERSIONS:
            add("POST", f"/oauth/{version}/token", partial(self._token, version))
        for version in _TOKEN_VERSIONS[1:]:
            add("POST", f"/oauth/{version}/token/introspect", self._introspect)
            add("POST", f"/oauth/{version}/token/revoke", self._revoke)
            add("DELETE", f"/appinstalls/{version}/external-install", self._uninstall)
        add("GET", "/oauth/v1/access-tokens/{token}", self._access_facts)
        add("GET", "/oauth/v1/refresh-tokens/{token}", self._refresh_facts)
        add("DELETE", "/oauth/v1/refresh-tokens/{token}", self._delete_refresh_token)

    def handle(self, request: Request) -> Response | None:
        """None: not a path of this server."""
        found = self._router.find(request.method, request.path)
        if found is None:
            return None
        pattern, answer, variables = found
        try:
            response = answer(request, variables)
        except OAuthRefusal as refusal:
            response = json_response(refusal.body, 400)
        except ApiError as error:
            response = json_response(error.body(), error.status)
        response.endpoint = f"{request.method} {pattern}"
        response.operation = response.operation or "oauth"
        return response

    def _consent(self, request: Request, _variables: dict[str, str]) -> Response:
        return consent(self._portal, request)

    def _token(self, version: str, request: Request, _variables: dict[str, str]) -> Response:
        form = request.form()
        self._check_client(form)
        match form.get("grant_type", ""):
            case "authorization_code":
                grant = tokens.redeem_code(
                    self._portal,
                    form.get("code", ""),
                    form.get("redirect_uri", ""),
                    form.get("code_verifier", ""),
                )
            case "refresh_token":
                grant = tokens.refresh(self._portal, form.get("refresh_token", ""))
            case other:
                raise bad_grant_type(other)
        response = json_response(self._token_body(grant, version))
        response.credential = form["client_id"]
        return response

    def _token_body(self, grant: str, version: str) -> dict[str, Any]:
        token, facts = tokens.new_access_token(self._portal, grant)
        body = {
            "token_type": "bearer",
            "refresh_token": grant,
            "access_token": token,
            "expires_in": tokens.ACCESS_SECONDS,
        }
        if version == "v1":
            return body
        return {
            **body,
            "token_use": "access_token",
            "hub_id": self._portal.account["portal_id"],
            "user_id": facts["user_id"],
            "scopes": facts["scopes"],
        }

    def _check_client(self, form: dict[str, str]) -> None:
        account = self._portal.account
        if form.get("client_id") != account["client_id"]:
            raise bad_client()
        if form.get("client_secret") != account["client_secret"]:
            raise bad_secret()

    def _introspect(self, request: Request, _variables: dict[str, str]) -> Response:
        form = request.form()
        self._check_client(form)
        return json_response(introspection(self._portal, form.get("token", "")))

    def _revoke(self, request: Request, _variables: dict[str, str]) -> Response:
        """The status of success is undocumented, 200 was seen [WHSHEET]."""
        form = request.form()
        if form.get("client_id"):
            self._check_client(form)
        tokens.revoke(self._portal, form.get("token", ""))
        return json_response({})

    def _uninstall(self, request: Request, _variables: dict[str, str]) -> Response:
        credential = authorise(self._portal, request, ())
        if bearer_of(request) != self._portal.account["private_token"]:
            tokens.uninstall(self._portal)
        return Response(204, operation="uninstall", credential=credential)

    def _access_facts(self, _request: Request, variables: dict[str, str]) -> Response:
        token = variables["token"]
        facts = live_token(self._portal, token)
        if facts is None:
            raise not_found("the access token is unknown or has expired")
        return json_response(access_facts(self._portal, token, facts))

    def _refresh_facts(self, _request: Request, variables: dict[str, str]) -> Response:
        return json_response(refresh_facts(self._portal, self._known_grant(variables["token"])))

    def _delete_refresh_token(self, _request: Request, variables: dict[str, str]) -> Response:
        tokens.revoke(self._portal, self._known_grant(variables["token"]))
        return Response(204)

    def _known_grant(self, token: str) -> str:
        grant = self._portal.state["grants"].get(token)
        if grant is None or grant["revoked"]:
            raise not_found("the refresh token is unknown or revoked")
        return token
