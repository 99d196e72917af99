"""The real processes of `manage.py up`: a person's edit reaches the other side without a hand, by
polling within a minute and a half, with webhooks within seconds."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import requests

from syncapp.models import Heartbeat
from tests.pipeline.test_killed import environment
from tests.pipeline.worlds import Trade
from tests.sandbox_process import REPOSITORY

PATIENCE_SECONDS = 90  # an interval of a minute, and the queue's own half minute
AT_ONCE_SECONDS = 5


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def address(trade: Trade, credentials: dict[str, Any], tmp_path: Path) -> Iterator[str]:
    trade.start()
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, cwd=REPOSITORY, env=environment(), check=True)
    bind = f"127.0.0.1:{free_port()}"
    said = tmp_path / "said.txt"
    with said.open("w") as output:
        running = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--bind", bind],
            cwd=REPOSITORY,
            env={
                **environment(),
                "PUBLIC_BASE_URL": f"http://{bind}",
                "QUICKBOOKS_WEBHOOK_TOKEN": credentials["quickbooks"]["webhook_token"],
            },
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
        time.sleep(0.2)


def seconds_until(what: Callable[[], bool]) -> float:
    started = time.monotonic()
    wait_for(what)
    return time.monotonic() - started


def edit_in_hubspot(trade: Trade, name: str) -> float:
    """How long until QuickBooks shows it."""
    trade.in_hubspot("contacts", "edit", trade.contact_id, properties={"lastname": name})
    customer = trade.customer_id
    return seconds_until(lambda: trade.quickbooks("Customer")[customer]["FamilyName"] == name)


def edit_in_quickbooks(trade: Trade, name: str) -> float:
    trade.in_quickbooks("Customer", "edit", trade.customer_id, fields={"GivenName": name})
    contact = trade.contact_id
    return seconds_until(lambda: trade.hubspot("contacts")[contact]["firstname"] == name)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_an_edit_travels_without_a_hand(trade: Trade, address: str) -> None:
    wait_for(lambda: Heartbeat.objects.exists())
    assert requests.get(f"{address}/healthz", timeout=10).status_code == 200
    trade.in_hubspot("contacts", "edit", trade.contact_id, properties={"lastname": "Berge"})
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    wait_for(lambda: trade.quickbooks("Customer")[trade.customer_id]["FamilyName"] == "Berge")
    wait_for(lambda: len(trade.hubspot("invoices")) == 1)
    (mirror,) = trade.hubspot("invoices").values()
    assert mirror["ledgerline_key"].endswith(f":invoice:{invoice}")

    for vendor in ("hubspot", "quickbooks"):
        trade.sandbox.webhooks(vendor, f"{address}/webhooks/{vendor}/")
    names = ("Berg", "Bergen", "Berger")
    assert median(edit_in_hubspot(trade, name) for name in names) < AT_ONCE_SECONDS
    assert median(edit_in_quickbooks(trade, name) for name in names) < AT_ONCE_SECONDS
    assert {one["status"] for one in trade.sandbox.deliveries()} == {200}
    for vendor in ("hubspot", "quickbooks"):
        trade.sandbox.webhooks(vendor, "", "off")
