"""One sandbox process per test worker, reset for each test; HTTP is forbidden in transactions."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.pipeline.worlds import Trade, Worlds
from tests.sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxProcess]:
    with SandboxProcess() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(
    sandbox_process: SandboxProcess, settings: Settings, transactional_db: None
) -> SandboxProcess:
    """The product's settings point to the sandbox, and its limits are raised."""
    settings.HUBSPOT_API_BASE = settings.HUBSPOT_APP_BASE = f"{sandbox_process.url}/hubspot"
    settings.QUICKBOOKS_API_BASE = f"{sandbox_process.url}/quickbooks"
    settings.QUICKBOOKS_OAUTH_BASE = f"{sandbox_process.url}/quickbooks"
    settings.ALLOW_PLAIN_HTTP = True
    settings.UNKNOWN_REST = 0
    settings.HUBSPOT_LIMITS = dict.fromkeys(("burst", "search"), (10000, 1.0))
    settings.QUICKBOOKS_LIMITS = dict.fromkeys(("minute", "burst", "batch"), (10000, 1.0))
    return sandbox_process


@pytest.fixture
def credentials(sandbox: SandboxProcess, settings: Settings) -> Iterator[dict[str, Any]]:
    """Every fault a test asks for must strike, or the test would prove nothing."""
    sandbox.clear_faults()
    credentials = sandbox.reset()
    for vendor in ("hubspot", "quickbooks"):
        setattr(settings, f"{vendor.upper()}_CLIENT_ID", credentials[vendor]["client_id"])
        setattr(settings, f"{vendor.upper()}_CLIENT_SECRET", credentials[vendor]["client_secret"])
    sandbox.forget_requests()
    yield credentials
    silent = [fault for fault in sandbox.faults() if not fault["fired"]]
    sandbox.clear_faults()
    assert not silent, silent


@pytest.fixture
def worlds(sandbox: SandboxProcess, credentials: dict[str, Any]) -> Worlds:
    return Worlds(sandbox, credentials)


@pytest.fixture
def trade(sandbox: SandboxProcess, credentials: dict[str, Any]) -> Trade:
    return Trade(sandbox, credentials)
