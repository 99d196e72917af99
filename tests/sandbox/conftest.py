"""One sandbox process for each test worker, reset before each test."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.vendor_calls import Callers
from tests.sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def reset(sandbox: SandboxProcess) -> dict[str, Any]:
    """A fresh, empty world; its value holds the credentials of both accounts."""
    return sandbox.reset()


@pytest.fixture
def callers(sandbox: SandboxProcess, reset: dict[str, Any]) -> Callers:
    return Callers(sandbox, reset)
