"""What Hypothesis may make up: values, lines, snapshots, baselines."""

from datetime import UTC

from hypothesis import strategies as st

from syncapp.engine.plan import FieldDecision, Verdict
from syncapp.engine.records import (
    Baseline,
    Entity,
    Line,
    LineKind,
    Presence,
    RecordRef,
    Side,
    Snapshot,
)
from syncapp.engine.writes import KeyedWrite, Operation, Write

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
prices = st.decimals(min_value=0, max_value=10**6, places=5)
quantities = st.decimals(min_value=0, max_value=10**4, places=3)
ids = st.text("0123456789", min_size=1, max_size=12)
refs = st.builds(RecordRef, st.sampled_from(Side), st.sampled_from(Entity), ids)
texts = st.text(max_size=30)
moments = st.datetimes(timezones=st.just(UTC))

lines = st.builds(
    Line,
    id=ids,
    kind=st.sampled_from(LineKind),
    product=st.none() | refs,
    sku=texts,
    name=texts,
    description=texts,
    quantity=st.none() | quantities,
    unit_price=st.none() | prices,
    amount=amounts,
    discount=amounts,
    tax=amounts,
    percent=st.none() | quantities,
    is_recurring=st.booleans(),
    partner=ids,
    carried=texts,
)
values = st.one_of(
    st.none(),
    texts,
    st.booleans(),
    amounts,
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    moments,
    refs,
    st.lists(lines, max_size=3).map(tuple),
)
fields = st.dictionaries(texts, values, max_size=4)
baselines = st.builds(Baseline, fields, fields)
snapshots = st.builds(
    Snapshot,
    ref=refs,
    fields=fields,
    version=texts,
    presence=st.sampled_from(Presence),
    modified_at=st.none() | moments,
    created_at=st.none() | moments,
    related=st.dictionaries(texts, st.lists(fields, max_size=2).map(tuple), max_size=2),
    payments=st.lists(refs, max_size=2).map(tuple),
    merged_ids=st.lists(ids, max_size=2).map(tuple),
    key=texts,
    carried=texts,
)
writes = st.builds(
    Write,
    side=st.sampled_from(Side),
    entity=st.sampled_from(Entity),
    operation=st.sampled_from(Operation),
    fields=fields,
    source=st.none() | refs,
    target=st.none() | refs,
    before=st.none() | snapshots,
    generation=st.integers(0, 5),
    step=st.integers(0, 5),
    made=st.dictionaries(texts, ids, max_size=3),
)
keyed_writes = st.builds(KeyedWrite, writes, ids, ids)
decisions = st.builds(
    FieldDecision,
    texts,
    st.sampled_from(Verdict),
    values,
    values,
    st.none() | st.sampled_from(Side),
    values,
    values,
    st.booleans(),
)
