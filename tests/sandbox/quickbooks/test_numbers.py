"""Document numbers: automatic, custom, duplicate."""

import pytest

from tests.sandbox.quickbooks.books import Books, Record, Refused, ref, sale


@pytest.fixture
def bill(books: Books):
    acme, item = books.customer("Acme"), books.item()

    def made(entity: str = "Invoice", params: Record | None = None, **fields: str) -> Record:
        body = {"CustomerRef": ref(acme), "Line": [sale(item, 10)]} | fields
        return books.create(entity, body, **params or {})

    return made


def test_quickbooks_counts_on_from_the_highest_number_it_saw(bill) -> None:
    assert bill()["DocNumber"] == "1001"
    assert bill()["DocNumber"] == "1002"
    assert bill(DocNumber="2000")["DocNumber"] == "2000"
    assert bill(DocNumber="17")["DocNumber"] == "17"
    assert bill()["DocNumber"] == "2001"


def test_it_takes_up_the_prefix_of_a_number_that_was_sent(books: Books, bill) -> None:
    bill(DocNumber="HS-1042")
    assert bill()["DocNumber"] == "HS-1043"


def test_or_it_leaves_prefixes_alone(books: Books, bill) -> None:
    books.options(numbering_follows_prefix=False)
    bill(DocNumber="HS-1042")
    assert bill()["DocNumber"] == "1001"


def test_without_custom_numbers_duplicates_are_taken(bill) -> None:
    assert bill(DocNumber="7")["DocNumber"] == bill(DocNumber="7")["DocNumber"]


def test_with_custom_numbers_none_sent_means_none_at_all(books: Books, bill) -> None:
    books.options(profile="custom_numbers")
    assert "DocNumber" not in bill()
    assert bill(DocNumber="HS-1")["DocNumber"] == "HS-1"


def test_with_custom_numbers_a_duplicate_is_refused(books: Books, bill) -> None:
    books.options(profile="custom_numbers")
    first = bill(DocNumber="HS-1")
    with pytest.raises(Refused) as refused:
        bill(DocNumber="hs-1")
    assert refused.value.code == "6140"
    assert books.update("Invoice", first, {"DocNumber": "HS-1"})["DocNumber"] == "HS-1"
    with pytest.raises(Refused):
        books.update("Invoice", bill(DocNumber="HS-2"), {"DocNumber": "HS-1"})


def test_a_credit_memo_of_the_same_number_clashes_too(books: Books, bill) -> None:
    books.options(profile="custom_numbers")
    bill("CreditMemo", DocNumber="HS-1")
    with pytest.raises(Refused) as refused:
        bill(DocNumber="HS-1")
    assert refused.value.code == "6140"


def test_a_duplicate_passes_when_the_caller_or_the_company_allows_it(books: Books, bill) -> None:
    books.options(profile="custom_numbers")
    bill(DocNumber="HS-1")
    bill(DocNumber="HS-1", params={"include": "allowduplicatedocnum"})
    books.options(warn_duplicate_numbers=False)
    bill(DocNumber="HS-1")


def test_the_number_of_a_deleted_invoice_may_be_free_again_or_not(books: Books, bill) -> None:
    books.options(profile="custom_numbers")
    books.delete("Invoice", bill(DocNumber="HS-1"))
    books.delete("Invoice", bill(DocNumber="HS-1"))
    books.options(deleted_number_is_free=False)
    with pytest.raises(Refused):
        bill(DocNumber="HS-1")


def test_auto_generate_is_a_number_like_any_other_unless_honoured(books: Books, bill) -> None:
    assert bill(DocNumber="AUTO_GENERATE")["DocNumber"] == "AUTO_GENERATE"
    books.options(auto_doc_number="honoured", profile="custom_numbers")
    assert bill(DocNumber="AUTO_GENERATE")["DocNumber"] == "1001"
