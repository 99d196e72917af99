"""The real processes of `manage.py up`: a person's edit reaches the other side without a hand."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from syncapp.models import Heartbeat
from tests.pipeline.test_killed import environment
from tests.pipeline.worlds import Trade
from tests.sandbox_process import REPOSITORY

PATIENCE_SECONDS = 100  # an interval of a minute, and the queue's own half minute


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def address(trade: Trade, tmp_path: Path) -> Iterator[str]:
    trade.start()
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, cwd=REPOSITORY, env=environment(), check=True)
    bind = f"127.0.0.1:{free_port()}"
    said = tmp_path / "said.txt"
    with said.open("w") as output:
        running = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--bind", bind],
            cwd=REPOSITORY,
            env=environment() | {"PUBLIC_BASE_URL": f"http://{bind}"},
            stdout=output,
            stderr=output,
        )
    yield f"http://{bind}"
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=60) == 0, said.read_text()


def wait_for(what: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    give_up_at = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < give_up_at, "it did not happen in time"
        time.sleep(0.5)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_edit_travels_without_a_hand(trade: Trade, address: str) -> None:
    wait_for(lambda: Heartbeat.objects.exists())
    assert requests.get(f"{address}/healthz", timeout=10).status_code == 200
    trade.in_hubspot("contacts", "edit", trade.contact_id, properties={"lastname": "Berge"})
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    wait_for(lambda: trade.quickbooks("Customer")[trade.customer_id]["FamilyName"] == "Berge")
    wait_for(lambda: len(trade.hubspot("invoices")) == 1)
    (mirror,) = trade.hubspot("invoices").values()
    assert mirror["ledgerline_key"].endswith(f":invoice:{invoice}")
