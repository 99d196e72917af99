"""One reader as a program: started, pointed at the sandbox, its calls and its records counted."""

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.simulator import REPOSITORY, Simulator
from benchmarks.stage import is_once

ENVIRONMENTS = REPOSITORY / ".venv-readers"
REDIRECT = REPOSITORY / "benchmarks" / "peers" / "redirect"
# One that runs longer does not end: the list of one kind goes in circles.
PATIENCE_SECONDS = 900

_WRITES = re.compile(r"/batch/(create|update|upsert|archive)$")

Message = dict[str, Any]


class Speech(Protocol):
    """How a family of readers is asked, and what it says."""

    def prepare(self, program: "Program", simulator: Simulator) -> None: ...
    def arguments(self, folder: Path) -> list[str]: ...
    def records(self, said: list[Message]) -> Counter[str]: ...
    def state(self, said: list[Message]) -> Any: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """`streams` by its own names, with what it knows a change by; `kinds` as they stand in paths,
    empty where everything that is asked of the vendor counts."""

    name: str
    family: str
    side: str
    command: str
    streams: dict[str, str]
    speech: Speech
    kinds: tuple[str, ...] = ()

    @property
    def is_installed(self) -> bool:
        return (ENVIRONMENTS / self.name / ".installed").exists()

    @property
    def path(self) -> Path:
        return ENVIRONMENTS / self.name / "bin" / self.command

    def asks_for(self, endpoint: str) -> bool:
        """Whether somebody asks there for what this one reads."""
        if self.side == "quickbooks":
            return "/v3/company/" in endpoint
        kinds = rf"/objects/[^/]+/({'|'.join(self.kinds)})(/|$)"
        return bool(re.search(kinds, endpoint)) and not _WRITES.search(endpoint)


@dataclass(frozen=True, slots=True)
class Reading:
    calls: int
    records: Counter[str]


class Program:
    """`folder` holds its configuration, its catalog and how far it came."""

    def __init__(self, reader: Reader, simulator: Simulator, folder: Path) -> None:
        self.reader, self.folder = reader, folder
        self._simulator = simulator
        reader.speech.prepare(self, simulator)

    def write(self, name: str, content: Any) -> None:
        (self.folder / name).write_text(json.dumps(content))

    def read(self) -> Reading:
        """Everything, or what changed since the last time."""
        speech = self.reader.speech
        self._simulator.forget_requests()
        said = self.say(*speech.arguments(self.folder))
        if (state := speech.state(said)) is not None:
            self.write("state.json", state)
        return Reading(self._calls(), speech.records(said))

    def _calls(self) -> int:
        """Without what is asked once in the life of a token, as ours are counted."""
        endpoints = self._simulator.requests()["by_endpoint"]
        return sum(number for name, number in endpoints.items() if not is_once(name))

    def say(self, *arguments: str) -> list[Message]:
        done = self._run(arguments)
        return list(_messages(done.stdout))

    def answer(self, *arguments: str) -> Any:
        return json.loads(self._run(arguments).stdout)

    def _run(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(self.reader.path), *arguments],
            cwd=self.folder,
            env=_plain_environment()
            | {
                "PYTHONPATH": str(REDIRECT),
                "SANDBOX_URL": self._simulator.url,
                "OAUTHLIB_INSECURE_TRANSPORT": "1",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        if done.returncode:
            said = (done.stderr or done.stdout)[-2000:]
            raise RuntimeError(f"{self.reader.name} ended with {done.returncode}:\n{said}")
        return done


def quickbooks_app(simulator: Simulator) -> dict[str, Any]:
    """What both families call alike."""
    app = simulator.accounts["quickbooks"]
    company = app["companies"][0]
    return {
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "refresh_token": company["refresh_token"],
        "realm_id": company["realm_id"],
    }


def _plain_environment() -> dict[str, str]:
    """Nothing of ours: a proxy would lead loopback astray, settings are not its business."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _messages(text: str) -> Iterator[Message]:
    for line in text.splitlines():
        if line.startswith("{"):
            yield json.loads(line)
