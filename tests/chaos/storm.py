"""One seed: an office at work while faults happen and passes are killed; then the faults end, the
pair must come to rest, and the oracles look at what is there."""

import random
import re
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos import troubles
from tests.chaos.deeds import Passes
from tests.chaos.evidence import Evidence, gather, put_away
from tests.chaos.faults import CALM, Weather
from tests.chaos.grants import Owner
from tests.chaos.oracles import judge
from tests.chaos.people import People
from tests.chaos.product import Product
from tests.chaos.proxy import Proxy
from tests.chaos.troubles import Trouble
from tests.sandbox_process import SandboxProcess

SLOW_READS = 3700  # deletions in HubSpot are listed once an hour of its clock
LASTING = "trouble that stays for good"
MOST_PASSES = 25
MOST_TRIES = 9
LYING = {"500 after commit", "503 after commit", "empty remote", "page loop"}


@dataclass
class Result:
    seed: int
    violations: list[str]
    told: list[str] = field(default_factory=list)
    seconds: float = 0.0
    passes: int = 0
    writes: int = 0


@dataclass
class Stage:
    """What all seeds of one run share: a sandbox, the proxy before it, an installation."""

    sandbox: SandboxProcess
    proxy: Proxy
    product: Product
    evidence: Path | None = None  # a folder for what a seed with violations left

    def credentials(self) -> dict[str, Any]:
        self.proxy.calm()
        credentials = self.sandbox.reset()
        self.proxy.forget()
        self.sandbox.forget_requests()
        company = credentials["quickbooks"]["companies"][0]
        self.proxy.secrets = {
            credentials["hubspot"]["access_token"],
            credentials["hubspot"]["refresh_token"],
            credentials["hubspot"]["client_secret"],
            credentials["quickbooks"]["client_secret"],
            company["access_token"],
            company["refresh_token"],
        }
        return credentials


class Storm:
    def __init__(self, stage: Stage, seed: int, *, faults: bool = True, rounds: int = 8) -> None:
        self.stage, self.seed, self.with_faults, self.rounds = stage, seed, faults, rounds
        self.random = random.Random(f"storm {seed}")  # noqa: S311  no secret
        credentials = stage.credentials()
        self.webhook_token = str(credentials["quickbooks"]["webhook_token"])
        realm = credentials["quickbooks"]["companies"][0]["realm_id"]
        self.people = People(stage.sandbox, realm, seed)
        self.weather = Weather(stage.proxy, self.people, seed)
        owner = Owner(stage.sandbox, credentials)
        # the token that a new account comes with is a private app's, which nobody can take away
        access, refresh = owner.gives_again("hubspot")
        credentials["hubspot"] |= {"access_token": access, "refresh_token": refresh}
        stage.proxy.secrets |= {access, refresh, self.webhook_token}
        self.passes = Passes(stage.product, stage.proxy, self.random, owner)
        self.told = self.people.told
        self.people.open_shop()
        stage.product.begin(credentials, self.people.income)

    def run(self) -> Result:
        started = time.monotonic()
        violations: list[str] = []
        try:
            self.told.append(f"--- {self.passes.go('a pass')}")
            self.begin()
            self._play()
            self.end()
            seen = self.judged()
            violations = judge(seen)
            if violations and self.stage.evidence:
                file = self.stage.evidence / f"{self.seed}.json"
                put_away(seen, file, self.told, violations)
        except Exception:  # noqa: BLE001  the next seed goes on; this one is reported
            violations = [f"the run itself: {traceback.format_exc(limit=-4)}"]
        finally:
            self.close()
        return Result(
            self.seed,
            violations,
            self.told,
            time.monotonic() - started,
            passes=len([line for line in self.told if line.startswith("---")]),
            writes=len(self.stage.proxy.writes()),
        )

    def begin(self) -> None:
        """After the first pass."""

    def between(self) -> None:
        """Before each of the others."""

    def end(self) -> None:
        """After the last one, before the faults end."""

    def close(self) -> None:
        """Whatever has happened."""

    def _play(self) -> None:
        for number in range(self.rounds):
            for _ in range(self.random.randrange(3, 9)):
                self.people.act()
            if self.with_faults:
                for _ in range(self.random.randrange(3)):
                    self.told.append(f"*** {self.weather.turn()}")
                if number == self.rounds // 3:
                    self.passes.back_up()
            self.between()
            name = "" if self.with_faults else "a pass"
            self.told.append(f"--- {self.passes.go(name)}")

    def judged(self) -> Evidence:
        has_rested = self._rest()
        if has_rested and self.with_faults and self.seed % 4 == 0:
            self._go_on_under_lasting_faults()
            has_rested = self._rest()
        before = len(self.stage.proxy.calls)
        if has_rested:
            self.stage.product.a_pass()
        quiet = [call.shown() for call in self.stage.proxy.writes(before)]
        seen = gather(self.stage.product, self.stage.proxy, self.people)
        seen.quiet_writes, seen.has_rested = quiet, has_rested
        seen.problems = self.passes.problems
        seen.was_restored = self.passes.was_restored
        seen.was_undisturbed = not self.with_faults
        seen.lies = bool(LYING & set(self.weather.told))
        return seen

    def _rest(self) -> bool:
        """The faults are over: within a few passes nothing must be owed any more."""
        self.stage.proxy.calm()
        self.stage.sandbox.options(
            hubspot=CALM["hubspot"], quickbooks={self.people.realm: CALM["quickbooks"]}
        )
        time.sleep(2.2)  # what was on its way arrives; a pause that was asked for is over
        self.stage.sandbox.advance(SLOW_READS)
        return self.rest()

    def rest(self) -> bool:
        quiet = tries = hands = 0
        while tries < MOST_TRIES and hands < MOST_TRIES:
            before = len(self.stage.proxy.calls)
            ended = self.stage.product.a_pass("--until-idle", "--limit", "30")
            if ended.code == 2:
                hands += 1
                self.lend_a_hand(ended.out)
                time.sleep(1)
                continue
            tries += 1
            writes, status = self.stage.proxy.writes(before), self.stage.product.status()
            quiet = 0 if writes else quiet + 1
            self.told.append(
                f"--- in calm: exit {ended.code}, {len(writes)} writes, idle {status['idle']}"
            )
            if quiet and status["idle"]:
                return True
        return False

    def lend_a_hand(self, out: str) -> None:
        """Time passes that a vendor asked for. A person confirms what the brake stopped, that is
        what it is for (I9); and consents again where a backup was put back, whose tokens are older
        than those that were handed out."""
        if pause := re.search(r"to wait another (\d+) seconds", out):
            time.sleep(int(pause[1]) + 1)
        if '"reason": "brake"' in out:
            self.stage.product.run("brake", "--release")
            self.told.append("--- the brake is released")
        if '"reason": "reconnect"' in out and self.passes.was_restored:
            for vendor in ("hubspot", "quickbooks"):
                self.passes.reconnect(vendor)
            self.told.append("--- consent is given again")

    def _go_on_under_lasting_faults(self) -> None:
        """Some trouble stays for good; what people do arrives nevertheless."""
        proxy, people = self.stage.proxy, self.people
        lost, busy = troubles.lost_after, troubles.refused(503)
        for when, deed in ((troubles.is_write, lost), (troubles.is_read, busy)):
            lasting = Trouble(LASTING, when, deed, times=10**6, probability=0.12)
            proxy.arm(lasting, self.random)
        email = f"lasting{self.seed}@acme.test"
        contact = people.contact(email, firstname="Lasting")
        people.invoice({"name": "Travel", "quantity": "1", "price": "10"}, contact=contact)
        for _ in range(MOST_PASSES):
            self.stage.product.a_pass()
            if self._has_arrived(email):
                return
            time.sleep(1)
        self.passes.problems.append(f"I11: under lasting faults nothing of {email} has arrived")

    def _has_arrived(self, email: str) -> bool:
        customers = self.people.live("quickbooks", "Customer").items()
        ids = {
            id_
            for id_, one in customers
            if (one.get("PrimaryEmailAddr") or {}).get("Address") == email
        }
        invoices = self.people.live("quickbooks", "Invoice").values()
        return any(one["CustomerRef"]["value"] in ids for one in invoices)
