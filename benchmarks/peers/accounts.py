"""Both official clients, pointed at the sandbox, and what every such script needs: a sleep on 429,
and the figures at its end."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # the sandbox speaks plain HTTP on loopback

from hubspot import HubSpot
from intuitlib.client import AuthClient
from quickbooks import QuickBooks

ASKED = json.loads(sys.argv[1])


def hubspot() -> HubSpot:
    url = f"{ASKED['url']}/hubspot"
    return HubSpot(access_token=ASKED["hubspot"], host=url, base_url=url)


def quickbooks() -> QuickBooks:
    base = f"{ASKED['url']}/quickbooks"
    QuickBooks.api_url_v3 = QuickBooks.sandbox_api_url_v3 = f"{base}/v3"
    auth = AuthClient(
        client_id=ASKED["client_id"],
        client_secret=ASKED["client_secret"],
        redirect_uri="http://127.0.0.1:9/callback",
        environment=f"{base}/.well-known/openid_sandbox_configuration/",
        access_token=ASKED["quickbooks"],
        refresh_token=ASKED["refresh"],
    )
    return QuickBooks(
        auth_client=auth,
        refresh_token=ASKED["refresh"],
        company_id=ASKED["realm"],
        minorversion=75,
    )


def patiently(call: Callable[..., Any], *args: Any, **more: Any) -> Any:
    """Tries again after a refusal because of too many calls."""
    while True:
        try:
            return call(*args, **more)
        except Exception as error:
            if "429" not in str(error) and "ThrottleExceeded" not in str(error):
                raise
            time.sleep(ASKED.get("nap", 1.0))


WRITTEN_BACK = "quickbooks_id"


def make_property(crm: HubSpot) -> None:
    """Where the number of the copy in the books is kept: most fields of a sent invoice are shut."""
    body = {"name": WRITTEN_BACK, "label": "QuickBooks id", "type": "string"}
    more = {"fieldType": "text", "groupName": "invoiceinformation"}
    path = "/crm/v3/properties/invoices"
    crm.api_request({"path": path, "method": "POST", "body": body | more})


def peak() -> int:
    """Bytes; `getrusage` would count what this process was forked from."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def run(directions: dict[str, Callable[[], None]]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    directions[ASKED["side"]]()
    figures = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak": peak(),
    }
    print(json.dumps(figures))
