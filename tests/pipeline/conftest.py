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


def pointed_to(sandbox: SandboxProcess) -> dict[str, Any]:
    """The product's settings point to the sandbox, and its limits are raised."""
    return {
        **dict.fromkeys(("HUBSPOT_API_BASE", "HUBSPOT_APP_BASE"), f"{sandbox.url}/hubspot"),
        **dict.fromkeys(
            ("QUICKBOOKS_API_BASE", "QUICKBOOKS_OAUTH_BASE"), f"{sandbox.url}/quickbooks"
        ),
        "ALLOW_PLAIN_HTTP": True,
        "UNKNOWN_REST": 0,
        "HUBSPOT_LIMITS": dict.fromkeys(("burst", "search"), (10000, 1.0)),
        "QUICKBOOKS_LIMITS": dict.fromkeys(("minute", "burst", "batch"), (10000, 1.0)),
    }


def apps_of(credentials: dict[str, Any]) -> dict[str, str]:
    return {
        f"{vendor.upper()}_{name}": credentials[vendor][name.lower()]
        for vendor in ("hubspot", "quickbooks")
        for name in ("CLIENT_ID", "CLIENT_SECRET")
    }


@pytest.fixture
def sandbox(
    sandbox_process: SandboxProcess, settings: Settings, transactional_db: None
) -> SandboxProcess:
    for name, value in pointed_to(sandbox_process).items():
        setattr(settings, name, value)
    return sandbox_process


@pytest.fixture
def credentials(sandbox: SandboxProcess, settings: Settings) -> Iterator[dict[str, Any]]:
    """Every fault a test asks for must strike, or the test would prove nothing."""
    sandbox.clear_faults()
    credentials = sandbox.reset()
    for name, value in apps_of(credentials).items():
        setattr(settings, name, value)
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
