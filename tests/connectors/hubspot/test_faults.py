"""What HubSpot's refusals are taken for; each example notes where it comes from."""

from pathlib import Path
from typing import Any

import pytest
import simplejson

from syncapp.connectors.hubspot.endpoints import Endpoints
from syncapp.connectors.hubspot.faults import error_in, fault, parsed, rejected
from syncapp.connectors.transport import Response
from syncapp.engine.catalogue import CATEGORIES
from syncapp.engine.catalogue.category import When
from syncapp.engine.writes import FaultKind

EXAMPLES = Path(__file__).parent / "examples"


@pytest.mark.parametrize(
    ("name", "kind", "category"),
    [
        ("contact_exists", FaultKind.ALREADY_EXISTS, "email_taken"),
        ("value_taken", FaultKind.ALREADY_EXISTS, "key_taken"),
        ("not_found", FaultKind.GONE, "deleted_there"),
        ("locked", FaultKind.BUSY, "limit"),
        ("missing_scopes", FaultKind.REJECTED, "permission"),
        ("unknown_property", FaultKind.REJECTED, "field_missing"),
        ("invoice_without_lines", FaultKind.REJECTED, "no_lines"),
        ("never_seen", FaultKind.REJECTED, "refused"),
    ],
)
def test_a_refusal_has_a_kind(name: str, kind: FaultKind, category: str) -> None:
    found = fault(error_in(answer(name)))
    assert (found.kind, found.category) == (kind, category)
    assert found.message == example(name)["body"]["message"]
    assert found.request_id == example(name)["body"]["correlationId"]


def test_every_example_is_used_or_says_why_it_stands_there() -> None:
    assert all(example(path.stem)["origin"] for path in EXAMPLES.glob("*.json"))


def test_the_owner_of_an_email_stands_in_the_sentence_only() -> None:
    assert fault(error_in(answer("contact_exists"))).existing_id == "6001"


def test_a_refused_value_names_its_property() -> None:
    found = fault(error_in(answer("unknown_property")))
    assert (found.field, found.code) == ("colour", "PROPERTY_DOESNT_EXIST")


def test_an_unknown_refusal_keeps_everything_hubspot_said() -> None:
    found = fault(error_in(answer("never_seen")))
    assert found.code == "FLUX.UNALIGNED"
    assert found.message == "The flux capacitor is not aligned."


def test_the_refusal_of_a_whole_call_says_what_to_grant() -> None:
    error = rejected(answer("missing_scopes"), "to list contacts")
    assert error.message.startswith("HubSpot refused to list contacts: This app hasn't been")
    assert error.message.endswith("Grant the app: contacts.")
    assert error.status == 403


def test_an_error_of_a_batch_is_read_like_a_body_of_its_own() -> None:
    (entry,) = example("partial_batch")["body"]["errors"]
    error = parsed(entry, correlation_id="abc")
    assert error.trace_ids == ("write-2",)
    assert fault(error).category == "bad_value"
    assert fault(error).field == "closedate"
    assert fault(error).request_id == "abc"


@pytest.mark.parametrize(
    ("status", "category", "expected"),
    [
        (400, "VALIDATION_ERROR", "refused"),
        (401, "INVALID_AUTHENTICATION", "permission"),
        (401, "EXPIRED_AUTHENTICATION", "permission"),
        (403, "MISSING_SCOPES", "permission"),
        (403, "USER_DOES_NOT_HAVE_PERMISSIONS", "permission"),
        (404, "OBJECT_NOT_FOUND", "deleted_there"),
        (409, "CONFLICT", "value_taken"),
        (409, "OBJECT_ALREADY_EXISTS", "value_taken"),
        (423, "LOCKED", "limit"),
        (429, "RATE_LIMITS", "limit"),
    ],
)
def test_every_category_of_the_sheet_is_catalogued(
    status: int, category: str, expected: str
) -> None:
    body = {"category": category, "message": "Words", "correlationId": "c-1"}
    found = fault(parsed(body, status))
    assert found.category == expected
    assert (found.message, found.request_id) == ("Words", "c-1")
    is_retried = CATEGORIES[found.category].retry.when is When.PARKED
    assert is_retried is (found.kind is FaultKind.BUSY)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("PROPERTY_DOESNT_EXIST", "field_missing"),
        ("READ_ONLY_VALUE", "field_read_only"),
        ("INVALID_OPTION", "bad_value"),
        ("INVALID_INTEGER", "bad_value"),
    ],
)
def test_every_code_of_a_refused_value_is_catalogued(code: str, expected: str) -> None:
    body = {"category": "VALIDATION_ERROR", "message": "No", "errors": [{"code": code}]}
    assert fault(parsed(body, 400)).category == expected


@pytest.mark.parametrize("body", [b"", b"<html>Not found</html>", b"[]", b"null", b'"no"'])
def test_a_refusal_need_not_be_json(body: bytes) -> None:
    found = fault(error_in(Response(404, body=body, request_id="cf-1")))
    assert found.kind is FaultKind.GONE
    assert found.request_id == "cf-1"


@pytest.mark.parametrize(
    "body",
    [
        {"message": None, "errors": None, "context": None},
        {"errors": ["text", {"context": "text", "code": None}], "context": ["list"]},
        {"message": "Property values were not valid: [oops"},
        {"context": {"objectWriteTraceId": "single"}},
    ],
)
def test_no_shape_of_a_refusal_breaks_the_reading(body: dict[str, Any]) -> None:
    assert fault(parsed(body, 400)).kind is FaultKind.REJECTED


class Scripted:
    """Answers every call with one example."""

    def __init__(self, name: str) -> None:
        self.name = name

    def send(self, _request: object) -> Response:
        return answer(self.name)


def test_a_partial_answer_holds_results_and_errors() -> None:
    from syncapp.connectors.hubspot.objects import CONTACTS

    batch = Endpoints(Scripted("partial_batch")).batch(CONTACTS, "update", [])
    assert [record["id"] for record in batch.results] == ["101"]
    assert [error.trace_ids for error in batch.errors] == [("write-2",)]
    assert batch.refusal is None


def example(name: str) -> dict[str, Any]:
    return dict(simplejson.loads((EXAMPLES / f"{name}.json").read_text()))


def answer(name: str) -> Response:
    held = example(name)
    return Response(held["status"], body=simplejson.dumps(held["body"]).encode())
