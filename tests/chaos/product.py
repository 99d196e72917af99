"""An installation of the product in a folder of its own: its environment, its database, and the
processes that run in it. Speaks to it as an operator does, by commands and their JSON."""

import contextlib
import itertools
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos.databases import Database, migrate
from tests.sandbox_process import REPOSITORY

WRAPPER = Path(__file__).parent / "wrapper"
HOST = Path(__file__).parent / "host.py"
KEYS = {
    "SECRET_KEY": "only-for-runs-of-chaos-and-nothing-else-ever",
    "TOKEN_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
}
# Documented settings: short, so that what waits for minutes in the field waits for seconds here
TIMES = {
    "HTTP_TIMEOUT": 2,
    "SEND_DEADLINE": 3,
    "LEASE": 5,
    "SLICE": 20,
    "UNKNOWN_REST": 2,
    "CURSOR_OVERLAP": 20,
    "SLOW_SWEEP": 60,
    "SAFETY_POLL": 60,
    "BACKOFF_CAP": 1,
}
RULES = """
connections:
  - {name: Portal, vendor: hubspot, account: "${HS_PORTAL}", access_token: "${HS_TOKEN}",
     refresh_token: "${HS_REFRESH}"}
  - {name: Books, vendor: quickbooks, account: "${QB_REALM}", access_token: "${QB_TOKEN}",
     refresh_token: "${QB_REFRESH}"}
integrations:
  - name: Nordwind
    hubspot: Portal
    quickbooks: Books
    rules:
      - {entity: product, direction: both, conflict: quickbooks,
         options: {income_account: "${INCOME}"}}
      - {entity: contact, direction: both, conflict: hubspot, filters: {}}
      - {entity: invoice, direction: both, conflict: hubspot,
         options: {income_account: "${INCOME}"}}
"""


@dataclass(frozen=True)
class Ended:
    code: int  # negative: the signal that killed it
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out.splitlines()[-1])


class Running:
    def __init__(self, number: int, out: Path, err: Path) -> None:
        self.number, self.out, self.err = number, out, err
        self.pid = 0
        self.started = threading.Event()
        self.ended = threading.Event()
        self.code = 0

    def wait(self, seconds: float = 120) -> Ended:
        if not self.ended.wait(seconds):
            raise TimeoutError(f"process {self.pid} did not end: {self.err.read_text()[-2000:]}")
        return Ended(self.code, self.out.read_text(), self.err.read_text())


class Product:
    def __init__(
        self,
        folder: Path,
        database: Database,
        vendor_url: str,
        mutant: str = "",
        code: Path = REPOSITORY,
    ) -> None:
        self.folder, self.database, self.code = folder, database, code
        self.flag = folder / "die"
        self.settings: dict[str, Any] = {}
        self.tokens: dict[str, str] = {}
        inherited = {
            name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ
        }
        limits = {
            "HUBSPOT_LIMITS": "burst=10000/1,search=10000/1",
            "QUICKBOOKS_LIMITS": "minute=10000/1,burst=10000/1,batch=10000/1",
        }
        self.environment: dict[str, str] = {
            **inherited,
            **KEYS,
            **limits,
            **{name: str(seconds) for name, seconds in TIMES.items()},
            "DJANGO_SETTINGS_MODULE": "integration_site.settings",
            "PYTHONPATH": os.pathsep.join((str(WRAPPER), str(code))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ENV_FILE": os.devnull,
            "DATABASE_URL": database.url,
            "ALLOW_PLAIN_HTTP": "true",
            "LOG_LEVEL": "INFO",
            "CHAOS_FLAG": str(self.flag),
            "CHAOS_MUTANT": mutant,
            "HUBSPOT_API_BASE": f"{vendor_url}/hubspot",
            "HUBSPOT_APP_BASE": f"{vendor_url}/hubspot",
            "QUICKBOOKS_API_BASE": f"{vendor_url}/quickbooks",
            "QUICKBOOKS_OAUTH_BASE": f"{vendor_url}/quickbooks",
        }
        self._numbers = itertools.count(1)
        self._running: dict[int, Running] = {}
        self._by_pid: dict[int, Running] = {}
        self._host: subprocess.Popen[str] | None = None
        self._listener: threading.Thread | None = None
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()

    def open(self) -> None:
        """Makes an empty database of the newest shape, kept as the template of every seed."""
        self.database.make(self.environment, self.code)
        self._start_host()

    def take_over(self, older: "Product") -> None:
        """The installation of another version, whose processes may still be running."""
        (self.folder / "said").mkdir(parents=True)
        self.settings, self.tokens = dict(older.settings), dict(older.tokens)
        migrate(self.environment, self.code)
        self._start_host()

    def _start_host(self) -> None:
        self._host = subprocess.Popen(
            [sys.executable, "-P", str(HOST)],
            cwd=self.code,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._lines.get(timeout=60)

    def close(self) -> None:
        if self._host is not None and self._host.stdin is not None:
            self._host.stdin.close()
            self._host.wait(timeout=30)
        if self._listener is not None:
            self._listener.join()
        self.database.drop()

    def begin(self, credentials: Mapping[str, Any], income: str) -> None:
        """A new seed: an empty database, and an integration of both new accounts."""
        self.database.reset()
        self.flag.unlink(missing_ok=True)
        shutil.rmtree(self.folder / "said", ignore_errors=True)
        (self.folder / "said").mkdir()
        for vendor in ("hubspot", "quickbooks"):
            for part in ("id", "secret"):
                name = f"{vendor}_client_{part}".upper()
                self.settings[name] = credentials[vendor][f"client_{part}"]
        hubspot, company = credentials["hubspot"], credentials["quickbooks"]["companies"][0]
        self.configure({
            "HS_PORTAL": str(hubspot["portal_id"]),
            "HS_TOKEN": hubspot["access_token"],
            "HS_REFRESH": hubspot["refresh_token"],
            "QB_REALM": company["realm_id"],
            "QB_TOKEN": company["access_token"],
            "QB_REFRESH": company["refresh_token"],
            "INCOME": income,
        })  # fmt: skip

    def configure(self, tokens: Mapping[str, str]) -> None:
        self.tokens |= tokens
        file = self.folder / "rules.yaml"
        file.write_text(RULES)
        ended = self.run("configure", str(file), environment=self.tokens)
        if ended.code:
            raise RuntimeError(f"configure ended with {ended.code}: {ended.err}")

    def start(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        largest_file: int = 0,
        **settings: Any,
    ) -> Running:
        number = next(self._numbers)
        said = self.folder / "said"
        running = Running(number, said / f"{number}.out", said / f"{number}.err")
        self._running[number] = running
        asked = {
            "number": number,
            "arguments": arguments,
            "out": str(running.out),
            "err": str(running.err),
            "environment": dict(environment or {}),
            "settings": self.settings | settings,
            "largest_file": largest_file,
        }
        assert self._host is not None
        assert self._host.stdin is not None
        self._host.stdin.write(json.dumps(asked) + "\n")
        self._host.stdin.flush()
        if not running.started.wait(30):
            raise TimeoutError("the host forked nothing")
        return running

    def run(self, *arguments: str, **more: Any) -> Ended:
        return self.start(*arguments, **more).wait()

    def kill(self, running: Running) -> None:
        if not running.ended.is_set():
            with contextlib.suppress(ProcessLookupError):
                os.kill(running.pid, signal.SIGKILL)
        running.wait(30)

    def task(self, trigger: str) -> str:
        """A slice of work as the queue begins it; answers what the task answered."""
        ended = self.run("task", trigger)
        return str(ended.json["task"]) if ended.out else f"ended with {ended.code}"

    def a_pass(self, *more: str) -> Ended:
        return self.run("sync", "--json", *more)

    def status(self) -> dict[str, Any]:
        (only,) = json.loads(self.run("status", "--json").out)["integrations"].values()
        return dict(only)

    def exported(self, what: str) -> list[dict[str, Any]]:
        ended = self.run("export", "--what", what)
        if ended.code:
            raise RuntimeError(f"export ended with {ended.code}: {ended.err}")
        return [json.loads(line) for line in ended.out.splitlines() if line.strip()]

    def said(self) -> str:
        """All that its processes of this seed wrote."""
        files = sorted((self.folder / "said").iterdir())
        return "\n".join(one.read_text(errors="replace") for one in files)

    def _listen(self) -> None:
        assert self._host is not None
        assert self._host.stdout is not None
        with self._host.stdout as lines:
            for line in lines:
                self._heard(json.loads(line))

    def _heard(self, told: dict[str, Any]) -> None:
        if "started" in told:
            running = self._running[told["started"]]
            running.pid = told["pid"]
            self._by_pid[told["pid"]] = running
            running.started.set()
        elif "code" in told and told["pid"] in self._by_pid:
            running = self._by_pid.pop(told["pid"])
            running.code = told["code"]
            running.ended.set()
        else:
            self._lines.put(told)


def command(*arguments: str) -> Sequence[str]:
    return [sys.executable, "manage.py", *arguments]


def wait_until(what: Any, seconds: float, step: float = 0.05) -> bool:
    give_up_at = time.monotonic() + seconds
    while not what():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(step)
    return True
