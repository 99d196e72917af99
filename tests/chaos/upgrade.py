"""An upgrade in the middle of the work, from real older code, which the repository's history holds.
The older version leaves writes without an answer and goes on working beside the newer one, which
migrates the tables under it."""

import io
import subprocess
import tarfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.chaos import troubles
from tests.chaos.deeds import LEASE_SECONDS
from tests.chaos.oracles import judge
from tests.chaos.product import Product
from tests.chaos.scenes import SCENES
from tests.chaos.storm import Result, Stage, Storm
from tests.chaos.troubles import Trouble
from tests.sandbox_process import REPOSITORY

MIGRATIONS_BACK = 3
ROUNDS = 3
MIGRATIONS = "syncapp/migrations"


def older_code(folder: Path) -> Path:
    """As it stood before its last migrations. Ends the run where the history is not here."""
    files = sorted((REPOSITORY / MIGRATIONS).glob("0*.py"))
    newest = files[-MIGRATIONS_BACK].relative_to(REPOSITORY)
    made = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(newest)).decode().strip()
    if not made:
        raise SystemExit(f"There is no history here that made {newest}: nothing to upgrade from.")
    with tarfile.open(fileobj=io.BytesIO(_git("archive", f"{made}^"))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def walk(
    make: Callable[[Path], Product], stage: Stage, first: int, last: int, until: float
) -> Iterator[Result]:
    """`stage` is that of the older version; `make` answers a product of the newer one, on the same
    database."""
    for seed in range(first, last):
        if time.monotonic() > until:
            return
        newer = make(stage.product.folder / f"newer{seed}")
        yield Upgrade(stage, seed, newer).run()


class Upgrade(Storm):
    def __init__(self, stage: Stage, seed: int, newer: Product) -> None:
        super().__init__(stage, seed)
        self.older, self.newer = stage.product, newer

    def run(self) -> Result:
        started = time.monotonic()
        try:
            self._leave_questions()
            self._upgrade()
            self._work_side_by_side()
            self.stage.product = self.newer
            violations = judge(self.judged())
        except Exception:  # noqa: BLE001  reported like any other finding
            violations = [f"the run itself: {traceback.format_exc(limit=-4)}"]
        finally:
            self.newer.close()
            self.stage.product = self.older
        return Result(self.seed, violations, self.told, time.monotonic() - started,
                      passes=2 + 2 * ROUNDS, writes=len(self.stage.proxy.writes()))  # fmt: skip

    def _leave_questions(self) -> None:
        """Of each kind of write, some without an answer, by a process that dies in the end."""
        self.older.a_pass()
        playing = [scene(self.people) for scene in SCENES.values()]
        for scene in playing:
            next(scene)
        self.older.a_pass()
        for scene in playing:
            next(scene, None)
        self.random.shuffle(playing)
        proxy = self.stage.proxy
        proxy.arm(Trouble("lost", troubles.is_write, troubles.lost_after, 10**6, 0.5), self.random)
        last = self.random.randrange(4, 12)
        proxy.arm(Trouble("last", troubles.is_write, troubles.killed_after, skip=last))
        self.older.a_pass()
        proxy.calm()
        owed = self.older.status()["open_intents"]
        self.stage.proxy.fired["open intents at an upgrade"] += owed
        self.told.append(f"the older version left {owed} open intents")

    def _upgrade(self) -> None:
        """A pass of the older version may be running meanwhile."""
        time.sleep(LEASE_SECONDS)
        running = self.older.start("sync", "--json")
        self.newer.take_over(self.older)
        self.told.append(f"migrated; the older pass ended with {running.wait(90).code}")

    def _work_side_by_side(self) -> None:
        for _ in range(ROUNDS):
            for _ in range(self.random.randrange(2, 6)):
                self.people.act()
            both = [one.start("sync", "--json") for one in (self.older, self.newer)]
            older, newer = (one.wait(90).code for one in both)
            self.told.append(f"--- the older one ended with {older}, the newer one with {newer}")


def _git(*arguments: str) -> bytes:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True).stdout
