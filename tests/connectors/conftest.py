"""One sandbox process for each test worker; a test that asks for `accounts` gets a fresh world."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def accounts(sandbox: SandboxProcess) -> dict[str, Any]:
    """The credentials of both vendors' accounts in a fresh, empty world."""
    return sandbox.reset()
