"""Records, rules and pairs with only what a test is about."""

from decimal import Decimal

from syncapp.engine.baseline import settle
from syncapp.engine.records import Baseline, Entity, Line, LineKind, Pair, RecordRef, Side, Snapshot
from syncapp.engine.rules import Condition, FieldMapping, SyncRule
from syncapp.objects.plain import PlainRules

H, Q = Side.HUBSPOT, Side.QUICKBOOKS


class ContactLike(PlainRules):
    """An entity with nothing special about it."""

    entity = Entity.CONTACT


PHONE = FieldMapping("phone", "Phone")
CITY = FieldMapping("city", "City")


def ref(side, id_="1", entity=Entity.CONTACT):
    return RecordRef(side, entity, id_)


def snapshot(side, id_="1", entity=Entity.CONTACT, *, fields=None, **rest):
    return Snapshot(ref(side, id_, entity), dict(fields or {}), **rest)


def rule(*mappings, special=None, **rest):
    special = special or ContactLike()
    return SyncRule(special.entity, special, mappings=mappings or (PHONE,), **rest)


def where(property_, operator, value=None, object_="contact"):
    return Condition(object_, property_, operator, value)


def only(*conditions):
    """A filter of one group."""
    return (tuple(conditions),)


def linked(row, hubspot, quickbooks, base=None, **rest):
    """A linked pair with one mapped field; `base` is what both sides, or a pair of values what
    each of them, held at the last agreement."""
    both = base if isinstance(base, tuple) and len(base) == 2 else (base, base)
    return Pair(
        snapshot(H, fields={row.hubspot: hubspot}, version="h1"),
        snapshot(Q, fields={row.quickbooks: quickbooks}, version="q1"),
        agreed(row, *both) if base is not None else None,
        **rest,
    )


def agreed(row, hubspot, quickbooks):
    """The baseline after both sides were found to hold these values."""
    return Baseline({row.key: hubspot}, {row.key: quickbooks})


def settled(rule_, pair, plan, answers=()):
    """The baseline after these answers."""
    after = {H: pair.hubspot, Q: pair.quickbooks} | {one.ref.side: one for one in answers}
    confirmed = frozenset(one.ref.side for one in answers)
    return settle(rule_, pair.baseline, plan.fields, confirmed, Pair(after[H], after[Q]))


def item(amount="100.00", *, quantity="1", price=None, kind=LineKind.ITEM, **rest):
    price = amount if price is None else price
    return Line(
        kind=kind,
        quantity=quantity and Decimal(quantity),
        unit_price=price and Decimal(price),
        amount=Decimal(amount),
        **rest,
    )


def discount(amount, **rest):
    return Line(kind=LineKind.DISCOUNT, amount=Decimal(amount), **rest)


def tax(amount, **rest):
    return Line(kind=LineKind.TAX, amount=Decimal(amount), **rest)


def fee(amount, **rest):
    return Line(kind=LineKind.FEE, amount=Decimal(amount), **rest)


def text(words):
    return Line(kind=LineKind.TEXT, description=words)
