import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncapp.engine.plan import Plan
from syncapp.engine.records import Snapshot
from syncapp.engine.wire import decode, encode
from syncapp.engine.writes import Operation, Write
from tests.engine.factories import H, ref
from tests.engine.strategies import baselines, decisions, fields, keyed_writes, snapshots, values

storable = st.one_of(
    values, fields, baselines, snapshots, keyed_writes, decisions, st.frozensets(values)
)


@given(storable)
def test_what_was_stored_reads_back_equal_and_of_the_same_type(value):
    back = decode(json.loads(json.dumps(encode(value))))
    assert back == value
    assert type(back) is type(value)


@given(storable)
def test_the_same_value_is_stored_in_the_same_words(value):
    """The request id of a change is made of them."""
    once = encode(value)
    assert encode(decode(once)) == once


@pytest.mark.parametrize("amount", ["10.00", "10", "1E+3", "-0.01", "0.000001"])
def test_an_amount_keeps_every_digit_as_it_was_written(amount):
    assert str(decode(encode(Decimal(amount)))) == amount


@pytest.mark.parametrize("value", [1.5, {"amount": 1.5}, (1.5,), object(), Plan()])
def test_what_the_engine_does_not_speak_of_is_refused(value):
    with pytest.raises(TypeError):
        encode(value)


def test_defaults_are_not_stored_so_that_a_new_field_changes_no_stored_write():
    stored = encode(Write(H, ref(H).entity, Operation.VOID))
    assert set(stored["v"]) == {"side", "entity", "operation"}
    assert set(encode(Snapshot(ref(H)))["v"]) == {"ref"}


def test_a_false_value_is_not_taken_for_a_default_of_another_type():
    written = Write(H, ref(H).entity, Operation.UPDATE, {"active": False, "amount": Decimal(0)})
    back = decode(encode(written)).fields
    assert back["active"] is False
    assert isinstance(back["amount"], Decimal)


def test_rows_from_before_words_were_stored_plainly_read_as_ever():
    side, entity = {"$": "Side", "v": "hubspot"}, {"$": "Entity", "v": "contact"}
    stored = {"$": "RecordRef", "v": {"side": side, "entity": entity, "id": "7"}}
    assert decode(stored) == ref(H, "7")
    assert encode(ref(H, "7"))["v"] == {"side": "hubspot", "entity": "contact", "id": "7"}
