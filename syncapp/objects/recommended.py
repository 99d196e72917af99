"""The filters we recommend, with the reason: one click each. What is on from the start is marked;
the day is the one on which the rule is set up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from syncapp.engine.records import Entity
from syncapp.engine.rules import Condition, Direction, Filter
from syncapp.objects import RECOMMENDED_FILTERS


@dataclass(frozen=True, slots=True)
class Recommendation:
    """`filter_` of a direction, or the automatic one whose reason is `category`. `is_on`: chosen
    unless somebody takes it away. `keeps_linked`: it is about new records only."""

    direction: Direction
    words: str
    why: str
    filter_: Filter = ()
    category: str = ""
    is_on: bool = False
    keeps_linked: bool = False


def recommended(entity: Entity, today: date) -> tuple[Recommendation, ...]:
    make = _MAKERS.get(entity)
    return make(today) if make else ()


def _contacts(_today: date) -> tuple[Recommendation, ...]:
    return (
        Recommendation(
            Direction.TO_QUICKBOOKS,
            "Only contacts that are customers or stand on a finalized invoice",
            "Without it every lead becomes a customer in the books.",
            RECOMMENDED_FILTERS[Entity.CONTACT][Direction.TO_QUICKBOOKS],
            is_on=True,
            keeps_linked=True,
        ),
    )


def _products(_today: date) -> tuple[Recommendation, ...]:
    return tuple(
        Recommendation(
            direction,
            "Only products with a SKU",
            "Products are recognised by it: one without, that is on both sides, would be doubled.",
            category="no_sku",
            is_on=True,
        )
        for direction in (Direction.TO_HUBSPOT, Direction.TO_QUICKBOOKS)
    )


def _invoices(today: date) -> tuple[Recommendation, ...]:
    after = Condition(Entity.INVOICE, "MetaData.CreateTime", "after", today.isoformat())
    return (
        Recommendation(
            Direction.TO_HUBSPOT,
            "Only invoices entered in QuickBooks after today",
            "Left alone, every invoice comes in, whatever its age.",
            ((after,),),
            keeps_linked=True,
        ),
    )


_MAKERS: Mapping[Entity, Callable[[date], tuple[Recommendation, ...]]] = {
    Entity.CONTACT: _contacts,
    Entity.PRODUCT: _products,
    Entity.INVOICE: _invoices,
}
