"""The product, installed for a benchmark in a folder of its own, and run as the program it is."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.simulator import REPOSITORY, Simulator

# All limits away: what is measured then is ours and the sandbox's.
UNLIMITED = "burst=1000000/1,search=1000000/1"
UNLIMITED_BOOKS = "burst=1000000/1,minute=1000000/1,batch=1000000/1"
# What the program asks for before it starts, whatever is measured.
BARE = {
    "ENV_FILE": os.devnull,
    "SECRET_KEY": "for-benchmarks-only-and-nothing-else-ever",
    "TOKEN_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one pass took. `cpu` in seconds, `peak` in bytes; `queries` and `changes` are what
    the database was asked and told."""

    wall: float
    cpu: float
    peak: int
    queries: int
    changes: int
    writes: int
    counts: dict[str, dict[str, int]]
    error: str = ""

    def in_state(self, state: str) -> int:
        return sum(states.get(state, 0) for states in self.counts.values())


class Installation:
    def __init__(self, folder: Path, simulator: Simulator, **settings: str) -> None:
        self._folder = folder
        self._simulator = simulator
        self._settings = settings

    def start(self) -> None:
        """A fresh database, connected to the accounts of the sandbox, every record to be synced."""
        database = self._folder / "ours.sqlite3"
        for old in self._folder.glob("ours.sqlite3*"):
            old.unlink()
        if _is_sqlite(self.environment):
            shutil.copy(migrated(), database)
        else:
            self._manage("flush", "--no-input")
        rules = self._folder / "rules.yaml"
        rules.write_text(json.dumps(self._configuration()))
        self._manage("configure", str(rules))

    def set(self, **settings: str) -> None:
        """For whatever is started from now on."""
        self._settings |= settings

    def passes(self, number: int = 1, **asked: Any) -> list[Measured]:
        """Passes in one process, each measured for itself."""
        answer = self.python("-m", "benchmarks.passes", json.dumps({"passes": number, **asked}))
        return [Measured(**one) for one in json.loads(answer.splitlines()[-1])]

    @property
    def environment(self) -> dict[str, str]:
        hubspot, quickbooks = f"{self._simulator.url}/hubspot", f"{self._simulator.url}/quickbooks"
        accounts = self._simulator.accounts
        return os.environ | {
            **BARE,
            "DATABASE_URL": f"sqlite:///{self._folder}/ours.sqlite3",
            "ALLOW_PLAIN_HTTP": "true",
            "HUBSPOT_API_BASE": hubspot,
            "HUBSPOT_APP_BASE": hubspot,
            "QUICKBOOKS_API_BASE": quickbooks,
            "QUICKBOOKS_OAUTH_BASE": quickbooks,
            "HUBSPOT_CLIENT_ID": accounts["hubspot"]["client_id"],
            "HUBSPOT_CLIENT_SECRET": accounts["hubspot"]["client_secret"],
            "QUICKBOOKS_CLIENT_ID": accounts["quickbooks"]["client_id"],
            "QUICKBOOKS_CLIENT_SECRET": accounts["quickbooks"]["client_secret"],
            "HUBSPOT_LIMITS": UNLIMITED,
            "QUICKBOOKS_LIMITS": UNLIMITED_BOOKS,
            "BRAKE": "makes=1000/50,removals=10/5",  # a day on which everything doubles
            **self._settings,
        }

    def _configuration(self) -> dict[str, Any]:
        hubspot, quickbooks = (self._simulator.accounts[one] for one in ("hubspot", "quickbooks"))
        company = quickbooks["companies"][0]
        account = self._simulator.income_account()
        return {
            "connections": [
                {"name": "HubSpot", "vendor": "hubspot", "account": str(hubspot["portal_id"]),
                 "access_token": "${BENCH_HUBSPOT}", "refresh_token": "${BENCH_HUBSPOT_AGAIN}"},
                {"name": "QuickBooks", "vendor": "quickbooks", "account": company["realm_id"],
                 "access_token": "${BENCH_QUICKBOOKS}",
                 "refresh_token": "${BENCH_QUICKBOOKS_AGAIN}"},
            ],
            "integrations": [
                {"name": "Trade", "hubspot": "HubSpot", "quickbooks": "QuickBooks", "rules": [
                    {"entity": "contact", "direction": "both"},
                    {"entity": "product", "direction": "both",
                     "options": {"income_account": account}},
                    {"entity": "invoice", "direction": "both",
                     "options": {"income_account": account}},
                ]},
            ],
        }  # fmt: skip

    def _manage(self, *arguments: str) -> str:
        hubspot = self._simulator.accounts["hubspot"]
        company = self._simulator.accounts["quickbooks"]["companies"][0]
        tokens = {
            "BENCH_HUBSPOT": hubspot["access_token"],
            "BENCH_HUBSPOT_AGAIN": hubspot["refresh_token"],
            "BENCH_QUICKBOOKS": company["access_token"],
            "BENCH_QUICKBOOKS_AGAIN": company["refresh_token"],
        }
        return _run([sys.executable, "manage.py", *arguments], self.environment | tokens)

    def python(self, *arguments: str) -> str:
        return _run([sys.executable, *arguments], self.environment)


@cache
def migrated() -> Path:
    """An empty SQLite database to be copied: migrating takes longer than many a benchmark."""
    folder = tempfile.mkdtemp(prefix="ledgerline-template-")
    atexit.register(shutil.rmtree, folder)
    template = Path(folder) / "empty.sqlite3"
    environment = os.environ | BARE | {"DATABASE_URL": f"sqlite:///{template}"}
    _run([sys.executable, "manage.py", "migrate", "-v", "0"], environment)
    return template


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[1:3]} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def _is_sqlite(environment: dict[str, str]) -> bool:
    return environment["DATABASE_URL"].startswith("sqlite")
