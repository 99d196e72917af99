"""The crash grid: for every kind of write a process dies at every point around it; the next pass
must find out, and both worlds must look as if nobody had died."""

import random
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping

from tests.chaos import troubles
from tests.chaos.deeds import LEASE_SECONDS
from tests.chaos.oracles import judge
from tests.chaos.scenes import SCENES
from tests.chaos.storm import Result, Stage, Storm
from tests.chaos.troubles import Deed, Trouble

Say = Callable[[str], None]
MOST_CALLS = 4  # of one document: each of them is a place to die at


def points(stage: Stage) -> Mapping[str, Deed]:
    flag = stage.product.flag
    return {
        "before the send": troubles.killed_before,
        "after the vendor's commit": troubles.killed_after,
        "after the answer, before our commit": troubles.killed_at_commit(flag, "before"),
        "after our commit": troubles.killed_at_commit(flag, "after"),
    }


def walk(
    stage: Stage, first: int, until: float, reached: Counter[str], say: Say
) -> Iterator[Result]:
    """A world for each point and each call of a document, all kinds of writes in it; endlessly."""
    seed = first
    while True:
        for number in range(MOST_CALLS):
            for point, deed in points(stage).items():
                if time.monotonic() > until:
                    return
                result = Walk(stage, seed, reached).through(point, deed, number)
                say(f"{point}, call {number + 1}: {result.seconds:.0f} s, "
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

    def through(self, point: str, deed: Deed, number: int) -> Result:
        started = time.monotonic()
        try:
            self.stage.product.a_pass()
            names = list(self.only)
            random.Random(self.seed).shuffle(names)  # noqa: S311  no secret
            for name in names:
                self._die_in(name, point, deed, number)
            seen = self.judged()
            violations = judge(seen)
        except Exception:  # noqa: BLE001  the next one goes on; this one is reported
            violations = [f"the run itself: {traceback.format_exc(limit=-4)}"]
        return Result(self.seed, violations, self.told, time.monotonic() - started,
                      passes=len(self.told), writes=len(self.stage.proxy.writes()))  # fmt: skip

    def _die_in(self, name: str, point: str, deed: Deed, number: int) -> None:
        do = SCENES[name](self.people, self._ready)
        do()
        trouble = self.stage.proxy.arm(Trouble("grid", troubles.is_write, deed, skip=number))
        ended = self.stage.product.a_pass()
        trouble.times = 0
        self.stage.product.flag.unlink(missing_ok=True)
        has_died = trouble.fired > 0 and ended.code == -9
        self.told.append(f"{name}: {'died' if has_died else 'went through'}, {ended.code}")
        if has_died:
            self.reached[f"{point} | {name}"] += 1
            time.sleep(LEASE_SECONDS)

    def _ready(self) -> None:
        ended = self.stage.product.a_pass()
        if ended.code == 2:
            self._lend_a_hand(ended.out)
