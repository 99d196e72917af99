"""A sandbox for the commands that speak to the vendors, and a configuration file for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncapp.models import Integration
from tests.commands.calling import call
from tests.sandbox_process import SandboxProcess

INTEGRATION = """
connections:
  - name: Portal
    vendor: hubspot
    account: ${HS_PORTAL}
    access_token: ${HS_TOKEN}
    refresh_token: ${HS_REFRESH}
  - name: Books
    vendor: quickbooks
    account: ${QB_REALM}
    access_token: ${QB_TOKEN}
    refresh_token: ${QB_REFRESH}
integrations:
  - name: Nordwind
    hubspot: Portal
    quickbooks: Books
    rules:
      - {entity: contact, filters: {}}
"""


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def accounts(
    sandbox: SandboxProcess, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Two fresh accounts; settings and environment know their addresses and credentials."""
    made = sandbox.reset()
    hubspot, quickbooks = made["hubspot"], made["quickbooks"]
    (company,) = quickbooks["companies"]
    settings.ALLOW_PLAIN_HTTP = True
    settings.HUBSPOT_API_BASE = settings.HUBSPOT_APP_BASE = f"{sandbox.url}/hubspot"
    settings.QUICKBOOKS_API_BASE = settings.QUICKBOOKS_OAUTH_BASE = f"{sandbox.url}/quickbooks"
    settings.HUBSPOT_CLIENT_ID = hubspot["client_id"]
    settings.HUBSPOT_CLIENT_SECRET = hubspot["client_secret"]
    settings.QUICKBOOKS_CLIENT_ID = quickbooks["client_id"]
    settings.QUICKBOOKS_CLIENT_SECRET = quickbooks["client_secret"]
    for name, value in {
        "HS_PORTAL": hubspot["portal_id"],
        "HS_TOKEN": hubspot["access_token"],
        "HS_REFRESH": hubspot["refresh_token"],
        "QB_REALM": company["realm_id"],
        "QB_TOKEN": company["access_token"],
        "QB_REFRESH": company["refresh_token"],
    }.items():
        monkeypatch.setenv(name, str(value))
    return made


@pytest.fixture
def configured(accounts: dict[str, Any], tmp_path: Path) -> Integration:
    """An integration of both accounts that syncs contacts."""
    file = tmp_path / "ledgerline.yaml"
    file.write_text(INTEGRATION)
    ended = call("configure", str(file))
    assert ended.code == 0, ended.err
    return Integration.objects.get()
