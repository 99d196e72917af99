"""Two real `qcluster`s at work on one installation while people edit. Masters and workers are
killed, frozen and told to stop, and a supervisor starts them anew; then one is left alone and must
heal it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
import traceback
from collections.abc import Callable, Mapping

from tests.chaos.calls import descendants
from tests.chaos.doorbell import Doorbell
from tests.chaos.oracles import judge
from tests.chaos.people import edit_customer
from tests.chaos.product import command, wait_until
from tests.chaos.storm import SLOW_READS, Result, Stage, Storm
from tests.sandbox_process import REPOSITORY

CHILD_SUBREAPER = 36  # of prctl: orphans become ours, so that they can be found and ended
HEALING_SECONDS = 300
STARTING_SECONDS = 6
FROZEN_SECONDS = 6.5


class Clusters(Storm):
    def __init__(self, stage: Stage, seed: int, minutes: float) -> None:
        super().__init__(stage, seed)
        self.minutes = minutes
        self.running: list[subprocess.Popen[bytes]] = []
        self.groups: list[int] = []
        self.doorbell = Doorbell(stage.product, stage.sandbox, self.random)
        ctypes.CDLL(None).prctl(CHILD_SUBREAPER, 1, 0, 0, 0)

    def run(self) -> Result:
        started = time.monotonic()
        try:
            violations = self._played()
        except Exception:  # noqa: BLE001  reported like any other finding
            violations = [f"the run itself: {traceback.format_exc(limit=-4)}"]
        finally:
            self._end_all()
        calls = self.stage.proxy.writes()
        seconds = time.monotonic() - started
        return Result(self.seed, violations, self.told, seconds, writes=len(calls))

    def _played(self) -> list[str]:
        self.stage.product.a_pass()
        until = time.monotonic() + self.minutes * 60
        while len(self.running) < 2:
            self._start()
        self.groups.append(self.doorbell.start(self.webhook_token))
        time.sleep(STARTING_SECONDS)
        while time.monotonic() < until:
            for _ in range(self.random.randrange(1, 4)):
                self.people.act()
            if self.random.random() < 0.5:
                self.told.append(f"*** {self.weather.turn()}")
            if self.random.random() < 0.4:
                self.told.append(f"--- {self.passes.go()}")
            self.told.append(f"=== {self._strike()}")
            time.sleep(self.random.uniform(2, 6))
        return self._healed()

    def _strike(self) -> str:
        name = self.random.choice((*STRIKES, "nothing"))
        if name in STRIKES and STRIKES[name](self):
            self.stage.proxy.fired[f"cluster: {name}"] += 1
        return name

    def kill_a_worker(self) -> bool:
        """It may freeze its cluster for good; the supervisor sees the heartbeat and restarts it."""
        cluster = self.random.choice(self.running)
        pids = list(descendants(cluster.pid))
        if pids:
            _send(self.random.choice(pids), signal.SIGKILL)
            self._replace(cluster)
        return bool(pids)

    def kill_a_master(self) -> bool:
        """Its workers go on without it, beside those of the next one."""
        cluster = self.random.choice(self.running)
        cluster.kill()
        cluster.wait()
        self.running.remove(cluster)
        self._start()
        return True

    def stop_a_master(self) -> bool:
        cluster = self.random.choice(self.running)
        cluster.terminate()
        self._replace(cluster)
        return True

    def stop_a_group(self) -> bool:
        cluster = self.random.choice(self.running)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(cluster.pid, signal.SIGTERM)
        self._replace(cluster)
        return True

    def freeze_a_worker(self) -> bool:
        pids = [pid for cluster in self.running for pid in descendants(cluster.pid)]
        if not pids:
            return False
        pid = self.random.choice(pids)
        _send(pid, signal.SIGSTOP)
        time.sleep(FROZEN_SECONDS)
        _send(pid, signal.SIGCONT)
        return True

    def kill_while_storing_a_webhook(self) -> bool:
        where = self.random.choice(("before", "after"))
        return self.doorbell.dies_while_storing(where, lambda: self.people.act(edit_customer))

    def kill_a_web_worker(self) -> bool:
        return self.doorbell.loses_a_worker()

    def ring_otherwise(self) -> bool:
        self.told.append(f"webhooks are sent as {self.doorbell.ring_as()}")
        return True

    def _start(self) -> None:
        product = self.stage.product
        said = (product.folder / "said" / f"cluster{len(self.groups)}").open("w")
        started = subprocess.Popen(
            command("qcluster"),
            cwd=REPOSITORY,
            env={**product.environment, **product.settings},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        said.close()
        self.running.append(started)
        self.groups.append(started.pid)

    def _replace(self, cluster: subprocess.Popen[bytes]) -> None:
        """As a supervisor does: a while to end by itself, then the whole group is killed."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            cluster.wait(5)
        _end_group(cluster.pid)
        cluster.wait()
        self.running.remove(cluster)
        self._start()

    def _healed(self) -> list[str]:
        self.stage.proxy.calm()
        self._end_all()
        self.stage.sandbox.advance(SLOW_READS)
        self._start()
        if not wait_until(self._is_idle, HEALING_SECONDS, 5):
            self.told.append("a cluster that was left alone did not come to rest by itself")
        self._end_all()
        seen = self.judged()
        seen.pids_are_passes = False
        return [*judge(seen), *self.doorbell.objections()]

    def _is_idle(self) -> bool:
        return bool(self.stage.product.status()["idle"])

    def _end_all(self) -> None:
        for group in self.groups:
            _end_group(group)
        for cluster in self.running:
            cluster.wait()
        if self.doorbell.process is not None:
            self.doorbell.process.wait()
        self.running, self.groups = [], []


STRIKES: Mapping[str, Callable[[Clusters], bool]] = {
    "kill a worker": Clusters.kill_a_worker,
    "kill a master": Clusters.kill_a_master,
    "stop a master": Clusters.stop_a_master,
    "stop a group": Clusters.stop_a_group,
    "freeze a worker": Clusters.freeze_a_worker,
    "kill while storing a webhook": Clusters.kill_while_storing_a_webhook,
    "kill a web worker": Clusters.kill_a_web_worker,
    "ring otherwise": Clusters.ring_otherwise,
}


def _end_group(group: int) -> None:
    """Sessions of our own making: nobody else is in the group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
