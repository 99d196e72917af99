"""The web server that takes the vendors' webhooks, killed while it stores them; and what must hold
for each delivery: forged and stale ones are refused, good ones taken, however often they come."""

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from tests.chaos.calls import descendants
from tests.chaos.product import Product, wait_until
from tests.sandbox_process import REPOSITORY, SandboxProcess

MODES = ("normal", "duplicate", "reorder", "forge", "replay")
GUNICORN = ("-m", "gunicorn", "integration_site.wsgi", "--workers", "2", "--threads", "4")


class Doorbell:
    def __init__(self, product: Product, sandbox: SandboxProcess, dice: random.Random) -> None:
        self.product, self.sandbox, self.dice = product, sandbox, dice
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.bind = f"127.0.0.1:{probe.getsockname()[1]}"
        self.flag = product.folder / "die-ringing"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, webhook_token: str) -> int:
        """Answers the id of its process group."""
        environment = {
            **self.product.environment,
            **self.product.settings,
            "PUBLIC_BASE_URL": f"http://{self.bind}",
            "QUICKBOOKS_WEBHOOK_TOKEN": webhook_token,
            "CHAOS_FLAG": str(self.flag),
        }
        with (self.product.folder / "said" / "web").open("a") as said:
            self.process = subprocess.Popen(
                [sys.executable, *GUNICORN, "--bind", self.bind],
                cwd=REPOSITORY,
                env=environment,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self.ring_as("normal")
        return self.process.pid

    def ring_as(self, mode: str = "") -> str:
        mode = mode or self.dice.choice(MODES)
        for vendor in ("hubspot", "quickbooks"):
            self.sandbox.webhooks(vendor, f"http://{self.bind}/webhooks/{vendor}/", mode)
        return mode

    def dies_while_storing(self, where: str, edit: Any) -> bool:
        """A worker of the web server ends at the commit of what it was told."""
        assert self.process is not None
        before = set(descendants(self.process.pid))
        self.ring_as("normal")
        self.flag.write_text(where)
        edit()
        has_died = wait_until(lambda: not before <= set(descendants(self.process.pid)), 5)
        self.flag.unlink(missing_ok=True)
        return has_died

    def loses_a_worker(self) -> bool:
        assert self.process is not None
        pids = list(descendants(self.process.pid))
        if pids:
            os.kill(self.dice.choice(pids), signal.SIGKILL)
        return bool(pids)

    def objections(self) -> Iterator[str]:
        """I14. An answer that is 0 never came: the process had been killed."""
        for one in self.sandbox.deliveries():
            is_bad = one["is_forged"] or (one["is_replayed"] and one["vendor"] == "hubspot")
            if is_bad and 200 <= one["status"] < 300:
                yield f"I14: a webhook that was forged or stale was taken: {one}"
            if not is_bad and one["status"] >= 400:
                yield f"I14: a good webhook was answered with {one['status']}: {one}"
