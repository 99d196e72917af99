"""The product as it runs on one machine, `manage.py up`, told of changes by the sandbox or not."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from benchmarks.installation import Installation
from benchmarks.simulator import REPOSITORY, Simulator

START_SECONDS = 90


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(ours: Installation, folder: Path, port: int) -> Iterator[str]:
    """`ours` must have been installed with this port in its PUBLIC_BASE_URL."""
    manage = [sys.executable, "manage.py"]
    environment = ours.environment
    collect = [*manage, "collectstatic", "--no-input", "-v", "0"]
    subprocess.run(collect, cwd=REPOSITORY, env=environment, check=True)
    said = folder / "up.txt"
    with said.open("w") as output:
        up = subprocess.Popen(
            [*manage, "up", "--bind", f"127.0.0.1:{port}"],
            cwd=REPOSITORY,
            env=environment,
            stdout=output,
            stderr=output,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_well(address, up, said)
        yield address
    finally:
        up.terminate()
        up.wait(timeout=150)


def tell(simulator: Simulator, address: str, mode: str = "normal") -> None:
    for vendor in ("hubspot", "quickbooks"):
        body = {"vendor": vendor, "target": f"{address}/webhooks/{vendor}/", "mode": mode}
        simulator.control("POST", "webhooks", body)


def _wait_until_well(address: str, up: subprocess.Popen[bytes], said: Path) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at:
        if up.poll() is not None:
            break
        try:
            if requests.get(f"{address}/healthz", timeout=5).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"It does not run:\n{said.read_text()}")
