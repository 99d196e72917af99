"""Each example is a reply as QuickBooks is known to send it; its origin stands in the file."""

from pathlib import Path

import pytest
import simplejson

from syncapp.connectors.quickbooks.faults import TABLE, errors_in, fault_of
from syncapp.engine.catalogue import CATEGORIES
from syncapp.engine.records import Entity
from syncapp.engine.writes import FaultKind, Refused, Unknown
from tests.connectors.quickbooks.factories import create, customer, read, send, update

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.json"))
# The others are the transport's: it renews the token, or paces the calls
REFUSALS = [path for path in EXAMPLES if "gateway" not in path.stem]
# Without words of their own in the catalogue: Intuit's sentence stands alone
OWN_WORDS = {"", "customer_link"}


def _example(path):
    return simplejson.loads(path.read_text("utf-8"))


def _error(code, message="", detail=""):
    return {"Fault": {"Error": [{"code": code, "Message": message, "Detail": detail}]}}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_known_reply_is_understood(path):
    example = _example(path)
    assert example["origin"]
    errors = errors_in(example["body"])
    fault = fault_of(errors, "1-abc", is_create=False)
    shown = {name: getattr(fault, name) for name in example["expected"]}
    assert shown == example["expected"]
    assert errors[0].sentence in fault.message
    assert fault.request_id == "1-abc"


@pytest.mark.parametrize("path", REFUSALS, ids=lambda path: path.stem)
def test_a_known_reply_to_a_write_is_a_value(path, books, quickbooks):
    """Sent over HTTP as it was captured."""
    example = _example(path)
    books.sandbox.fault(
        "status",
        vendor="quickbooks",
        path="/customer$",
        status=example["status"],
        headers={"intuit_tid": "1-abc"},
        body=example["body"],
    )
    before = read(quickbooks, customer(books_customer(books)))
    (answer,) = send(quickbooks, update(before, {"Notes": "x"}))
    assert isinstance(answer, Refused)
    assert answer.fault.kind == example["expected"]["kind"]
    assert answer.fault.request_id == "1-abc"


def books_customer(books):
    return {"Id": books.person("create", "Customer", fields={"DisplayName": "Nordwind"})}


def test_a_code_nobody_knows_stops_for_a_person_with_intuits_words():
    fault = fault_of(errors_in(_error("9999", "Odd", "Something odd")), "t", is_create=True)
    assert (fault.kind, fault.category, fault.message) == (
        FaultKind.REJECTED,
        "",
        "Odd (Something odd)",
    )


def test_what_is_gone_for_a_create_is_something_it_refers_to():
    errors = errors_in(_error("610", "Object Not Found"))
    assert fault_of(errors, "", is_create=True).kind is FaultKind.REJECTED
    assert fault_of(errors, "", is_create=False).kind is FaultKind.GONE


def test_a_body_without_a_fault_holds_no_errors():
    for body in ({"Customer": {}}, [], None, "stream timeout", {"Fault": None}):
        assert errors_in(body) == ()


def test_a_fault_without_errors_is_one_nevertheless():
    for body in ({"Fault": {}}, {"Fault": {"Error": []}}, {"fault": {"error": None}}):
        assert len(errors_in(body)) == 1


def test_a_breakdown_inside_a_batch_leaves_its_record_unknown(books, quickbooks):
    broken = {"bId": "0", **_error("10000", "An application error has occurred")}
    known = {"bId": "1", **_error("6080", "No name")}
    body = {"BatchItemResponse": [broken, known]}
    books.sandbox.fault("status", vendor="quickbooks", path="/batch$", status=200, body=body)
    writes = [create(Entity.CONTACT, {"DisplayName": "A"}, source=str(n)) for n in range(2)]
    assert [type(one) for one in send(quickbooks, *writes)] == [Unknown, Refused]


def test_a_taken_name_of_an_item_is_told_in_intuits_words(books, quickbooks):
    books.item("Setup")
    fields = {
        "Name": "Setup",
        "Type": "Service",
        "IncomeAccountRef": books.account("Income")["value"],
    }
    (answer,) = send(quickbooks, create(Entity.PRODUCT, fields))
    assert answer.fault.kind is FaultKind.ALREADY_EXISTS
    assert answer.fault.category == ""


def test_every_category_has_words():
    assert {category for _, category in TABLE.values()} <= {*CATEGORIES, *OWN_WORDS}
