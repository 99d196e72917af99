"""`hubspot-api-client`, unmodified apart from its address."""

from typing import Any

import pytest
from hubspot import HubSpot

from tests.sandbox_process import SandboxProcess


@pytest.fixture
def account(accounts: dict[str, Any]) -> dict[str, Any]:
    """The credentials of the portal."""
    found: dict[str, Any] = accounts["hubspot"]
    return found


@pytest.fixture
def client(sandbox: SandboxProcess, account: dict[str, Any]) -> HubSpot:
    """`host` is for the typed calls, `base_url` for `api_request`."""
    url = f"{sandbox.url}/hubspot"
    return HubSpot(access_token=account["access_token"], host=url, base_url=url)
