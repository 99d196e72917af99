"""One sandbox for the vendors' official clients, which come from an environment of their own."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox_process import SandboxProcess

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # the sandbox speaks plain HTTP on loopback


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def accounts(sandbox: SandboxProcess) -> dict[str, Any]:
    """A fresh world; the credentials of both vendors' accounts."""
    return sandbox.reset()
