"""Consent and tokens of both vendors. Stores nothing: whoever asks keeps the grant.

Errors: `AuthorizationLost` (the consent is dead: ask for it again), `Unavailable` (try later; the
token asked for may have been handed out and lost), `ConfigurationError` (our own keys are wrong),
`Rejected`. None of them ever holds a token or a secret.
"""

import logging
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import simplejson
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient
from requests_oauthlib import OAuth2Session

from syncapp.connectors import consent
from syncapp.connectors.addresses import require_safe_address
from syncapp.connectors.bounded import BoundedAdapter
from syncapp.connectors.consent import Vendor
from syncapp.connectors.grant import Grant as Grant
from syncapp.connectors.grant import grant_of
from syncapp.connectors.vendor_words import told
from syncapp.engine.said import said
from syncapp.errors import (
    AuthorizationLost,
    ConfigurationError,
    Rejected,
    RemoteError,
    Unavailable,
)
from syncapp.logs import remember_secret

# At level DEBUG both write requests and answers out, tokens and all.
for _library in ("requests_oauthlib", "oauthlib"):
    logging.getLogger(_library).setLevel(logging.INFO)

SECONDS = 25.0  # of one call, to the last byte of its answer
LARGEST_ANSWER = 1024 * 1024
# Of the token endpoints: the consent itself is gone (hubspot-api.md 3.2, quickbooks-api.md 2)
_DEAD = frozenset({"invalid_grant", "access_denied", "BAD_REFRESH_TOKEN", "BAD_HUB"})
_OUR_KEYS = frozenset({"invalid_client", "unauthorized_client"})


def hubspot(
    *,
    client_id: str,
    client_secret: str,
    api_base: str,
    app_base: str,
    allow_plain_http: bool = False,
) -> "Client":
    vendor = consent.hubspot(api_base, app_base)
    return Client(vendor, client_id, client_secret, allow_plain_http=allow_plain_http)


def quickbooks(
    *, client_id: str, client_secret: str, base: str = "", allow_plain_http: bool = False
) -> "Client":
    vendor = consent.quickbooks(base)
    return Client(vendor, client_id, client_secret, allow_plain_http=allow_plain_http)


class Client:
    def __init__(
        self,
        vendor: Vendor,
        client_id: str,
        client_secret: str,
        *,
        allow_plain_http: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        for url in (vendor.authorize, vendor.token, vendor.revoke):
            require_safe_address(url, allow_plain_http=allow_plain_http)
        if allow_plain_http:
            # The library knows no other switch; which addresses may be plain was checked above.
            os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
        self._vendor = vendor
        self._client_id = client_id
        self._client_secret = client_secret
        remember_secret(client_secret)
        self._now = now

    @property
    def consent_origin(self) -> str:
        """Of the vendor's page that asks a person."""
        parts = urlsplit(self._vendor.authorize)
        return f"{parts.scheme}://{parts.netloc}"

    def authorize_url(self, *, redirect_uri: str, state: str, code_verifier: str) -> str:
        """Where a person is sent. `state` and `code_verifier` belong to that person's session."""
        challenge = WebApplicationClient(self._client_id).create_code_challenge(
            code_verifier, "S256"
        )
        with self._session(redirect_uri, self._vendor.scopes) as session:
            url, _ = session.authorization_url(
                self._vendor.authorize,
                state=state,
                code_challenge=challenge,
                code_challenge_method="S256",
            )
        return str(url)

    def exchange_code(self, *, code: str, redirect_uri: str, code_verifier: str) -> Grant:
        for secret in (code, code_verifier):
            remember_secret(secret)
        with self._session(redirect_uri) as session:
            return self._granted(
                lambda: session.fetch_token(
                    self._vendor.token,
                    code=code,
                    code_verifier=code_verifier,
                    auth=self._auth(),
                    include_client_id=self._vendor.has_keys_in_body,
                    client_secret=self._client_secret,
                    headers=self._headers(),
                    timeout=SECONDS,
                )
            )

    def refresh(self, refresh_token: str) -> Grant:
        """The value may change with every answer and only the newest is good: store it first."""
        remember_secret(refresh_token)
        with self._session() as session:
            session.auto_refresh_kwargs = self._keys()
            return self._granted(
                lambda: session.refresh_token(
                    self._vendor.token,
                    refresh_token=refresh_token,
                    auth=self._auth(),
                    headers=self._headers(),
                    timeout=SECONDS,
                )
            )

    def granted_scopes(self, access_token: str) -> frozenset[str] | None:
        """hubspot-api.md 3.2. None where the vendor does not say: a token that is none of this
        app's, or an endpoint that is not there."""
        asked = {"token": access_token, "token_type_hint": "access_token", **self._keys()}
        with self._session() as session:
            try:
                answer = session.post(
                    f"{self._vendor.token}/introspect", data=asked, timeout=SECONDS
                )
                told = simplejson.loads(answer.text) if answer.status_code == 200 else {}
            except OSError:
                raise self._error(Unavailable, said("cannot be reached")) from None
            except ValueError:
                return None
        if not isinstance(told, dict) or not told.get("active"):
            return None
        scopes = told.get("scopes")
        return frozenset(map(str, scopes)) if isinstance(scopes, list) else None

    def revoke(self, refresh_token: str) -> None:
        """A token that is dead already is as good as revoked."""
        asked = {"token": refresh_token}
        if self._vendor.has_keys_in_body:
            more: dict[str, Any] = {"data": {**asked, **self._keys()}}
        else:
            more = {"json": asked}
        with self._session() as session:
            try:
                answer = session.post(
                    self._vendor.revoke, auth=self._auth(), timeout=SECONDS, **more
                )
            except OSError:
                raise self._error(Unavailable, said("cannot be reached")) from None
        if answer.status_code >= 500 or answer.status_code in (401, 429):
            self._judged(answer)

    def _session(self, redirect_uri: str = "", scopes: tuple[str, ...] = ()) -> OAuth2Session:
        session = OAuth2Session(
            self._client_id, redirect_uri=redirect_uri or None, scope=scopes or None
        )
        session.trust_env = False
        session.max_redirects = 0
        for scheme in ("https://", "http://"):
            session.mount(scheme, BoundedAdapter(SECONDS, LARGEST_ANSWER))
        for name in ("access_token_response", "refresh_token_response"):
            session.register_compliance_hook(name, self._judged)
        return session

    def _granted(self, ask: Callable[[], Mapping[str, Any]]) -> Grant:
        try:
            answer = ask()
        except OSError:  # what every failure of the way there is
            raise self._error(Unavailable, said("cannot be reached")) from None
        except (OAuth2Error, ValueError):
            raise self._error(Unavailable, said("sent an answer without tokens")) from None
        return grant_of(answer, self._now())

    def _judged(self, answer: Any) -> Any:
        """Of a token endpoint's answer. 5xx and 429 say nothing about the consent."""
        status = int(answer.status_code)
        if status < 400:
            return answer
        error, description = _refusal(answer.text)
        if status >= 500 or status == 429:
            raise self._error(
                Unavailable, said("answered with status {status}", status=status), answer
            )
        if error & _DEAD:
            raise self._error(
                AuthorizationLost,
                said("ended the consent: {description}", description=description),
                answer,
            )
        if error & _OUR_KEYS or status == 401:
            raise ConfigurationError(
                said(
                    "{vendor_side} does not know our client id and secret: check them in the"
                    " environment.",
                    vendor_side=self._vendor.side.product_name,
                )
            )
        raise self._error(Rejected, said("refused: {what}", what=description or status), answer)

    def _error(self, kind: type[RemoteError], what: str, answer: Any = None) -> RemoteError:
        return kind(
            f"{self._vendor.side.product_name} {what}.",
            side=self._vendor.side.value,
            status=int(answer.status_code) if answer is not None else None,
            request_id=str(answer.headers.get("intuit_tid", "")) if answer is not None else "",
        )

    def _auth(self) -> tuple[str, str] | None:
        return None if self._vendor.has_keys_in_body else (self._client_id, self._client_secret)

    def _keys(self) -> dict[str, str]:
        if not self._vendor.has_keys_in_body:
            return {}
        return {"client_id": self._client_id, "client_secret": self._client_secret}

    def _headers(self) -> dict[str, str]:
        return {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            **self._vendor.headers,
        }


def _refusal(text: str) -> tuple[frozenset[str], str]:
    """The words that classify it, and a sentence."""
    try:
        body = simplejson.loads(text)
    except ValueError:
        return frozenset(), ""
    if not isinstance(body, dict):
        return frozenset(), ""
    words = frozenset(str(body.get(name) or "") for name in ("error", "status"))
    return words, told(body.get("error_description") or body.get("message") or body.get("error"))
