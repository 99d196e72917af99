"""Batches and what a repeated one does."""

import pytest

from tests.sandbox.quickbooks.books import Books, Refused, applied, identity, sale


def create(name: str, item_id: str = "1") -> dict:
    return {"bId": item_id, "operation": "create", "Customer": {"DisplayName": name}}


def count(books: Books) -> int:
    return books.query("select count(*) from Customer")["totalCount"]


def test_each_item_gets_its_own_answer(books: Books) -> None:
    acme = books.customer("Acme")
    update = identity(acme) | {"sparse": True, "Notes": "x"}
    made, clash, changed, found, stale = books.batch(
        create("Nordwind", "a"),
        create("ACME", "b"),
        {"bId": "c", "operation": "update", "Customer": update},
        {"bId": "d", "Query": "select * from Customer where DisplayName = 'Acme'"},
        {"bId": "e", "operation": "update", "Customer": update},
    )
    assert (made["bId"], made["Customer"]["DisplayName"]) == ("a", "Nordwind")
    assert clash["Fault"]["Error"][0]["code"] == "6240"
    assert changed["Customer"]["SyncToken"] == "1"
    assert found["QueryResponse"]["Customer"][0]["Notes"] == "x"
    assert stale["Fault"]["Error"][0]["code"] == "5010"


def test_documents_are_deleted_and_voided_in_a_batch(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    first, second = (books.invoice(acme, sale(item, 10)) for _ in range(2))
    payment = books.payment(acme, 10, applied(second, 10))
    gone, void = books.batch(
        {"bId": "1", "operation": "delete", "Invoice": identity(first)},
        {
            "bId": "2",
            "operation": "update",
            "optionsData": "void",
            "Payment": identity(payment) | {"sparse": True},
        },
    )
    assert gone["Invoice"]["status"] == "Deleted"
    assert void["Payment"]["TotalAmt"] == 0
    item_void = {"bId": "3", "operation": "update", "optionsData": "void"}
    (works,) = books.batch(item_void | {"Invoice": identity(books.fresh("Invoice", second))})
    assert works["Invoice"]["TotalAmt"] == 0
    books.options(batch_void_invoice="refused")
    (refused,) = books.batch(item_void | {"Invoice": identity(works["Invoice"])})
    assert refused["Fault"]["Error"][0]["code"] == "500"


@pytest.mark.parametrize("most", [30, 10])
def test_a_batch_that_is_too_big_is_refused_whole(books: Books, most: int) -> None:
    books.options(batch_max=most)
    with pytest.raises(Refused) as refused:
        books.batch(*(create(f"C{n}", str(n)) for n in range(most + 1)))
    assert (refused.value.code, count(books)) == ("1040", 0)
    assert len(books.batch(*(create(f"C{n}", str(n)) for n in range(most)))) == most


def test_odd_items_get_faults_of_their_own(books: Books) -> None:
    unknown, nothing, vague = books.batch(
        {"bId": "1", "operation": "create", "Colour": {}},
        {"bId": "2", "operation": "paint", "Customer": {}},
        {"bId": "3", "Customer": {"DisplayName": "Acme"}},
    )
    codes = [one["Fault"]["Error"][0]["code"] for one in (unknown, nothing, vague)]
    assert codes == ["2000", "500", "2020"]


def test_a_repeated_batch_gets_its_first_answers(books: Books) -> None:
    items = create("Acme", "a"), create("Nordwind", "b")
    first = books.batch(*items, requestid="r1")
    assert books.batch(*items, requestid="r1") == first
    assert count(books) == 2


def test_or_a_fault_for_each_item(books: Books) -> None:
    books.options(batch_replay="fault_6000")
    books.batch(create("Acme"), requestid="r1")
    (again,) = books.batch(create("Acme"), requestid="r1")
    assert again["Fault"]["Error"][0]["code"] == "6000"
    assert count(books) == 1


def test_or_is_carried_out_again(books: Books) -> None:
    books.options(batch_replay="execute_again")
    acme, item = books.customer("Acme"), books.item()
    line = {"CustomerRef": {"value": acme["Id"]}, "Line": [sale(item, 10)]}
    invoice = {"bId": "1", "operation": "create", "Invoice": line}
    (first,), (second,) = (books.batch(invoice, requestid="r1") for _ in range(2))
    assert first["Invoice"]["Id"] != second["Invoice"]["Id"]


@pytest.mark.parametrize("replay", ["first_answers", "fault_6000"])
def test_a_batch_that_was_cut_off_is_half_done(books: Books, replay: str) -> None:
    books.options(batch_cut_after=1, batch_replay=replay)
    items = create("Acme", "a"), create("Nordwind", "b")
    body = {"BatchItemRequest": list(items)}
    cut = books.send("POST", "batch", body, requestid="r1")
    assert (cut.status_code, cut.text, count(books)) == (504, "stream timeout", 1)
    first, second = books.batch(*items, requestid="r1")
    assert ("Fault" in first) == (replay == "fault_6000")
    assert second["Customer"]["DisplayName"] == "Nordwind"
    assert count(books) == 2


def test_a_request_id_in_a_batch_has_36_characters(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        books.batch(create("Acme"), requestid="x" * 37)
    (long,) = books.batch(create("Acme", "y" * 20), requestid="x" * 36)
    assert (refused.value.code, long["Fault"]["Error"][0]["code"]) == ("2130", "2130")


def test_the_log_tells_what_a_batch_did(books: Books) -> None:
    books.sandbox.forget_requests()
    books.batch(create("Acme"), {"bId": "q", "Query": "select * from Customer"}, requestid="r1")
    log = books.sandbox.requests(entries=True)
    assert log["by_endpoint"] == {"POST /v3/company/{realm}/batch": 1}
    (entry,) = log["entries"]
    assert entry["object_ids"] == ["Customer/1"]
    assert (entry["operation"], entry["request_id"], entry["is_noop"]) == ("batch", "r1", False)
    books.batch(create("Acme"), requestid="r1")
    assert books.sandbox.requests(entries=True)["entries"][-1]["is_noop"] is True
