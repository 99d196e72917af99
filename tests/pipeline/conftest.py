"""One sandbox process per test worker, reset for each test; HTTP is forbidden in transactions."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import SettingsWrapper

from tests.pipeline.worlds import Worlds
from tests.sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxProcess]:
    with SandboxProcess() as sandbox:
        yield sandbox


@pytest.fixture
def worlds(
    sandbox_process: SandboxProcess, settings: SettingsWrapper, transactional_db: None
) -> Worlds:
    credentials = sandbox_process.reset()
    sandbox_process.clear_faults()
    settings.HUBSPOT_API_BASE = settings.HUBSPOT_APP_BASE = f"{sandbox_process.url}/hubspot"
    settings.QUICKBOOKS_API_BASE = f"{sandbox_process.url}/quickbooks"
    settings.QUICKBOOKS_OAUTH_BASE = f"{sandbox_process.url}/quickbooks"
    settings.QUICKBOOKS_CLIENT_ID = credentials["quickbooks"]["client_id"]
    settings.QUICKBOOKS_CLIENT_SECRET = credentials["quickbooks"]["client_secret"]
    settings.HUBSPOT_CLIENT_ID = credentials["hubspot"]["client_id"]
    settings.HUBSPOT_CLIENT_SECRET = credentials["hubspot"]["client_secret"]
    settings.ALLOW_PLAIN_HTTP = True
    settings.UNKNOWN_REST = 0
    settings.HUBSPOT_LIMITS = {"burst": (10_000, 1.0), "search": (10_000, 1.0)}
    settings.QUICKBOOKS_LIMITS = {
        "minute": (10_000, 1.0),
        "burst": (10_000, 1.0),
        "batch": (10_000, 1.0),
    }
    sandbox_process.forget_requests()
    return Worlds(sandbox_process, credentials)
