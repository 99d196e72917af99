"""Starts the sandbox as the program it is and speaks to its `/control/...` paths."""

import os
import selectors
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import simplejson
from requests import Response, Session

REPOSITORY = Path(__file__).resolve().parent.parent
START_SECONDS = 20


class ControlError(Exception):
    """The sandbox answered a control request with an error; the text is its sentence."""


class SandboxProcess:
    def __init__(self, *, seed: str = "empty", state: Path | None = None) -> None:
        self.url = ""
        self._arguments = ["--port", "0", "--seed", seed]
        if state is not None:
            self._arguments += ["--state", str(state)]
        self._process: subprocess.Popen[str] | None = None
        self._session = Session()
        self._session.trust_env = False

    def start(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", *self._arguments],
            cwd=REPOSITORY,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self._first_line()
        if "http://" not in line:
            code = self.stop()
            raise RuntimeError(f"The sandbox did not start (exit {code}): {line!r}")
        self.url = line.split()[-1]
        return self

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ends it and answers its exit code; SIGKILL leaves it no time to save."""
        assert self._process is not None
        self._session.close()
        if self._process.poll() is None:
            self._process.send_signal(number)
        code = self._process.wait(timeout=20)
        if self._process.stdout:
            self._process.stdout.close()
        return code

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def reset(self, seed: str = "empty") -> dict[str, Any]:
        """A fresh world; answers the credentials of both vendors' accounts."""
        return self._control("POST", "reset", {"seed": seed})

    def person(self, vendor: str, action: str, type: str, id: str = "", **more: Any) -> Any:
        """An edit by a human in the vendor's own app."""
        body = {"vendor": vendor, "action": action, "type": type, **more}
        return self._control("POST", "person", body | ({"id": id} if id else {}))

    def world(self) -> dict[str, Any]:
        return self._control("GET", "world")

    def requests(self, *, entries: bool = False) -> dict[str, Any]:
        return self._control("GET", "requests?entries=1" if entries else "requests")

    def forget_requests(self) -> None:
        self._control("DELETE", "requests")

    def options(self, **patch: Any) -> dict[str, Any]:
        return self._control("PATCH", "options", patch)

    def fault(self, kind: str, **plan: Any) -> int:
        return int(self._control("POST", "faults", {"kind": kind, **plan})["id"])

    def faults(self) -> list[dict[str, Any]]:
        return self._control("GET", "faults")

    def clear_faults(self) -> None:
        self._control("DELETE", "faults")

    def advance(self, seconds: float) -> str:
        """Answers the sandbox's new time."""
        return str(self._control("POST", "clock", {"advance_seconds": seconds})["now"])

    def webhooks(self, vendor: str, target: str, mode: str = "normal") -> dict[str, Any]:
        return self._control("POST", "webhooks", {"vendor": vendor, "target": target, "mode": mode})

    def deliveries(self) -> list[dict[str, Any]]:
        return self._control("GET", "webhooks")["deliveries"]

    def call(self, method: str, path: str, *, timeout: float = 30, **more: Any) -> Response:
        """Any request, for instance one of a vendor's API; `path` starts with the prefix."""
        return self._session.request(method, self.url + path, timeout=timeout, **more)

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else simplejson.dumps(body, use_decimal=True)
        response = self.call(method, f"/control/{path}", data=data)
        answer = simplejson.loads(response.content, use_decimal=True)
        if response.status_code != 200:
            raise ControlError(answer["message"])
        return answer

    def _first_line(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            ready = selector.select(START_SECONDS)
        return self._process.stdout.readline() if ready else ""
