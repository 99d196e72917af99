"""Each example is a reply as QuickBooks is known to send it; its origin stands in the file."""

from pathlib import Path

import pytest
import simplejson

from syncapp.connectors.quickbooks.faults import TABLE, errors_in, fault_of
from syncapp.engine.catalogue import CATEGORIES, UNKNOWN
from syncapp.engine.catalogue.category import When
from syncapp.engine.records import Entity
from syncapp.engine.writes import FaultKind, Refused, Unknown
from tests.connectors.quickbooks.factories import create, customer, read, send, update

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.json"))
# The others are the transport's: it renews the token, or paces the calls
REFUSALS = [path for path in EXAMPLES if "gateway" not in path.stem]
SHEET = Path(__file__).parents[3] / "docs" / "vendors" / "quickbooks-api.md"
# Not in Intuit's list: stands for a person with Intuit's own words
UNLISTED = {"6560"}


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
        "refused",
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


def test_a_taken_name_of_an_item_is_no_matter_of_customers(books, quickbooks):
    books.item("Setup")
    fields = {
        "Name": "Setup",
        "Type": "Service",
        "IncomeAccountRef": books.account("Income")["value"],
    }
    (answer,) = send(quickbooks, create(Entity.PRODUCT, fields))
    assert answer.fault.kind is FaultKind.ALREADY_EXISTS
    assert answer.fault.category == "item_name"


def listed_codes():
    section = SHEET.read_text("utf-8").split("## 15.")[1].split("\n## ")[0]
    for line in section.splitlines():
        cell = line.split("|")[1] if line.startswith("| ") else ""
        for part in cell.split(","):
            first, _, last = part.strip().partition("–")
            if first.isdecimal():
                yield from map(str, range(int(first), int(last or first) + 1, 10))


LISTED = sorted(set(listed_codes()), key=int)


def test_the_sheet_was_understood():
    assert len(LISTED) > 90
    assert {"100", "2080", "6000", "10200"} <= set(LISTED)


@pytest.mark.parametrize("code", LISTED)
def test_every_code_of_the_sheet_is_catalogued(code):
    fault = fault_of(errors_in(_error(code, "Words")), "t-1", is_create=False)
    row = CATEGORIES[fault.category]
    assert (code in TABLE) is (code not in UNLISTED)
    assert fault.category != UNKNOWN or code in {"6000", *UNLISTED}
    is_retried = row.retry.when is When.PARKED
    assert is_retried is (fault.kind in (FaultKind.BUSY, FaultKind.VERSION_CLASH))
    assert (fault.message, fault.request_id) == ("Words", "t-1")


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("The account period has closed and the account books cannot be updated", "closed_period"),
        ("Make sure all your transactions have a VAT rate before you save", "tax"),
        ("Another user was editing this record", "limit"),
        ("A service date is required on every line", "service_date"),
        ("The currency of the transaction is not the customer's", "currency"),
        ("You can't void this invoice: payments are applied", "payments_applied"),
        ("Unknown customer (-30003)", "customer_link"),
        ("Choose an account for the line", "account_refused"),
        ("Something nobody has heard of", "refused"),
    ],
)
def test_a_business_rule_is_told_apart_by_its_words(text, category):
    assert (
        fault_of(errors_in(_error("6000", "Rule", text)), "", is_create=True).category == category
    )


@pytest.mark.parametrize(
    ("element", "category"),
    [
        ("Line.SalesItemLineDetail.TaxCodeRef", "tax"),
        ("Line.SalesItemLineDetail.ItemRef", "account_refused"),
        ("CustomerRef", "customer_link"),
        ("CurrencyRef", "currency"),
        ("SalesTermRef", "bad_value"),
    ],
)
def test_an_invalid_reference_is_told_apart_by_the_field_that_holds_it(element, category):
    body = _error("2500", "Invalid Reference Id")
    body["Fault"]["Error"][0]["element"] = element
    assert fault_of(errors_in(body), "", is_create=True).category == category


def test_a_closed_period_is_told_from_a_stale_token():
    closed = errors_in(_error("5010", "Stale", "The account period has closed"))
    stale = errors_in(_error("5010", "Stale Object Error", "You and Ada were working on this"))
    assert fault_of(closed, "", is_create=False).category == "closed_period"
    assert fault_of(stale, "", is_create=False).category == "version_clash"
