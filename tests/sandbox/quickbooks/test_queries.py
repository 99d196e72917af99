"""The query language: what it can, what it refuses, and how it pages."""

import pytest

from tests.sandbox.quickbooks.books import Books, Refused, sale, select


@pytest.fixture
def three(books: Books) -> Books:
    for name, email in (("Acme", "a@acme.test"), ("O'Brien", "o@b.test"), ("Zoë", "z@e.test")):
        books.customer(name, PrimaryEmailAddr={"Address": email}, CompanyName=f"{name} Ltd")
    return books


def names(books: Books, statement: str) -> list[str]:
    return [one["DisplayName"] for one in books.query(statement).get("Customer", [])]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("DisplayName = 'acme'", ["Acme"]),
        (r"DisplayName = 'O\'Brien'", ["O'Brien"]),
        ("displayname LIKE 'z%'", ["Zoë"]),
        ("DisplayName LIKE '%e%'", ["Acme", "O'Brien"]),
        ("PrimaryEmailAddr IN ('A@ACME.test', 'z@e.test')", ["Acme", "Zoë"]),
        ("Id IN ('3', '1')", ["Acme", "Zoë"]),
        ("Active = true AND CompanyName > 'b'", ["O'Brien", "Zoë"]),
        ("Balance = 0", ["Acme", "O'Brien", "Zoë"]),
        ("Active = false", []),
        ("MetaData.CreateTime > '2020-01-01T00:00:00-08:00'", ["Acme", "O'Brien", "Zoë"]),
        ("MetaData.LastUpdatedTime >= '2999-01-01T00:00:00Z'", []),
    ],
)
def test_it_finds_what_the_conditions_name(
    three: Books, condition: str, expected: list[str]
) -> None:
    assert names(three, select("Customer", condition)) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "select * from Customer where DisplayName = 'a' OR Id = '1'",
        "select * from Customer where NOT Active = true",
        "select * from Customer where DisplayName != 'a'",
        "select * from Customer where DisplayName = 'a",
        "select * from Customer where DisplayName = Acme",
        "select from Customer",
        "select * Customer",
        "select * from Customer where",
        "select * from Customer maxresults",
        "update Customer set Id = 1",
        "select * from Customer group by DisplayName",
    ],
)
def test_it_refuses_what_is_not_in_the_grammar(three: Books, statement: str) -> None:
    with pytest.raises(Refused) as refused:
        three.query(statement)
    assert refused.value.code == "4000"
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "statement",
    [
        "select * from Customer where Notes = 'x'",
        "select * from Customer where Colour = 'x'",
        "select * from Invoice where PrivateNote = 'x'",
        "select * from Customer orderby Notes",
        "select * from Customer startposition 0",
        "select * from Customer where Id > '1'",
        "select * from Customer where Balance = 'much'",
        "select * from Customer where MetaData.CreateTime > 'yesterday'",
        "select * from Estimates",
        "select Colour from Customer",
    ],
)
def test_it_refuses_what_cannot_be_asked(three: Books, statement: str) -> None:
    with pytest.raises(Refused) as refused:
        three.query(statement)
    assert refused.value.code == "4001"


def test_it_counts_without_regard_to_paging(three: Books) -> None:
    assert three.query("select count(*) from Customer maxresults 1") == {"totalCount": 3}
    assert three.query("SELECT COUNT(*) FROM Customer WHERE DisplayName='?'") == {"totalCount": 0}


def test_finding_nothing_is_an_empty_answer(three: Books) -> None:
    assert three.query("select * from Customer where DisplayName = 'Nobody'") == {}


def test_it_pages(three: Books) -> None:
    page = three.query("select * from Customer startposition 2 maxresults 5")
    assert [one["DisplayName"] for one in page["Customer"]] == ["O'Brien", "Zoë"]
    assert (page["startPosition"], page["maxResults"]) == (2, 2)
    assert three.query("select * from Customer startposition 4") == {}


def test_it_pages_by_100_unless_told_and_by_1000_at_most(books: Books) -> None:
    for start in range(0, 120, 30):
        books.batch(
            *(
                {"bId": str(n), "operation": "create", "Customer": {"DisplayName": f"C{n:03}"}}
                for n in range(start, start + 30)
            )
        )
    assert books.query("select * from Customer")["maxResults"] == 100
    assert books.query("select * from Customer maxresults 2000")["maxResults"] == 120
    books.options(query_over_max="refused")
    with pytest.raises(Refused) as refused:
        books.query("select * from Customer maxresults 1001")
    assert refused.value.code == "4001"


@pytest.mark.parametrize("clause", ["orderby DisplayName desc", "ORDER BY DisplayName DESC"])
def test_it_sorts_in_both_spellings(three: Books, clause: str) -> None:
    assert names(three, " ".join(("select * from Customer", clause))) == ["Zoë", "O'Brien", "Acme"]


def test_it_sorts_by_id_as_a_number_and_by_several_fields(three: Books) -> None:
    statement = "select * from Customer orderby Balance asc, Id desc"
    assert names(three, statement) == ["Zoë", "O'Brien", "Acme"]


def test_a_list_of_columns_brings_those_only(three: Books) -> None:
    found = three.one("select Id, DisplayName from Customer where Id = '1'")
    assert found["DisplayName"] == "Acme"
    assert "CompanyName" not in found


def test_inactive_entries_are_hidden_unless_asked_for(three: Books) -> None:
    three.update("Customer", three.one("select * from Customer where Id = '1'"), {"Active": False})
    assert "Acme (deleted)" not in names(three, "select * from Customer")
    both = names(three, "select * from Customer where Active IN (true, false)")
    assert "Acme (deleted)" in both
    assert names(three, "select * from Customer where Active = false") == ["Acme (deleted)"]


def test_a_statement_may_come_as_text_in_a_post(three: Books) -> None:
    answer = three.ask("POST", "query", b"select * from Customer where DisplayName = 'Acme'")
    assert answer["QueryResponse"]["maxResults"] == 1


def test_invoices_are_found_by_number_customer_date_and_amount(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    made = books.invoice(acme, sale(item, 25), DocNumber="HS-7", TxnDate="2026-03-01")
    for condition in (
        "DocNumber = 'hs-7'",
        f"CustomerRef = '{acme['Id']}'",
        "TxnDate < '2026-03-02' AND TxnDate >= '2026-03-01'",
        "TotalAmt = 25",
        "Balance > '24.99'",
    ):
        assert books.one(select("Invoice", condition)) == made


def test_some_answers_to_a_star_leave_out_the_sku(books: Books) -> None:
    books.item(Sku="S-1")
    books.options(sku_in_select_star=False)
    assert "Sku" not in books.one("select * from Item")
    assert books.one("select *, Sku from Item")["Sku"] == "S-1"


def test_queries_can_lag_behind_the_books(books: Books) -> None:
    books.options(query_lag_seconds=60)
    acme = books.customer("Acme")
    assert books.query("select * from Customer") == {}
    assert books.fresh("Customer", acme) == acme
    books.sandbox.advance(61)
    assert books.one("select * from Customer") == acme
    books.update("Customer", acme, {"Notes": "new"})
    assert books.one("select * from Customer")["SyncToken"] == "0"


def test_a_plain_reference_is_compared_by_its_id(books: Books) -> None:
    parent = books.customer("Nordwind")
    books.invoice(parent, sale(books.item(), 10))
    found = books.query(select("Invoice", f"CustomerRef IN ('{parent['Id']}', '99')"))
    assert found["maxResults"] == 1
