"""The safety brake: how much one pass may make or take away before a person is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from syncapp.engine.records import Entity, Side
from syncapp.engine.said import joined, said
from syncapp.engine.writes import Operation, Write


class Kind(StrEnum):
    MAKE = "make"
    REMOVE = "remove"  # void or archive


@dataclass(frozen=True, slots=True, order=True)
class Deed:
    """What is counted together."""

    kind: Kind
    entity: Entity
    side: Side


@dataclass(frozen=True, slots=True)
class Limits:
    """Of each the larger one: a number, or a share of the entity's links in per cent."""

    makes: int = 100
    makes_percent: int = 20
    removals: int = 10
    removals_percent: int = 5

    def of(self, kind: Kind, links: int) -> int:
        match kind:
            case Kind.MAKE:
                return max(self.makes, links * self.makes_percent // 100)
            case Kind.REMOVE:
                return max(self.removals, links * self.removals_percent // 100)


@dataclass(frozen=True, slots=True)
class Stop:
    """More is planned than may go without asking."""

    deed: Deed
    planned: int
    allowed: int


def deed_of(write: Write) -> Deed | None:
    """None for what the brake does not count. A mirror is voided by its status."""
    if write.operation is Operation.CREATE:
        return Deed(Kind.MAKE, write.entity, write.side)
    is_void = "voided" in (write.fields.get("hs_invoice_status"), write.fields.get("status"))
    if write.operation in (Operation.VOID, Operation.ARCHIVE) or is_void:
        return Deed(Kind.REMOVE, write.entity, write.side)
    return None


def stops(planned: Mapping[Deed, int], allowed: Mapping[Deed, int | None]) -> tuple[Stop, ...]:
    """`allowed` None: any number. A deed without an allowance may not be done at all."""
    return tuple(
        Stop(deed, number, limit)
        for deed, number in sorted(planned.items())
        if (limit := allowed.get(deed, 0)) is not None and number > limit
    )


def in_words(found: Iterable[Stop]) -> str:
    """What would have happened, for the person who is asked."""
    return joined("; ", *(_stop_in_words(one) for one in found))


def _stop_in_words(stop: Stop) -> str:
    noun = stop.deed.entity.value if stop.planned == 1 else f"{stop.deed.entity}s"
    facts = {
        "planned": f"{stop.planned:,}",
        "object": said(noun),
        "app": stop.deed.side.product_name,
        "allowed": f"{stop.allowed:,}",
    }
    if stop.deed.kind is Kind.MAKE:
        return said(
            "make {planned} {object} in {app}, and {allowed} may go without asking", **facts
        )
    return said(
        "void or archive {planned} {object} in {app}, and {allowed} may go without asking", **facts
    )
