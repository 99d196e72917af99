"""A person in a browser without a browser: follows an owner to a vendor's consent page and back."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.test import Client
from django.urls import reverse

from tests import factories
from tests.sandbox_process import SandboxProcess

SAYS_YES = {"hubspot": {"answer": "approve"}, "quickbooks": {"decision": "approve"}}
SAYS_NO = {"hubspot": {"answer": "deny"}, "quickbooks": {"decision": "deny"}}


def type_password(client: Client) -> None:
    client.post(reverse("admin:password_again"), {"password": factories.PASSWORD})


def leave_for(client: Client, vendor: str, connection: Any = None) -> dict[str, str]:
    """Presses “Go to …” and answers what the consent page is asked."""
    page = (
        reverse("admin:reconnect", args=(connection.pk,))
        if connection
        else reverse("admin:connect", args=(vendor,))
    )
    answer = client.post(page)
    assert answer.status_code == 302, answer.content
    return dict(parse_qsl(urlsplit(answer.url).query))


def consent(sandbox: SandboxProcess, vendor: str, asked: dict[str, str], **said: str) -> str:
    """The person's answer at the vendor; the way back, as a path of ours."""
    path = "/hubspot/oauth/authorize" if vendor == "hubspot" else "/quickbooks/connect/oauth2"
    answer = sandbox.call("POST", path, data={**asked, **said}, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def to_the_question(
    client: Client, sandbox: SandboxProcess, vendor: str, connection: Any = None, **said: str
) -> Any:
    """All the way to “Is this the account?”, or to where an error led."""
    asked = leave_for(client, vendor, connection)
    back = consent(sandbox, vendor, asked, **(SAYS_YES[vendor] | said))
    return client.get(back, follow=True)


def connect(client: Client, sandbox: SandboxProcess, vendor: str, **said: str) -> Any:
    question = to_the_question(client, sandbox, vendor, **said)
    return client.post(question.request["PATH_INFO"], {"answer": "yes"}, follow=True)


def messages_of(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def with_other(path: str, **changed: str) -> str:
    parts = urlsplit(path)
    query = dict(parse_qsl(parts.query)) | changed
    return f"{parts.path}?{urlencode(query)}"


def tokens_in(text: str) -> list[str]:
    """Anything that looks like a vendor's token or code."""
    return re.findall(r"(?:qb-access|hs-access|pat-na1|enc1:)[\w-]*", text)
