"""OAuth 2.0: consent page, token and revoke endpoints, discovery, user info
(quickbooks-api.md 2)."""

import base64
import binascii
import html
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlencode, urlsplit

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.grants import GrantError, Grants
from sandbox.quickbooks.identity import OWNER, Identity
from sandbox.web import Handler, Request, Response, Router, json_response

PAGE = Template((Path(__file__).parent / "data" / "consent.html").read_text("utf-8"))
CHOICE = Template(
    '<label><input type="radio" name="realm" value="$realm"$checked> $name ($realm)</label>'
)
DISCOVERY = ("openid_configuration", "openid_sandbox_configuration")
ASKED = ("client_id", "redirect_uri", "scope", "state", "response_type")
SCOPES = ["openid", "email", "profile", "address", "phone", "com.intuit.quickbooks.accounting"]


class OAuth:
    def __init__(
        self,
        grants: Callable[[], Grants],
        identity: Callable[[], Identity],
        companies: Callable[[], Mapping[str, Company]],
    ) -> None:
        self._grants = grants
        self._identity = identity
        self._companies = companies

    def discovery(self, request: Request, _found: dict[str, str]) -> Response:
        base = request.base_url
        return json_response(
            {
                "issuer": f"{base}/op/v1",
                "authorization_endpoint": f"{base}/connect/oauth2",
                "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
                "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
                "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
                "jwks_uri": f"{base}/op/v1/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": SCOPES,
                "token_endpoint_auth_methods_supported": [
                    "client_secret_post",
                    "client_secret_basic",
                ],
                "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
            }
        )

    def consent_page(self, request: Request, _found: dict[str, str]) -> Response:
        asked = {name: request.arg(name) for name in ASKED}
        if problem := self._problem(asked):
            return _plain_page(problem)
        choices = "".join(
            CHOICE.substitute(
                realm=realm,
                name=html.escape(company.info["CompanyName"]),
                checked="" if number else " checked",
            )
            for number, (realm, company) in enumerate(self._companies().items())
        )
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
            for name, value in asked.items()
        )
        page = PAGE.substitute(
            client=html.escape(asked["client_id"]), choices=choices, hidden=hidden
        )
        return _html(page)

    def consent(self, request: Request, _found: dict[str, str]) -> Response:
        """The form's answer, approval or refusal; also taken with everything in the query, as
        scripts like it."""
        said = {name: values[-1] for name, values in request.query.items()} | request.form()
        if problem := self._problem(said):
            return _plain_page(problem)
        answer = {"state": said["state"]}
        if said.get("decision", "approve") != "approve":
            answer |= {"error": "access_denied"}
        else:
            realm = said.get("realm") or next(iter(self._companies()))
            if realm not in self._companies():
                return _plain_page("There is no such company.")
            scope, redirect_uri = said.get("scope", ""), said["redirect_uri"]
            code = self._grants().new_code(realm, redirect_uri, scope)
            answer |= {"code": code, "realmId": realm}
        separator = "&" if urlsplit(said["redirect_uri"]).query else "?"
        location = f"{said['redirect_uri']}{separator}{urlencode(answer)}"
        return Response(302, b"", {"Location": location}, operation="consent")

    def token(self, request: Request, _found: dict[str, str]) -> Response:
        grants, form = self._grants(), request.form()
        try:
            client_id = _checked_client(grants, request, form)
            match form.get("grant_type"):
                case "authorization_code":
                    grant = grants.redeem(form.get("code", ""), form.get("redirect_uri", ""))
                case "refresh_token":
                    grant = grants.refresh(form.get("refresh_token", ""))
                case _:
                    raise GrantError("unsupported_grant_type", "Unknown grant_type.")
        except GrantError as refusal:
            return _refused(refusal)
        tokens = grants.tokens(grant)
        if request.headers.get("x-include-refresh-token-hard-expires-in", "").lower() != "true":
            tokens.pop("x_refresh_token_hard_expires_in")
        if (
            form["grant_type"] == "authorization_code"
            and "openid" in grants.scope_of(grant).split()
        ):
            tokens["id_token"] = self._id_token(request, grant, client_id)
        operation = str(form["grant_type"])
        response = json_response(tokens, operation=operation, credential=client_id)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _id_token(self, request: Request, grant: str, client_id: str) -> str:
        now = self._grants().now_seconds()
        claims: dict[str, Any] = {"iss": f"{request.base_url}/op/v1", "aud": [client_id]}
        claims |= {"realmid": self._grants().realm_of_grant(grant)}
        return self._identity().token(claims | {"iat": now, "auth_time": now, "exp": now + 3600})

    def revoke(self, request: Request, _found: dict[str, str]) -> Response:
        try:
            client_id = _checked_client(self._grants(), request)
            token = request.json().get("token", "")
        except GrantError as refusal:
            return _refused(refusal)
        except (ValueError, AttributeError):
            return _refused(GrantError("invalid_request", "The body is not JSON with a token."))
        if not self._grants().revoke(str(token)):
            return _refused(GrantError("invalid_request", "The token is unknown."))
        return Response(200, operation="revoke", credential=client_id)

    def user_info(self, request: Request, _found: dict[str, str]) -> Response:
        token = request.headers.get("authorization", "").partition(" ")[2]
        if self._grants().realm_of(token) is None:
            return json_response({"error": "invalid_token"}, 401)
        return json_response(OWNER)

    def keys(self, _request: Request, _found: dict[str, str]) -> Response:
        return json_response(self._identity().keys())

    def _problem(self, asked: Mapping[str, str]) -> str:
        """In the way of asking for consent; empty when there is none."""
        if asked.get("client_id") != self._grants().client_id:
            return "The client_id is not that of a known app."
        if urlsplit(asked.get("redirect_uri", "")).scheme not in ("http", "https"):
            return "The redirect_uri is missing or not an address."
        if asked.get("response_type") != "code":
            return "The response_type must be code."
        return "" if asked.get("state") else "The state is missing."


def add_routes(
    router: Router,
    grants: Callable[[], Grants],
    identity: Callable[[], Identity],
    companies: Callable[[], Mapping[str, Company]],
) -> None:
    oauth = OAuth(grants, identity, companies)
    routes: list[tuple[str, str, Handler]] = [
        ("GET", "/connect/oauth2", oauth.consent_page),
        ("POST", "/connect/oauth2", oauth.consent),
        ("POST", "/oauth2/v1/tokens/bearer", oauth.token),
        ("POST", "/v2/oauth2/tokens/revoke", oauth.revoke),
        ("GET", "/v1/openid_connect/userinfo", oauth.user_info),
        ("GET", "/op/v1/jwks", oauth.keys),
    ]
    for name in DISCOVERY:
        routes += [("GET", f"/.well-known/{name}{end}", oauth.discovery) for end in ("", "/")]
    for method, pattern, handler in routes:
        router.add(method, pattern, handler)


def _checked_client(grants: Grants, request: Request, form: Mapping[str, str] | None = None) -> str:
    """Raises GrantError; answers the client's id. Without the header it may stand in the form."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if form and not scheme:
        client_id = form.get("client_id", "")
        grants.check_client(client_id, form.get("client_secret", ""))
        return client_id
    try:
        pair = base64.b64decode(encoded, validate=True).decode() if scheme else ""
    except (binascii.Error, UnicodeDecodeError):
        pair = ""
    client_id, _, client_secret = pair.partition(":")
    grants.check_client(client_id, client_secret)
    return client_id


def _refused(refusal: GrantError) -> Response:
    body: dict[str, Any] = {"error": refusal.error, "error_description": refusal.description}
    return json_response(body, refusal.status)


def _plain_page(sentence: str) -> Response:
    return _html(f"<!doctype html><title>QuickBooks</title><p>{html.escape(sentence)}</p>", 400)


def _html(page: str, status: int = 200) -> Response:
    # quickbooks-api.md 2: not allowed in a frame
    headers = {"Content-Type": "text/html; charset=utf-8", "X-Frame-Options": "DENY"}
    return Response(status, page.encode(), headers)
