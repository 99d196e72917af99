"""Random filters over the fields of a world, for comparing what a vendor's query finds with what
the engine lets through."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hypothesis import strategies as st

from syncapp.connectors.base import Connector
from syncapp.engine.field_types import FieldType
from syncapp.engine.filters import failing_conditions
from syncapp.engine.operators import OPERATORS, Operator, Takes
from syncapp.engine.records import Entity, Snapshot
from syncapp.engine.rules import Condition, Filter

TEXTS = (
    *("Oslo", "OSLO", "Oslo Nord", "O'Brien", "O\\'Brien", "50% off", "50", "a_b", "a.b@c.test"),
    *("straße", "STRASSE", "Ünïcode", "x;y", "back\\slash", "*", "?", "[ab]", " lead", "trail "),
    *("ab cd", "true", "None", "ab", "b", "12", "nord", "a,b", '"quoted"', "z" * 60),
)
DATES = ("2026-03-08", "2026-03-09", "2026-03-10", "2026-11-01", "2024-02-29", "1969-12-31")
NUMBERS = ("0", "-1", "10", "10.00", "10.5", "9.99", "1e3", "1000000", "0.00001")
DAYS = ("0", "1", "7", "365", "30000")

_VALUES = {
    FieldType.NUMBER: NUMBERS,
    FieldType.DATE: DATES,
    FieldType.DATETIME: DATES,
}


def conditions(
    entity: Entity, fields: Mapping[str, FieldType], values: Mapping[str, Sequence[str]]
) -> st.SearchStrategy[Condition]:
    """`values` are those worth trying for a field, where the usual ones of its type are not."""
    return st.sampled_from(sorted(fields)).flatmap(
        lambda name: _condition(entity, name, fields[name], values.get(name, ()))
    )


def _condition(
    entity: Entity, name: str, type_: FieldType, values: Sequence[str]
) -> st.SearchStrategy[Condition]:
    one = st.sampled_from((*values, *_VALUES.get(type_, TEXTS)))
    shapes = {
        Takes.NOTHING: st.none(),
        Takes.ONE: one,
        Takes.TWO: st.tuples(one, one),
        Takes.LIST: st.lists(one, min_size=1, max_size=4).map(tuple),
        Takes.DAYS: st.sampled_from(DAYS),
    }
    return st.sampled_from(OPERATORS[type_]).flatmap(
        lambda operator: st.builds(
            Condition,
            st.just(entity.value),
            st.just(name),
            st.just(operator.value),
            shapes[Operator(operator).takes],
            st.just(type_.value),
        )
    )


def filters(of: st.SearchStrategy[Condition]) -> st.SearchStrategy[Filter]:
    few = st.lists(of, min_size=1, max_size=3).map(tuple)
    many = st.lists(of, min_size=1, max_size=8).map(tuple)
    return st.one_of(
        st.lists(few, max_size=3).map(tuple), st.lists(many, min_size=1, max_size=7).map(tuple)
    )


def assert_agreement(
    connector: Connector,
    entity: Entity,
    filter_: Filter,
    records: Mapping[str, Snapshot],
    now: datetime,
) -> bool:
    """What passes is found; an exact query finds nothing else. Answers whether it was exact."""
    found = connector.matching(entity, filter_, now, limit=1000)
    ids = {one.ref.id for one in found.snapshots}
    passing = {id for id, one in records.items() if not failing_conditions(filter_, one, now)}
    assert passing <= ids, (filter_, passing - ids)
    assert found.total == len(ids)
    if found.is_exact:
        assert ids == passing, (filter_, ids - passing)
    assert all(records[one.ref.id].fields == one.fields for one in found.snapshots)
    return found.is_exact
