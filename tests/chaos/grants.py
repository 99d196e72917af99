"""An owner takes consent away in a vendor's own pages, and later gives it again."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sandbox_process import SandboxProcess

ACCOUNTING = "com.intuit.quickbooks.accounting"
REDIRECT = "http://127.0.0.1:1/back"
TOKEN_PATHS = {
    "hubspot": "/hubspot/oauth/v1/token",
    "quickbooks": "/quickbooks/oauth2/v1/tokens/bearer",
}


class Owner:
    def __init__(self, sandbox: SandboxProcess, credentials: dict[str, Any]) -> None:
        self._sandbox = sandbox
        company = credentials["quickbooks"]["companies"][0]
        self._app = {
            vendor: (credentials[vendor]["client_id"], credentials[vendor]["client_secret"])
            for vendor in ("hubspot", "quickbooks")
        }
        self.refresh_tokens: dict[str, str] = {
            "hubspot": credentials["hubspot"]["refresh_token"],
            "quickbooks": company["refresh_token"],
        }
        self._scopes = " ".join(self._facts(self.refresh_tokens["hubspot"])["scopes"])

    def takes_away(self, vendor: str) -> None:
        if vendor == "quickbooks":
            path, more = "/quickbooks/v2/oauth2/tokens/revoke", {"auth": self._app[vendor]}
            body = {"token": self.refresh_tokens[vendor]}
            answer = self._sandbox.call("POST", path, json=body, **more)
        else:
            token = self.refresh_tokens[vendor]
            path = f"/hubspot/oauth/v1/refresh-tokens/{token}"
            answer = self._sandbox.call("DELETE", path)
        assert answer.status_code in (200, 204), answer.text
        self._sandbox.advance(3700)  # what was handed out already is over as well

    def gives_again(self, vendor: str) -> tuple[str, str]:
        """Access and refresh token of a new consent."""
        client_id, secret = self._app[vendor]
        page = "/hubspot/oauth/authorize" if vendor == "hubspot" else "/quickbooks/connect/oauth2"
        asked = {"client_id": client_id, "redirect_uri": REDIRECT, "state": "s"}
        asked |= {"scope": self._scopes if vendor == "hubspot" else ACCOUNTING}
        asked |= {"response_type": "code"}
        led = self._sandbox.call("POST", page, params=asked, data=asked, allow_redirects=False)
        code = parse_qs(urlsplit(led.headers["Location"]).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
        if vendor == "hubspot":
            form |= {"client_id": client_id, "client_secret": secret}
        auth = None if vendor == "hubspot" else (client_id, secret)
        answer = self._sandbox.call("POST", TOKEN_PATHS[vendor], data=form, auth=auth)
        assert answer.status_code == 200, answer.text
        tokens = answer.json()
        self.refresh_tokens[vendor] = tokens["refresh_token"]
        return tokens["access_token"], tokens["refresh_token"]

    def _facts(self, token: str) -> dict[str, Any]:
        return dict(self._sandbox.call("GET", f"/hubspot/oauth/v1/refresh-tokens/{token}").json())
