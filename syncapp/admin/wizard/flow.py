"""Where somebody is in the setup, what comes next and why. Pure: facts in, steps out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from syncapp.engine.records import Entity

# In this order they are best set up: invoices need the other two.
RECOMMENDED_ORDER = (Entity.PRODUCT, Entity.CONTACT, Entity.INVOICE)
NEEDED: Mapping[Entity, tuple[Entity, ...]] = {Entity.INVOICE: (Entity.PRODUCT, Entity.CONTACT)}


class Step(StrEnum):
    OBJECT = "object"
    CONFIGURE = "configure"
    LIMIT = "limit"
    REVIEW = "review"


class Mark(StrEnum):
    DONE = "done"
    NOW = "now"
    TODO = "todo"


class Reason(StrEnum):
    """Why the next step is the next one."""

    NOTHING_CHOSEN = "nothing_chosen"
    NEEDS_OTHERS = "needs_others"
    NOT_SEEN = "not_seen"
    WRONG = "wrong"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Facts:
    """`set_up` are the objects that have a rule. `reached`: the furthest step somebody came to.
    `wrong`: steps in which something must be put right."""

    entity: Entity | None = None
    set_up: frozenset[Entity] = frozenset()
    reached: Step = Step.OBJECT
    wrong: frozenset[Step] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Shown:
    """`is_open`: may be gone to."""

    step: Step
    mark: Mark
    is_open: bool
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    step: Step
    reason: Reason


@dataclass(frozen=True, slots=True)
class Choice:
    """An object on the first page. `missing`: what must be set up before it."""

    entity: Entity
    is_set_up: bool
    is_next: bool
    missing: tuple[Entity, ...] = ()


def next_step(facts: Facts) -> Next:
    if facts.entity is None:
        return Next(Step.OBJECT, Reason.NOTHING_CHOSEN)
    if missing(facts.entity, facts.set_up):
        return Next(Step.OBJECT, Reason.NEEDS_OTHERS)
    for step in (Step.CONFIGURE, Step.LIMIT):
        if step in facts.wrong:
            return Next(step, Reason.WRONG)
        if not _is_behind(step, facts.reached):
            return Next(step, Reason.NOT_SEEN)
    return Next(Step.REVIEW, Reason.READY)


def steps(facts: Facts, here: Step) -> Sequence[Shown]:
    """Every step of a draft that exists is open: whoever comes back may look at any of them."""
    following = next_step(facts).step
    return tuple(
        Shown(
            step,
            Mark.NOW if step is here else Mark.DONE if _is_done(step, facts) else Mark.TODO,
            is_open=step is Step.OBJECT or following is not Step.OBJECT,
            is_wrong=step in facts.wrong,
        )
        for step in Step
    )


def choices(set_up: frozenset[Entity]) -> Sequence[Choice]:
    following = next((one for one in RECOMMENDED_ORDER if one not in set_up), None)
    return tuple(
        Choice(entity, entity in set_up, entity is following, missing(entity, set_up))
        for entity in RECOMMENDED_ORDER
    )


def missing(entity: Entity, set_up: frozenset[Entity]) -> tuple[Entity, ...]:
    """What has a rule already is not locked again by what it once needed."""
    if entity in set_up:
        return ()
    return tuple(one for one in NEEDED.get(entity, ()) if one not in set_up)


def off(entity: Entity, set_up: frozenset[Entity], on: frozenset[Entity]) -> tuple[Entity, ...]:
    """What it needs, has a rule and is switched off: no lock, but its records wait for it."""
    return tuple(one for one in NEEDED.get(entity, ()) if one in set_up - on)


def _is_done(step: Step, facts: Facts) -> bool:
    if step is Step.OBJECT:
        return facts.entity is not None and not missing(facts.entity, facts.set_up)
    return step not in facts.wrong and _is_behind(step, facts.reached)


def _is_behind(step: Step, reached: Step) -> bool:
    order = list(Step)
    return order.index(step) < order.index(reached)
