"""The automatic filters: what no rule can switch off, as data, so that pages show what decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Snapshot
from syncapp.engine.rules import Condition


def _no_facts(_record: Snapshot) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Locked:
    """`words` finish the sentence "Only records …"; `category` is the reason of those it stops.
    `option` is the switch of the rule that takes it away, where there is one. `condition` says
    the same where one condition can say it: what a vendor can be asked for."""

    category: str
    words: str
    lets_through: Callable[[Snapshot], bool]
    option: str = ""
    condition: Condition | None = None
    facts: Callable[[Snapshot], Mapping[str, str]] = _no_facts


def first_failing(locked: tuple[Locked, ...], record: Snapshot) -> Finding | None:
    for one in locked:
        if not one.lets_through(record):
            return Finding(State.EXCLUDED, one.category, one.facts(record))
    return None
