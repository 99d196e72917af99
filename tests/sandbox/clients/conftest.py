"""Starts the sandbox for the vendors' official clients, which come from their own environment.

SANDBOX_PYTHON names the interpreter that runs the sandbox, else the one that runs the tests.
"""

import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

REPOSITORY = Path(__file__).resolve().parents[3]
START_SECONDS = 20


class Sandbox:
    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def control(self, method: str, path: str, body: Any = None) -> Any:
        response = self._session.request(
            method, f"{self.url}/control/{path}", json=body, timeout=20
        )
        assert response.status_code == 200, response.text
        return response.json()

    def options(self, **patch: Any) -> None:
        self.control("PATCH", "options", patch)

    def advance(self, seconds: float) -> None:
        self.control("POST", "clock", {"advance_seconds": seconds})

    def person(self, vendor: str, action: str, type_name: str, **more: Any) -> Any:
        body = {"vendor": vendor, "action": action, "type": type_name, **more}
        return self.control("POST", "person", body)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    process = subprocess.Popen(
        [os.environ.get("SANDBOX_PYTHON", sys.executable), "-m", "sandbox", "--port", "0"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Sandbox(_address(process))
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture
def accounts(sandbox: Sandbox) -> dict[str, Any]:
    """A fresh world; the credentials of both vendors' accounts."""
    answer: dict[str, Any] = sandbox.control("POST", "reset", {"seed": "empty"})
    return answer


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(START_SECONDS) else ""
    assert "http://" in line, f"The sandbox did not start: {line!r}"
    return line.split()[-1]
