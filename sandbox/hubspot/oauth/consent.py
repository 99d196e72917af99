"""The page on which a person lets an app in: hubspot-api.md 3.2 [AUTH].

GET shows it, POST is the person's answer and leads back to the app.
"""

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sandbox.hubspot.oauth.errors import OAuthRefusal, bad_client, bad_scopes
from sandbox.hubspot.oauth.tokens import issue_code
from sandbox.hubspot.portal import Portal
from sandbox.web import Request, Response

_CARRIED = (
    "client_id",
    "redirect_uri",
    "scope",
    "optional_scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)


def consent(portal: Portal, request: Request) -> Response:
    asked = {name: values[-1] for name, values in request.query.items()}
    if request.method == "POST":
        asked |= request.form()
    try:
        scopes = _checked_scopes(portal, asked)
    except OAuthRefusal as refusal:
        return _page("This app cannot be connected", f"<p>{escape(str(refusal))}</p>", 400)
    if request.method == "GET":
        return _page(f"Connect {portal.account['app_name']}", _form(portal, asked, scopes))
    if asked.get("answer") == "deny":
        denied = {"error": "access_denied", "error_description": "The user denied access"}
        return _back_to_app(asked, denied)
    code = issue_code(
        portal,
        asked["redirect_uri"],
        scopes,
        asked.get("code_challenge", ""),
        asked.get("code_challenge_method", "plain"),
    )
    return _back_to_app(asked, {"code": code})


def _checked_scopes(portal: Portal, asked: dict[str, str]) -> list[str]:
    """All the required ones, and of the optional ones those the account has."""
    if asked.get("client_id") != portal.account["client_id"]:
        raise bad_client()
    if urlsplit(asked.get("redirect_uri", "")).scheme not in ("http", "https"):
        raise OAuthRefusal("BAD_REDIRECT_URI", "invalid_request", "redirect URI is missing")
    known = portal.option("scopes")
    required = asked.get("scope", "").split()
    if unknown := [scope for scope in required if scope not in known]:
        raise bad_scopes(unknown)
    optional = [scope for scope in asked.get("optional_scope", "").split() if scope in known]
    return list(dict.fromkeys([*required, *optional]))


def _form(portal: Portal, asked: dict[str, str], scopes: list[str]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(asked[name])}">'
        for name in _CARRIED
        if name in asked
    )
    listed = "".join(f"<li>{escape(scope)}</li>" for scope in scopes)
    return (
        f"<p>Account {portal.account['portal_id']} ({escape(portal.account['name'])}). "
        f"The app asks for:</p><ul>{listed}</ul>"
        f'<form method="post">{hidden}'
        '<button name="answer" value="approve">Connect app</button> '
        '<button name="answer" value="deny">Cancel</button></form>'
    )


def _page(title: str, body: str, status: int = 200) -> Response:
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<body><h1>{escape(title)}</h1>{body}</body></html>"
    )
    return Response(status, html.encode(), {"Content-Type": "text/html;charset=utf-8"})


def _back_to_app(asked: dict[str, str], answer: dict[str, str]) -> Response:
    parts = urlsplit(asked["redirect_uri"])
    carried = {"state": asked["state"]} if "state" in asked else {}
    query = urlencode([*parse_qsl(parts.query), *answer.items(), *carried.items()])
    return Response(302, headers={"Location": urlunsplit(parts._replace(query=query))})
