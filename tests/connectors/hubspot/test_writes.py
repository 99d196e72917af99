"""Contacts, products and payments are written, many at a time, each answered for itself."""

from decimal import Decimal

import pytest

from syncapp.connectors.base import Wanted
from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.engine.records import Entity, Presence
from syncapp.engine.writes import Done, FaultKind, KeyedWrite, Operation, Refused, Unknown, Write
from syncapp.errors import RateLimited, RemoteError, Unavailable
from tests.connectors.hubspot.conftest import Connect
from tests.connectors.hubspot.factories import (
    change,
    create,
    keyed,
    payment,
    send,
    snapshot_of,
)
from tests.connectors.hubspot.factories import hubspot as ref
from tests.connectors.hubspot.portal import Portal

CONTACT, PRODUCT, PAYMENT = Entity.CONTACT, Entity.PRODUCT, Entity.PAYMENT
UPSERT = "POST /crm/objects/2026-03/{}/batch/upsert"
UPDATE = "POST /crm/objects/2026-03/{}/batch/update"


def test_a_new_contact_carries_our_key(hubspot: HubSpotConnector, portal: Portal) -> None:
    (answer,) = send(hubspot, create(CONTACT, "58", email="ada@acme.test", firstname="Ada"))
    made = snapshot_of(answer)
    assert made.key == "4620816365:contact:58"
    assert portal.values("contacts", made.ref.id)["ledgerline_key"] == made.key


def test_a_contact_is_answered_as_it_will_be_read(connect: Connect, portal: Portal) -> None:
    wanted = Wanted(
        {CONTACT: frozenset({"firstname", "associated_company", "phone"})},
        {CONTACT: {"company": frozenset(), "invoice": frozenset()}},
    )
    connector = connect(wanted=wanted)
    connector.prepare([CONTACT])
    (answer,) = send(connector, create(CONTACT, "58", firstname="Ada", phone=None))
    made = snapshot_of(answer)
    assert connector.fetch([made.ref])[made.ref] == made


def test_many_creates_are_a_call_a_hundred(hubspot: HubSpotConnector, portal: Portal) -> None:
    writes = [create(PRODUCT, str(n), name=f"P{n}", price=Decimal(n)) for n in range(150)]
    portal.forget_calls()
    assert all(isinstance(answer, Done) for answer in send(hubspot, *writes))
    assert portal.calls() == {
        UPSERT.format("products"): 2,
        "GET /account-info/2026-03/details": 1,
    }


def test_writes_that_travel_together_share_a_batch(hubspot: HubSpotConnector) -> None:
    writes = [keyed(create(PRODUCT, str(n), name="P")) for n in range(101)]
    packed = hubspot.pack([*writes, keyed(create(CONTACT, "1", firstname="Ada"))])
    batches = [one.batch_id for one in packed]
    assert len(set(batches[:100])) == 1
    assert batches[0]
    assert batches[100:] == ["", ""]
    assert hubspot.pack(packed) == packed


def test_an_email_that_is_taken_names_its_owner(hubspot: HubSpotConnector, portal: Portal) -> None:
    owner = portal.create("contacts", email="ada@acme.test")
    taken, fine = send(
        hubspot,
        create(CONTACT, "58", email="Ada@acme.test"),
        create(CONTACT, "59", email="ben@acme.test"),
    )
    assert isinstance(taken, Refused)
    assert taken.fault.kind is FaultKind.ALREADY_EXISTS
    assert taken.fault.existing_id == owner
    assert isinstance(fine, Done)


def test_an_update_of_a_record_that_is_gone_says_so(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    gone, there = (portal.create("contacts", firstname=name) for name in ("Ada", "Ben"))
    before = hubspot.fetch([ref(CONTACT, gone), ref(CONTACT, there)])
    portal.person("delete", "contacts", id=gone)
    answers = send(hubspot, *(change(one, firstname="New") for one in before.values()))
    assert isinstance(answers[0], Refused)
    assert answers[0].fault.kind is FaultKind.GONE
    assert snapshot_of(answers[1]).ref.id == there


def test_an_update_needs_no_read_afterwards(hubspot: HubSpotConnector, portal: Portal) -> None:
    id = portal.create("contacts", firstname="Ada", email="ada@acme.test")
    before = hubspot.fetch([ref(CONTACT, id)])[ref(CONTACT, id)]
    portal.forget_calls()
    (answer,) = send(hubspot, change(before, firstname=None))
    assert portal.calls() == {UPDATE.format("contacts"): 1}
    assert snapshot_of(answer) == hubspot.fetch([before.ref])[before.ref]
    assert "firstname" not in portal.values("contacts", id)


@pytest.mark.parametrize("status", [400, 409])
def test_a_call_refused_as_a_whole_is_halved_until_the_culprit_stands_alone(
    hubspot: HubSpotConnector, portal: Portal, status: int
) -> None:
    """What HubSpot does about batches by e-mail; no rule says that it never does so elsewhere."""
    body = {"status": "error", "category": "VALIDATION_ERROR", "message": "Bad input."}
    portal.sandbox.fault("status", status=status, body=body, path="/batch/upsert$", times=4)
    answers = send(hubspot, *(create(PRODUCT, str(n), name=f"P{n}") for n in range(8)))
    assert [type(answer) for answer in answers] == [Refused, *[Done] * 7]
    assert answers[0].fault.message == "Bad input."


def test_a_missing_scope_is_no_reason_to_try_record_by_record(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    for scope in ("crm.objects.products.write", "e-commerce"):
        portal.withdraw_scope(scope)
    portal.forget_calls()
    answers = send(hubspot, *(create(PRODUCT, str(n), name=f"P{n}") for n in range(8)))
    assert {answer.fault.category for answer in answers} == {"permission"}
    assert portal.calls()[UPSERT.format("products")] == 1


def test_an_input_the_answer_does_not_mention_is_unknown(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    body = {"status": "COMPLETE", "results": []}
    portal.sandbox.fault("status", status=200, body=body, path="/batch/upsert$", times=1)
    (answer,) = send(hubspot, create(PRODUCT, "1", name="Chair"))
    assert isinstance(answer, Unknown)


def test_it_raises_when_nothing_could_be_sent(hubspot: HubSpotConnector, portal: Portal) -> None:
    portal.sandbox.fault("status", status=429, headers={"Retry-After": "40"}, path="/batch/upsert$")
    with pytest.raises(RateLimited) as limited:
        send(hubspot, create(PRODUCT, "1", name="Chair"))
    assert limited.value.retry_after_seconds == 40


def test_answers_that_came_are_not_lost_when_another_call_could_not_be_sent(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    portal.sandbox.fault("status", status=423, body={}, path="/products/batch/upsert$")
    answers = send(
        hubspot, create(PRODUCT, "1", name="Chair"), create(CONTACT, "1", firstname="Ada")
    )
    assert isinstance(answers[0], Refused)
    assert answers[0].fault.kind is FaultKind.BUSY
    assert isinstance(answers[1], Done)


def test_a_throttled_call_beside_a_good_one_is_busy(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    portal.sandbox.fault("status", status=429, path="/contacts/batch/upsert$")
    answers = send(
        hubspot, create(PRODUCT, "1", name="Chair"), create(CONTACT, "1", firstname="Ada")
    )
    assert isinstance(answers[0], Done)
    assert isinstance(answers[1], Refused)
    assert answers[1].fault.kind is FaultKind.BUSY


def test_what_is_done_but_cannot_be_read_back_is_unknown(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    id = portal.create("contacts", firstname="Ada")
    write = Write(
        hubspot.side, CONTACT, Operation.UPDATE, {"firstname": "Eve"}, target=ref(CONTACT, id)
    )
    portal.sandbox.fault("status", status=404, body={"message": "?"}, path="/account-info/")
    with pytest.raises(RemoteError):
        hubspot.fetch([ref(CONTACT, id)])
    portal.sandbox.clear_faults()
    hubspot.fetch([ref(CONTACT, id)])
    portal.sandbox.fault("status", status=503, path="/batch/read$")
    (answer,) = hubspot.apply([KeyedWrite(write, "u")])
    assert isinstance(answer, Unknown)
    assert portal.values("contacts", id)["firstname"] == "Eve"


def test_an_archive_answers_that_the_record_is_gone(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    refs = [ref(CONTACT, portal.create("contacts", firstname=f"P{n}")) for n in range(3)]
    found = hubspot.fetch(refs)
    portal.forget_calls()
    answers = send(hubspot, *(change(found[one], Operation.ARCHIVE) for one in refs))
    assert {snapshot_of(answer).presence for answer in answers} == {Presence.GONE}
    assert portal.calls() == {"POST /crm/objects/2026-03/contacts/batch/archive": 1}
    assert portal.live("contacts") == []


def test_a_payment_is_made_with_its_associations(hubspot: HubSpotConnector, portal: Portal) -> None:
    contact, invoice = open_invoice(portal)
    portal.forget_calls()
    (answer,) = send(hubspot, payment("77/145", invoice=invoice, contact=ref(CONTACT, contact)))
    made = snapshot_of(answer)
    assert portal.calls()["POST /crm/objects/2026-03/commerce_payments/batch/create"] == 1
    assert made == hubspot.fetch([made.ref])[made.ref]
    assert made.key == "4620816365:payment:77/145"
    assert made.get("invoice") == ref(Entity.INVOICE, invoice)
    assert portal.partners("commerce_payments", made.ref.id, "contacts") == [contact]
    assert portal.values("invoices", invoice)["hs_balance_due"] == "60.00"
    assert portal.values("commerce_payments", made.ref.id)["hs_initiated_date"] == (
        "2026-03-05T17:00:00.000Z"
    )


@pytest.mark.parametrize("status", ["400", "409"])
def test_a_payment_sent_again_after_silence_is_adopted(
    hubspot: HubSpotConnector, portal: Portal, status: str
) -> None:
    portal.options(duplicate_unique_value=status)
    _, invoice = open_invoice(portal)
    again, fresh = payment("77/145", invoice=invoice), payment("78/145", invoice=invoice)
    portal.sandbox.fault("drop_after_commit", path="/batch/create$", times=1)
    (lost,) = send(hubspot, again)
    assert isinstance(lost, Unknown)
    adopted, made = send(hubspot, again, fresh)
    assert snapshot_of(adopted).key == "4620816365:payment:77/145"
    assert snapshot_of(adopted).ref != snapshot_of(made).ref
    assert len(portal.live("commerce_payments")) == 2


def test_a_payment_the_account_refuses_is_refused_with_its_sentence(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    portal.options(overpayment="refused")
    _, invoice = open_invoice(portal)
    (answer,) = send(hubspot, payment("77/145", invoice=invoice, hs_initial_amount=Decimal("999")))
    assert isinstance(answer, Refused)
    assert answer.fault.kind is FaultKind.REJECTED
    assert "larger than its balance" in answer.fault.message


def test_a_down_vendor_is_unavailable_for_reads(connect: Connect, portal: Portal) -> None:
    portal.sandbox.fault("drop_before_commit", vendor="hubspot")
    with pytest.raises(Unavailable):
        connect().account()


def open_invoice(portal: Portal) -> tuple[str, str]:
    contact = portal.create("contacts", email="ada@acme.test")
    id = portal.invoice({"name": "Chair", "price": "80"}, contact=contact)
    portal.person("finalize", "invoices", id=id)
    return contact, id
