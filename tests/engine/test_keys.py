from dataclasses import replace
from itertools import product

from syncapp.engine.keys import batch_id, change_id, create_id, remote_key
from syncapp.engine.records import Entity
from tests.engine.factories import H, Q, ref

INVOICE = ref(H, "9001", Entity.INVOICE)
COPY = ref(Q, "145", Entity.INVOICE)


def test_the_id_of_a_create_never_changes_by_accident():
    """QuickBooks and restored backups remember these for as long as there are invoices."""
    assert create_id("4711", "9130", INVOICE, 0, 0) == "e9a0ff2b-9b78-5894-b6b6-7d3753dac892"


def test_the_id_of_a_change_never_changes_by_accident():
    known = change_id("9130", "update", COPY, "7", '{"DocNumber":"HS-1"}')
    assert known == "f0fdbfc8-adb2-50bd-8f98-1a5e037dfd71"


def test_the_id_of_a_batch_never_changes_by_accident():
    assert batch_id(["a", "b"]) == "3816c91d-a1c1-54ad-a2f5-d0cc44c07c0c"


def test_our_key_in_hubspot_never_changes_by_accident():
    assert remote_key("9130", Entity.INVOICE, "145") == "9130:invoice:145"


def test_ids_fit_into_what_quickbooks_takes_for_a_batch():
    assert {len(create_id("1", "2", INVOICE, 0, 0)), len(batch_id(["a"]))} == {36}


def test_every_create_has_an_id_of_its_own():
    sources = [
        replace(INVOICE, side=side, entity=entity, id=id_)
        for side, entity, id_ in product((H, Q), Entity, ("1", "11"))
    ]
    everything = product(("1", "11"), ("1", "11"), sources, (0, 1), (0, 1))
    ids = [create_id(*one) for one in everything]
    assert len(set(ids)) == len(ids)


def test_every_change_has_an_id_of_its_own():
    targets = [replace(COPY, side=side, id=id_) for side, id_ in product((H, Q), ("1", "11"))]
    everything = product(("1", "11"), ("update", "void"), targets, ("1", "2"), ("{}", "{1}"))
    ids = [change_id(*one) for one in everything]
    assert len(set(ids)) == len(ids)


def test_parts_do_not_run_into_each_other():
    assert create_id("1", "23", INVOICE, 0, 0) != create_id("12", "3", INVOICE, 0, 0)
    assert batch_id(["ab", "c"]) != batch_id(["a", "bc"])


def test_a_batch_is_its_members_in_their_order():
    assert batch_id(["a", "b"]) != batch_id(["b", "a"])
    assert batch_id(("a", "b")) == batch_id(["a", "b"])
