"""The crash grid: for every kind of write a process dies at every point around it, and around the
later calls of a document that takes several; the next pass must find out, and both worlds must look
as if nobody had died."""

import random
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from tests.chaos import troubles
from tests.chaos.deeds import LEASE_SECONDS
from tests.chaos.oracles import judge
from tests.chaos.scenes import SCENES
from tests.chaos.storm import Result, Stage, Storm
from tests.chaos.troubles import Deed, Trouble, When

Say = Callable[[str], None]
IN_A_BATCH = "in the middle of a batch"
POINTS: Mapping[str, Callable[[Path], Deed]] = {
    "before the send": lambda _flag: troubles.killed_before,
    "after the vendor's commit": lambda _flag: troubles.killed_after,
    "after the answer, before our commit": lambda flag: troubles.killed_at_commit(flag, "before"),
    "after our commit": lambda flag: troubles.killed_at_commit(flag, "after"),
    IN_A_BATCH: lambda _flag: troubles.killed_in_a_batch,
}
BATCHES = ("invoices to QuickBooks, three in a batch",)
CALLS: Mapping[str, int] = {  # of a pass that makes this write, where they are several
    "invoice to QuickBooks, create": 2,
    "invoices to QuickBooks, three in a batch": 2,
    "invoice to QuickBooks, create with its customer": 3,
    "invoice to HubSpot, create": 3,
    "invoice to HubSpot, update": 3,
    "payment to HubSpot, create on a mirror": 2,
}


def scenes_at(point: str, number: int) -> list[str]:
    """In which a process can die at this point of this call."""
    if point == IN_A_BATCH:
        return list(BATCHES) if number == 0 else []
    return [name for name in SCENES if number < CALLS.get(name, 1)]


def worlds() -> list[tuple[str, int]]:
    """A round: a world for each point and call, with all kinds of writes in it that have them."""
    most = max(CALLS.values(), default=1)
    return [(point, call) for call in range(most) for point in POINTS if scenes_at(point, call)]


def cell(point: str, name: str, number: int) -> str:
    return f"{point} | {name}" + (f", call {number + 1}" if number else "")


def cells() -> list[str]:
    return [cell(at, name, number) for at, number in worlds() for name in scenes_at(at, number)]


def walk(
    stage: Stage, first: int, rounds: int, until: float, reached: Counter[str], say: Say
) -> Iterator[Result]:
    """Round after round, while there is time for another world."""
    seed = first
    for number_of_round in range(1, rounds + 1):
        for point, number in worlds():
            if time.monotonic() > until:
                return
            walk = Walk(stage, seed, reached, scenes_at(point, number))
            result = walk.through(point, number)
            say(f"round {number_of_round}, {point}, call {number + 1}: {result.seconds:.0f} s, "
                f"{len(result.violations)} violations")  # fmt: skip
            for violation in result.violations:
                say(f"    {violation}")
            seed += 1
            yield result


class Walk(Storm):
    """A world without other faults, in which processes die where they are told to."""

    def __init__(
        self, stage: Stage, seed: int, reached: Counter[str], only: Collection[str] = tuple(SCENES)
    ) -> None:
        super().__init__(stage, seed)
        self.reached, self.only = reached, only

    def through(self, point: str, number: int) -> Result:
        started = time.monotonic()
        try:
            self.stage.product.a_pass()
            playing = {name: SCENES[name](self.people) for name in self.only}
            for scene in playing.values():
                next(scene)
            self._settle()
            names = list(playing)
            random.Random(self.seed).shuffle(names)  # noqa: S311  no secret
            for name in names:
                next(playing[name], None)
                if self._dies(name, point, number):
                    self.reached[cell(point, name, number)] += 1
                    time.sleep(LEASE_SECONDS)
                self._settle()
            seen = self.judged()
            violations = judge(seen)
        except Exception:  # noqa: BLE001  the next one goes on; this one is reported
            violations = [f"the run itself: {traceback.format_exc(limit=-4)}"]
        return Result(self.seed, violations, self.told, time.monotonic() - started,
                      passes=len(self.told), writes=len(self.stage.proxy.writes()))  # fmt: skip

    def _dies(self, name: str, point: str, number: int) -> bool:
        flag = self.stage.product.flag
        when: When = troubles.is_batch if point == IN_A_BATCH else troubles.is_write
        trouble = self.stage.proxy.arm(Trouble("grid", when, POINTS[point](flag), skip=number))
        ended = self.stage.product.a_pass()
        trouble.times = 0
        flag.unlink(missing_ok=True)
        has_died = trouble.fired > 0 and ended.code == -9
        self.told.append(f"{name}: {'died' if has_died else 'went through'}, {ended.code}")
        return has_died

    def _settle(self) -> None:
        """What is there is synced, and who died is found out about: the next one to die does it at
        a write of its own scene."""
        ended = self.stage.product.a_pass()
        if ended.code == 2:
            self.lend_a_hand(ended.out)
            self.stage.product.a_pass()
