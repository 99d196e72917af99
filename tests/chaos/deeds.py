"""How a pass can go: to its end, beside another one, or ended by a kill, a frozen moment, a lock or
a full disk. Only processes that the run itself forked are signalled."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Mapping

from tests.chaos import troubles
from tests.chaos.databases import Postgres, Sqlite
from tests.chaos.grants import Owner
from tests.chaos.product import Product, Running
from tests.chaos.proxy import Proxy
from tests.chaos.relay import Relay
from tests.chaos.troubles import Deed, Trouble, When


class Passes:
    def __init__(self, product: Product, proxy: Proxy, dice: random.Random, owner: Owner) -> None:
        self.product, self.proxy, self.dice, self.owner = product, proxy, dice, owner
        self.problems: list[str] = []
        self.has_backup = False
        self.was_restored = False
        self.relay: Relay | None = None  # webhooks arrive, and passes are begun by the queue

    def go(self, name: str = "") -> str:
        """One pass, or two; answers what was done. A deed counts when it happened."""
        chosen = name or self._choice()
        if DEEDS[chosen](self) and chosen != PLAIN:
            self.proxy.fired[chosen] += 1
        self.product.flag.unlink(missing_ok=True)
        return chosen

    def _choice(self) -> str:
        if self.dice.random() < 0.4:
            return PLAIN
        usable = [name for name in DEEDS if self._can(name)]
        fewest = min(self.proxy.fired[name] for name in usable)
        rare = [name for name in usable if self.proxy.fired[name] <= fewest + 1]
        return self.dice.choice(rare if self.dice.random() < 0.5 else usable)

    def _can(self, name: str) -> bool:
        database = self.product.database
        match name:
            case "disk full":
                return isinstance(database, Sqlite)
            case "database restarted":
                return isinstance(database, Postgres)
            case "restored backup":
                return self.has_backup
            case _:
                return name != PLAIN

    def start(self) -> Running:
        if self.relay is None:
            return self.asked_for()
        return self.product.start("task", self.dice.choice(("webhook", "webhook", "schedule")))

    def asked_for(self) -> Running:
        """By a person: it polls, and tells on its way out what became of it."""
        return self.product.start("sync", "--json")

    def end(self, running: Running) -> None:
        running.wait(90)

    def ends_by_itself(self) -> bool:
        self.end(self.start())
        return True

    def signalled(self, number: int) -> bool:
        running = self.start()
        time.sleep(self.dice.uniform(0.05, 0.9))
        was_alive = not running.ended.is_set()
        if was_alive:
            send(running.pid, number)
        self.end(running)
        return was_alive

    def struck(self, deed: Deed, when: When = troubles.is_write) -> bool:
        """What the proxy does when a certain call of the pass arrives."""
        skip = self.dice.choice((0, 0, 1, 2, 3, 5))
        trouble = self.proxy.arm(Trouble("a process is struck", when, deed, skip=skip))
        running = self.start()
        self.end(running)
        trouble.times = 0
        return trouble.fired > 0

    def dies_at_commit(self, where: str) -> bool:
        return self.struck(troubles.killed_at_commit(self.product.flag, where))

    def stands_still(self) -> bool:
        """Frozen past its lease while another one takes over; then it goes on."""
        lease = 6.5
        before = self.dice.random() < 0.5
        trouble = self.proxy.arm(
            Trouble("frozen", troubles.is_write, troubles.frozen(lease, before=before))
        )
        running = self.start()
        running.ended.wait(1.5)
        time.sleep(0 if running.ended.is_set() else 4.2)
        trouble.times = 0
        self.end(self.start())
        self.end(running)
        return trouble.fired > 0

    def two_at_once(self) -> bool:
        one, other = self.start(), self.start()
        self.end(one)
        self.end(other)
        return True

    def locked(self) -> bool:
        running = self.start()
        time.sleep(self.dice.uniform(0, 0.4))
        with contextlib.suppress(Exception):
            self.product.database.locked(self.dice.choice((0.5, 1.0, 2.5)))
        self.end(running)
        return True

    def disk_full(self) -> bool:
        database = self.product.database
        if not isinstance(database, Sqlite):
            return False
        size = database.file.stat().st_size
        running = self.product.start(
            "sync", "--json", largest_file=size + self.dice.choice((0, 8192, 65_536))
        )
        return running.wait(90).code != 0

    def database_restarted(self) -> bool:
        database = self.product.database
        if not isinstance(database, Postgres):
            return False
        running = self.start()
        time.sleep(self.dice.uniform(0.1, 0.8))
        was_alive = not running.ended.is_set()
        database.cluster.down()
        time.sleep(self.dice.uniform(0, 1.5))
        database.cluster.up()
        self.end(running)
        return was_alive

    def dies_while_renewing(self) -> bool:
        self.proxy.arm(Trouble("401 before a renewal", troubles.is_any, troubles.refused(401)))
        deed = self.dice.choice((troubles.killed_before, troubles.killed_after))
        trouble = self.proxy.arm(Trouble("a process is struck", troubles.is_token, deed))
        self.end(self.start())
        trouble.times = 0
        time.sleep(LEASE_SECONDS)
        return trouble.fired > 0

    def refused_for_good(self) -> bool:
        """A vendor takes no token of ours for the whole of a pass."""
        vendor = self.dice.choice(("hubspot", "quickbooks"))
        self.proxy.calm()
        refusal = Trouble(
            "401", troubles.at(vendor, troubles.is_any), troubles.refused(401), times=10**6
        )
        self.proxy.arm(refusal)
        self.end(self.start())
        if refusal.fired > MOST_REFUSED:
            self.problems.append(f"I15: {refusal.fired} calls with a token that is refused")
        self.proxy.calm()
        return refusal.fired > 0

    def consent_revoked(self) -> bool:
        """Nothing is called any more until the owner consents again."""
        vendor = self.dice.choice(("hubspot", "quickbooks"))
        self.proxy.calm()
        self.owner.refresh_tokens |= self.proxy.refresh_tokens
        self.owner.takes_away(vendor)
        told = self.asked_for().wait(90)
        if "no time left" in told.out:  # on a busy machine not even the refusal was heard
            told = self.asked_for().wait(90)
        before = len(self.proxy.calls)
        self.end(self.asked_for())
        if "asked us to wait" in told.out:  # nothing is called, so nobody can notice
            self.reconnect(vendor)
            return False
        if '"reconnect"' not in told.out and '"busy"' not in told.out:
            self.problems.append(f"I15: consent is gone and a pass says {told.out[-300:]}")
        elif '"busy"' not in told.out and len(self.proxy.calls) > before:
            self.problems.append("I15: vendors are called without consent")
        self.reconnect(vendor)
        return True

    def reconnect(self, vendor: str) -> None:
        access, refresh = self.owner.gives_again(vendor)
        self.proxy.secrets |= {access, refresh}
        self.proxy.refresh_tokens[vendor] = refresh
        short = "HS" if vendor == "hubspot" else "QB"
        self.product.configure({f"{short}_TOKEN": access, f"{short}_REFRESH": refresh})
        self.has_backup = False  # it knows the old consent only

    def back_up(self) -> None:
        self.product.database.back_up()
        self.has_backup = True

    def restored(self) -> bool:
        if self.relay is not None:
            self.relay.stop_web()
        self.product.database.restore()
        self.proxy.forget_pauses()  # an older backup cannot know of the latest
        if self.relay is not None:
            self.relay.start_web()
        self.was_restored = True
        self.end(self.start())
        return True


def send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


PLAIN = "a pass"
LEASE_SECONDS = 5.2
MOST_REFUSED = 8  # several calls may be on their way together
DEEDS: Mapping[str, Callable[[Passes], bool]] = {
    PLAIN: Passes.ends_by_itself,
    "kill -9 at any moment": lambda passes: passes.signalled(signal.SIGKILL),
    "SIGTERM at any moment": lambda passes: passes.signalled(signal.SIGTERM),
    "killed before the send": lambda passes: passes.struck(troubles.killed_before),
    "killed after the vendor's commit": lambda passes: passes.struck(troubles.killed_after),
    "killed before our commit": lambda passes: passes.dies_at_commit("before"),
    "killed after our commit": lambda passes: passes.dies_at_commit("after"),
    "killed while renewing a token": Passes.dies_while_renewing,
    "401 for good": Passes.refused_for_good,
    "consent revoked": Passes.consent_revoked,
    "frozen past the lease": Passes.stands_still,
    "two passes at once": Passes.two_at_once,
    "database locked": Passes.locked,
    "disk full": Passes.disk_full,
    "database restarted": Passes.database_restarted,
    "restored backup": Passes.restored,
}
