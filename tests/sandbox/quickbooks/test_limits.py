"""Quotas of a company and of the workspace, and the 429 beyond them."""

import pytest

from tests.sandbox.quickbooks.books import Books


@pytest.fixture
def limited(books: Books) -> Books:
    books.sandbox.options(rate_limits=True)
    return books


def status(books: Books, path: str = "preferences", **params: str) -> int:
    return books.send("GET", path, **params).status_code


def test_ten_calls_a_second_and_no_more(limited: Books) -> None:
    assert [status(limited) for _ in range(11)] == [200] * 10 + [429]
    limited.sandbox.advance(1)
    assert status(limited) == 200


def test_five_hundred_calls_a_minute(limited: Books) -> None:
    for _ in range(50):
        limited.sandbox.advance(1)
        assert {status(limited) for _ in range(10)} == {200}
    limited.sandbox.advance(1)
    assert status(limited) == 429
    limited.sandbox.advance(60)
    assert status(limited) == 200


def test_forty_batches_a_minute(limited: Books) -> None:
    body = {"BatchItemRequest": [{"bId": "1", "Query": "select * from Term"}]}
    answers = []
    for _ in range(41):
        limited.sandbox.advance(0.2)
        answers.append(limited.send("POST", "batch", body).status_code)
    assert answers == [200] * 40 + [429]
    limited.sandbox.advance(1)
    assert status(limited) == 200


def test_the_answer_beyond_a_limit_has_the_gateways_words(limited: Books) -> None:
    for _ in range(10):
        status(limited)
    refused = limited.send("GET", "preferences")
    (error,) = refused.json()["Fault"]["Error"]
    assert error["code"] == "3001"
    assert "ThrottleExceeded" in error["Message"]
    assert "Retry-After" not in refused.headers
    limited.sandbox.options(
        quickbooks={"retry_after": 7, "throttle_fault_key": "fault", "throttle_status": 403}
    )
    refused = limited.send("GET", "preferences")
    assert refused.status_code == 403
    assert refused.headers["Retry-After"] == "7"
    assert refused.json()["fault"]["error"][0]["code"] == "3001"


def test_reads_are_metered_by_the_month_and_writes_are_not(limited: Books) -> None:
    limited.sandbox.options(quickbooks={"monthly_reads": 2})
    assert [status(limited) for _ in range(3)] == [200, 200, 429]
    limited.customer("Acme")
    query = limited.send("GET", "query", query="select * from Customer")
    assert query.status_code == 429
    limited.sandbox.advance(32 * 86_400)
    assert status(limited) == 401


def test_items_of_a_batch_may_count_as_calls(limited: Books) -> None:
    limited.options(batch_items_count=True)
    item = {"bId": "1", "Query": "select * from Term"}
    body = {"BatchItemRequest": [item | {"bId": str(n)} for n in range(30)]}
    answers = []
    for _ in range(17):
        limited.sandbox.advance(1)
        answers.append(limited.send("POST", "batch", body).status_code)
    assert answers == [200] * 16 + [429]


def test_sliding_windows_pass_faster_with_the_time_scale(limited: Books) -> None:
    limited.sandbox.options(quickbooks={"time_scale": 1000})
    assert {status(limited) for _ in range(60)} == {200}


def test_another_app_uses_the_company_too(limited: Books) -> None:
    assert status(limited) == 200
    limited.sandbox.options(quickbooks={"foreign_calls_per_second": 10})
    limited.sandbox.advance(48)
    for _ in range(10):
        status(limited)
    limited.sandbox.advance(1)
    assert status(limited) == 429


def test_signing_in_is_not_limited(limited: Books) -> None:
    path = "/quickbooks/.well-known/openid_configuration"
    answers = {limited.sandbox.call("GET", path).status_code for _ in range(20)}
    assert answers == {200}
