"""On the path of a reader, whose hosts are fixed: what it sends to a vendor goes to the sandbox."""

import os
from urllib.parse import urlsplit, urlunsplit

import requests

SANDBOX = urlsplit(os.environ["SANDBOX_URL"])
PREFIXES = {
    "api.hubapi.com": "/hubspot",
    "quickbooks.api.intuit.com": "/quickbooks",
    "sandbox-quickbooks.api.intuit.com": "/quickbooks",
    "oauth.platform.intuit.com": "/quickbooks",
}
_send = requests.Session.send


def send(self, request, **more):
    asked = urlsplit(request.url)
    if asked.hostname in PREFIXES:
        path = PREFIXES[asked.hostname] + asked.path
        request.url = urlunsplit((SANDBOX.scheme, SANDBOX.netloc, path, asked.query, ""))
    return _send(self, request, **more)


requests.Session.send = send
