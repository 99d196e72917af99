"""Starts the sandbox as the program it is, fills it, and knows what it costs itself."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import simplejson
from requests import Session

from benchmarks.floors import Size

REPOSITORY = Path(__file__).resolve().parent.parent
SEED_SECONDS = 1800
TICKS = os.sysconf("SC_CLK_TCK")


class Simulator:
    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.url = url
        self._process = process
        self._session = Session()
        self._session.trust_env = False
        self.accounts: dict[str, Any] = {}

    def load(self, side: str, size: Size) -> None:
        """A fresh world with this trade on one side."""
        volume = {
            "side": side,
            "contacts": size.contacts,
            "products": size.products,
            "invoices": size.invoices,
            "payments": size.payments,
        }
        self.accounts = self.control("POST", "reset", {"seed": "volume", "volume": volume})

    @property
    def realm(self) -> str:
        return str(self.accounts["quickbooks"]["companies"][0]["realm_id"])

    def income_account(self) -> str:
        company = self.accounts["quickbooks"]["companies"][0]
        answer = self._session.get(
            f"{self.url}/quickbooks/v3/company/{self.realm}/query",
            params={"query": "select Id from Account where AccountType = 'Income'"},
            headers={"Authorization": f"Bearer {company['access_token']}"},
            timeout=30,
        )
        return str(answer.json()["QueryResponse"]["Account"][0]["Id"])

    def options(self, **patch: Any) -> None:
        self.control("PATCH", "options", patch)

    def requests(self) -> dict[str, Any]:
        return self.control("GET", "requests")

    def forget_requests(self) -> None:
        self.control("DELETE", "requests")

    def person(self, vendor: str, action: str, kind: str, **more: Any) -> dict[str, Any]:
        body = {"vendor": vendor, "action": action, "type": kind, **more}
        return self.control("POST", "person", body)

    def world(self) -> dict[str, Any]:
        return self.control("GET", "world")

    def cpu_seconds(self) -> float:
        """What the sandbox itself has computed so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def control(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        data = None if body is None else simplejson.dumps(body, use_decimal=True)
        url = f"{self.url}/control/{path}"
        answer = self._session.request(method, url, data=data, timeout=SEED_SECONDS)
        answer.raise_for_status()
        parsed: dict[str, Any] = simplejson.loads(answer.content, use_decimal=True)
        return parsed


@contextmanager
def simulator() -> Iterator[Simulator]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0"],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout is None or "http://" not in (line := process.stdout.readline()):
            raise RuntimeError("The sandbox did not start.")
        yield Simulator(process, line.split()[-1])
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:  # a large world on a busy machine
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def by_vendor(requests: Mapping[str, Any]) -> dict[str, int]:
    return {vendor: int(number) for vendor, number in requests["by_vendor"].items()}
