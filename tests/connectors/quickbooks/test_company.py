"""What the go-live check and the mapping page ask, and how statements are put together."""

from datetime import UTC, datetime

import pytest

from syncapp.connectors.quickbooks import query
from syncapp.engine.records import Entity
from syncapp.errors import ConfigurationError, Rejected


def test_the_account_says_where_and_in_what_money(books, quickbooks):
    account = quickbooks.account()
    assert account.id == books.realm
    assert (account.country, account.currency) == ("US", "USD")
    assert account.name


def test_settings_are_named_by_their_place_in_the_preferences(books, quickbooks):
    books.prefer("SalesFormsPrefs", CustomTxnNumbers=True)
    books.person("close_books", "Preferences", until="2026-06-30")
    settings = quickbooks.account().settings
    assert settings["SalesFormsPrefs.CustomTxnNumbers"] == "True"
    assert settings["AccountingInfoPrefs.BookCloseDate"] == "2026-06-30"
    assert settings["CurrencyPrefs.HomeCurrency"] == "USD"
    assert settings["SubscriptionStatus"] == "SUBSCRIBED"
    assert "SyncToken" not in settings


def test_every_field_we_read_is_described(quickbooks):
    for entity in Entity:
        infos = {info.name: info for info in quickbooks.describe(entity)}
        assert infos
        assert all(info.label for info in infos.values())
    lines = {info.name: info.type for info in quickbooks.describe(Entity.INVOICE)}["Line"]
    assert lines == "lines"


def test_what_quickbooks_cannot_search_is_said_before_asking(books, quickbooks):
    books.sandbox.forget_requests()
    with pytest.raises(ConfigurationError):
        quickbooks.find(Entity.INVOICE, "CustomerMemo", ["x"])
    assert books.sandbox.requests()["total"] == 0


def test_a_read_that_is_refused_keeps_intuits_sentence(books, quickbooks):
    body = {
        "Fault": {
            "Error": [{"Message": "Odd", "Detail": "Odd thing", "code": "4002"}],
            "type": "ValidationFault",
        }
    }
    books.sandbox.fault("status", vendor="quickbooks", status=400, body=body)
    with pytest.raises(Rejected, match="Odd thing") as raised:
        quickbooks.find(Entity.CONTACT, "DisplayName", ["x"])
    assert raised.value.code == "4002"


def test_every_call_asks_for_the_minor_version_we_know(books, quickbooks):
    quickbooks.account()
    asked = books.sandbox.requests(entries=True)["entries"]
    assert asked
    assert quickbooks.calls == len(asked)
    assert quickbooks.reads == len(asked)


@pytest.mark.parametrize(
    ("value", "written"),
    [("O'Brien", r"'O\'Brien'"), ("a\\b", r"'a\\b'"), ("plain", "'plain'"), ("\\'", r"'\\\''")],
)
def test_values_cannot_leave_their_quotes(value, written):
    assert query.literal(value) == written


def test_a_statement_holds_so_many_values_as_fit():
    short = [str(number) for number in range(1500)]
    assert [len(chunk) for chunk in query.chunks(short)] == [600, 600, 300]
    long = ["ü" * 1000 for _ in range(30)]
    parts = list(query.chunks(long))
    assert sum(len(part) for part in parts) == 30
    assert all(sum(len(value.encode()) for value in part) <= 24_000 for part in parts)
    assert list(query.chunks([])) == []


def test_moments_are_whole_seconds_of_utc():
    at = datetime(2026, 11, 20, 10, 0, 0, 999_000, tzinfo=UTC)
    assert query.moment(at) == "'2026-11-20T10:00:00Z'"
