from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from syncapp.engine.records import Entity
from syncapp.engine.writes import Done, FaultKind, Refused, Unknown
from syncapp.errors import AuthorizationLost, RateLimited, Unavailable
from tests.connectors.quickbooks.factories import (
    create,
    customer,
    invoice,
    line,
    read,
    refusal,
    send,
    sent,
    update,
    void,
)
from tests.sandbox.quickbooks.books import sale


def _customers(count, start=0):
    return [
        create(Entity.CONTACT, {"DisplayName": f"Customer {n}"}, source=str(n))
        for n in range(start, start + count)
    ]


def _invoice(buyer, item, number):
    fields = {
        "CustomerRef": customer(buyer),
        "DocNumber": f"HS-{number}",
        "TxnDate": date(2026, 11, 2),
        "Line": (line(item, "10"),),
    }
    return create(Entity.INVOICE, fields, source=str(number))


def _endpoints(books):
    return {
        endpoint.rpartition("/")[2]: count
        for endpoint, count in books.sandbox.requests()["by_endpoint"].items()
    }


def test_batches_hold_thirty_and_mix_types(books, quickbooks):
    buyer, item = books.customer(), books.item()
    books.sandbox.forget_requests()
    writes = _customers(40) + [_invoice(buyer, item, n) for n in range(20)]
    answers = send(quickbooks, *writes)
    assert all(isinstance(answer, Done) for answer in answers)
    assert _endpoints(books)["batch"] == 2
    entities = [answer.snapshot.ref.entity for answer in answers]
    assert entities == [Entity.CONTACT] * 40 + [Entity.INVOICE] * 20


def test_the_size_of_a_batch_is_a_setting(books, connect):
    send(connect(batch_size=10), *_customers(25))
    assert _endpoints(books) == {"batch": 3}


def test_what_is_alone_in_its_batch_goes_alone_under_its_own_id(books, connect):
    packed = connect(batch_size=10).pack(_customers(11))
    assert len({one.batch_id for one in packed[:10]}) == 1
    assert packed[10].batch_id == ""
    assert [one.request_id for one in packed] == [one.request_id for one in _customers(11)]


def test_the_id_of_a_batch_follows_from_its_members(quickbooks):
    first, again = quickbooks.pack(_customers(5)), quickbooks.pack(_customers(5))
    other = quickbooks.pack(_customers(5, start=1))
    assert first[0].batch_id == again[0].batch_id != other[0].batch_id
    assert len(first[0].batch_id) == 36


def test_voids_never_travel_in_a_batch(books, quickbooks):
    books.options(batch_void_invoice="refused")
    buyer, item = books.customer(), books.item()
    bills = [books.invoice(buyer, sale(item, 1)) for _ in range(2)]
    before = list(quickbooks.fetch([invoice(bill) for bill in bills]).values())
    packed = quickbooks.pack([void(one) for one in before] + _customers(2))
    assert [bool(one.batch_id) for one in packed] == [False, False, True, True]
    assert all(isinstance(answer, Done) for answer in quickbooks.apply(packed))


def test_the_same_batch_again_is_the_same_call(books, quickbooks):
    packed = quickbooks.pack(_customers(6))
    first, again = quickbooks.apply(packed), quickbooks.apply(packed)
    assert [one.snapshot for one in first] == [one.snapshot for one in again]
    assert len(books.query("select * from Customer")["Customer"]) == 6


def test_an_answer_of_another_day_may_be_a_replay(books, quickbooks):
    body = {"DisplayName": "Old", "Id": "7", "SyncToken": "0"}
    fresh, edited, old = (
        body | {"SyncToken": token, "MetaData": {"CreateTime": created}}
        for token, created in (
            ("0", datetime.now(UTC).isoformat()),
            ("1", datetime.now(UTC).isoformat()),
            ("0", "2026-01-05T10:00:00-08:00"),
        )
    )
    doubtful = []
    for record in (fresh, edited, old):
        answer = {"Customer": record, "time": record["MetaData"]["CreateTime"]}
        books.sandbox.fault(
            "status", vendor="quickbooks", path="/customer$", status=200, body=answer, times=1
        )
        (done,) = send(quickbooks, *_customers(1))
        doubtful.append(done.may_be_replay)
    assert doubtful == [False, True, True]


def test_members_that_a_cut_batch_did_not_answer_are_unknown(books, quickbooks):
    books.options(batch_cut_after=3)
    answers = send(quickbooks, *_customers(6))
    assert {type(answer) for answer in answers} == {Unknown}
    assert len(books.query("select * from Customer")["Customer"]) == 3


@pytest.mark.parametrize("kind", ["drop_after_commit", "malformed"])
def test_a_lost_answer_leaves_its_own_batch_unknown_and_no_other(books, connect, kind):
    connector = connect(batch_size=5)
    path = "/batch$"
    books.sandbox.fault(kind, vendor="quickbooks", path=path, times=1)
    answers = send(connector, *_customers(15))
    unknown = [number for number, one in enumerate(answers) if isinstance(one, Unknown)]
    assert len(unknown) == 5
    assert unknown == list(range(unknown[0], unknown[0] + 5))
    assert sum(isinstance(one, Done) for one in answers) == 10


def test_a_batch_that_was_certainly_not_sent_is_left_for_later(books, connect):
    """The pause is too long to repeat the call within it, and short enough for a batch that was
    not on its way yet to wait for its end."""
    connector = connect(batch_size=5)
    books.sandbox.fault(
        "status",
        vendor="quickbooks",
        path="/batch$",
        status=429,
        headers={"Retry-After": "11"},
        times=1,
    )
    answers = send(connector, *_customers(10))
    busy = [one for one in answers if isinstance(one, Refused)]
    assert [one.fault.kind for one in busy] == [FaultKind.BUSY] * 5
    assert sum(isinstance(one, Done) for one in answers) == 5


def test_a_call_that_hits_everybody_is_raised(books, quickbooks):
    books.sandbox.fault("status", vendor="quickbooks", path="/batch$", status=429, times=1)
    with pytest.raises(RateLimited):
        send(quickbooks, *_customers(3))
    assert books.query("select * from Customer") == {}


def test_a_forbidden_company_means_reconnecting(books, quickbooks):
    error = {"code": "3100", "Message": "ApplicationAuthorizationFailed", "Detail": ""}
    body = {"Fault": {"Error": [error], "type": "AuthorizationFault"}}
    books.sandbox.fault("status", vendor="quickbooks", path="/batch$", status=403, body=body)
    with pytest.raises(AuthorizationLost):
        send(quickbooks, *_customers(3))


def test_an_outage_page_during_a_write_is_unknown_and_during_a_read_unavailable(books, quickbooks):
    made = books.customer()
    books.sandbox.fault("status", vendor="quickbooks", status=503, body="stream timeout")
    assert [type(one) for one in send(quickbooks, *_customers(2))] == [Unknown, Unknown]
    with pytest.raises(Unavailable):
        read(quickbooks, customer(made))


def test_a_batch_that_is_too_big_is_halved_until_it_fits(books, quickbooks):
    books.options(batch_max=10)
    answers = send(quickbooks, *_customers(30))
    assert all(isinstance(one, Done) for one in answers)
    assert _endpoints(books) == {"batch": 7}  # 30, twice 15, four times 7 or 8
    books.sandbox.forget_requests()
    send(quickbooks, *_customers(16, start=30))
    assert _endpoints(books) == {"batch": 2}  # it has learned


def test_a_halved_batch_sent_again_makes_nothing_twice(books, connect):
    books.options(batch_max=10)
    packed = connect().pack(_customers(12))
    connect().apply(packed)
    assert all(isinstance(one, Done) for one in connect().apply(packed))
    assert len(books.query("select * from Customer")["Customer"]) == 12


def test_a_half_that_gets_no_answer_is_unknown_alone(books, quickbooks):
    body = {"Fault": {"Error": [{"code": "1040", "Message": "Too big"}], "type": "ValidationFault"}}
    batch = {"vendor": "quickbooks", "path": "/batch$", "times": 1}
    books.sandbox.fault("status", status=400, body=body, **batch)
    books.sandbox.fault("drop_after_commit", **batch)
    answers = send(quickbooks, *_customers(6))
    assert [type(one) for one in answers] == [Unknown] * 3 + [Done] * 3


def test_one_refused_member_stands_at_its_place(books, quickbooks):
    books.customer("Customer 1")
    answers = send(quickbooks, *_customers(3))
    assert [type(one) for one in answers] == [Done, Refused, Done]
    assert answers[1].fault.category == "customer_name"


def test_a_member_that_cannot_be_written_is_not_sent_and_the_others_are(books, quickbooks):
    buyer = books.customer()
    good, bad = _customers(1)[0], _invoice(buyer, {"Id": "1"}, 7)
    fields = {**bad.write.fields, "Line": (line(None, "10"),)}
    answers = send(quickbooks, good, create(Entity.INVOICE, fields), *_customers(1, start=5))
    assert [type(one) for one in answers] == [Done, Refused, Done]


@pytest.mark.parametrize("status_200", [True, False])
def test_a_single_refusal_is_a_value_whatever_its_status(books, quickbooks, status_200):
    books.options(faults_with_status_200=status_200)
    books.customer("Customer 0")
    (answer,) = send(quickbooks, *_customers(1))
    assert isinstance(answer, Refused)


def test_a_plan_that_has_ended_refuses_every_write_for_that_reason(books, quickbooks):
    books.options(subscription_status="EXPIRED")
    faults = [one.fault for one in send(quickbooks, *_customers(2))]
    assert {one.category for one in faults} == {"subscription"}


def test_a_used_id_with_other_content_is_decided_again(books, quickbooks):
    (first,) = _customers(1)
    sent(quickbooks, first)
    other = create(Entity.CONTACT, {"DisplayName": "Other"}, id=first.request_id)
    assert refusal(quickbooks, other).kind is FaultKind.VERSION_CLASH


def test_updates_carry_the_version_that_was_read(books, quickbooks):
    made = [books.customer(f"Customer {n}") for n in range(3)]
    before = [read(quickbooks, customer(one)) for one in made]
    books.person("edit", "Customer", made[1]["Id"], fields={"Notes": "Mine"})
    answers = send(quickbooks, *(update(one, {"Notes": "Ours"}) for one in before))
    kinds = [one.fault.kind if isinstance(one, Refused) else None for one in answers]
    assert kinds == [None, FaultKind.VERSION_CLASH, None]


def test_money_never_passes_through_a_float(quickbooks, books):
    price = Decimal("0.10000000000000001")
    fields = {
        "Name": "Grain",
        "Type": "Service",
        "IncomeAccountRef": books.account("Income")["value"],
        "UnitPrice": price,
    }
    assert sent(quickbooks, create(Entity.PRODUCT, fields)).get("UnitPrice") == price
