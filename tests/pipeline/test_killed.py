"""A pass that is killed in the middle of a send: the next one finds out and goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from syncapp.models import Lease, RecordLink, WriteIntent
from tests.pipeline.worlds import Trade
from tests.sandbox_process import REPOSITORY, SandboxProcess

pytestmark = pytest.mark.slow


def environment() -> Mapping[str, str]:
    """Of a process that works on the test's database and its sandbox."""
    names = ("HUBSPOT_API_BASE", "HUBSPOT_APP_BASE", "QUICKBOOKS_API_BASE", "QUICKBOOKS_OAUTH_BASE")
    clients = [f"{vendor}_CLIENT_{part}" for vendor in ("HUBSPOT", "QUICKBOOKS")
               for part in ("ID", "SECRET")]  # fmt: skip
    chosen = {name: str(getattr(settings, name)) for name in (*names, *clients)}
    return {
        **os.environ,
        **chosen,
        "DATABASE_URL": _database_url(connection.settings_dict),
        "DJANGO_SETTINGS_MODULE": "integration_site.settings",
        "ALLOW_PLAIN_HTTP": "true",
    }


def _database_url(database: Mapping[str, Any]) -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    login = ":".join(part for part in (database["USER"], database["PASSWORD"]) if part)
    return f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


def start_pass() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "sync", "--json"],
        cwd=REPOSITORY,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_while_sending(side: str) -> None:
    """Ends the process, without a chance to tidy up, when it has announced a write."""
    worker = start_pass()
    give_up_at = time.monotonic() + 30
    try:
        while not WriteIntent.objects.filter(side=side, state="open").exists():
            assert worker.poll() is None, "the pass ended before it was killed"
            assert time.monotonic() < give_up_at, "the pass sent nothing"
            time.sleep(0.02)
        time.sleep(0.2)  # into the send
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    Lease.objects.update(expires_at="2020-01-01T00:00:00Z")  # as if it had run out


@pytest.mark.parametrize("kind", ["slow", "timeout"])
def test_while_sending_invoices_to_quickbooks(
    sandbox: SandboxProcess, trade: Trade, kind: str
) -> None:
    trade.start()
    for number in (1, 2, 3):
        trade.hubspot_invoice(trade.hours(number))
    sandbox.fault(kind, vendor="quickbooks", method="POST", path="batch", times=1, seconds=3)
    kill_while_sending("quickbooks")
    sandbox.clear_faults()
    for _ in range(3):
        trade.sync()
    totals = sorted(one["TotalAmt"] for one in trade.quickbooks("Invoice").values())
    assert totals == [100, 200, 300]
    assert not RecordLink.objects.exclude(state__in=("in_sync", "excluded"))
    trade.sync_quietly()


@pytest.mark.parametrize("path", ["line_items/batch/upsert", "invoices/batch/create"])
@pytest.mark.parametrize("kind", ["slow", "timeout"])
def test_between_the_calls_of_a_mirror(
    sandbox: SandboxProcess, trade: Trade, kind: str, path: str
) -> None:
    trade.start()
    trade.quickbooks_invoice(trade.sales_line(3, "50"))
    sandbox.fault(kind, vendor="hubspot", method="POST", path=path, times=1, seconds=3)
    kill_while_sending("hubspot")
    sandbox.clear_faults()
    for _ in range(3):
        trade.sync()
    assert len(trade.hubspot("invoices")) == len(trade.hubspot("line_items")) == 1
    (mirror,) = trade.hubspot("invoices").values()
    assert mirror["hs_invoice_status"] == "open"
    trade.sync_quietly()
