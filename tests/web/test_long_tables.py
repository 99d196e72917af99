"""No order of the record view sorts a long table: an index holds it, deep inside too."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from syncapp.admin.record_filters import RecordsAsked
from syncapp.models import RecordLink
from syncapp.models.finding import folded, last_word
from syncapp.pipeline import tally
from syncapp.reporting import finding
from syncapp.reporting.finding import Asked
from syncapp.reporting.keyset import ORDERS, page_of
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.queries]

PLACES = ["", "5~5", "5~", "5~Ada", "5~2026-01-01T00:00:00+00:00"]
QUERIES = [
    "",
    "object=invoice",
    "state=failing",
    "object=invoice&state=failing",
    "reason=discount",
    "reason=discount&object=invoice",
    "side=both",
    "side=hubspot",
    "side=quickbooks&state=failing",
    "least=40",
    "least=20&most=60",
    "since=2026-03-03",
    "q=INV-0",
    "q=07",
    "q=ada&inside=1",
    "q=d&state=in_sync&inside=1",
]


def plans(asked):
    """What SQLite would do for each question."""
    found = []
    with connection.cursor() as cursor:
        for query in asked:
            if query["sql"].startswith("SELECT"):
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}".replace("%", "%%"))
                found.append(" ".join(str(row[-1]) for row in cursor.fetchall()))
    return found


@pytest.fixture
def plan_of():
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite tells its plan without rows.")

    def explained(deed):
        with CaptureQueriesContext(connection) as asked:
            deed()
        return plans(asked.captured_queries)

    return explained


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("place", PLACES)
def test_a_page_is_read_off_an_index(order, place, plan_of):
    rows = RecordLink.objects.filter(integration=factories.nordwind())

    for way in ("after", "before"):
        for plan in plan_of(lambda: page_of(rows, order, **{way: place})):  # noqa: B023
            assert "TEMP B-TREE" not in plan, plan
            assert " USING " in plan, plan


@pytest.mark.parametrize(
    "place",
    ["x", "~", "1", "1~yesterday", "9" * 30 + "~1", "1~2026-13-45", "1~NaN", "1~1e999", "1~-inf"],
)
@pytest.mark.parametrize("order", ORDERS)
def test_a_place_that_somebody_made_up_is_no_error(order, place):
    factories.link(factories.nordwind())

    page_of(RecordLink.objects.all(), order, after=place)


@pytest.fixture
def company():
    """Some of everything; names in an order of their own."""
    integration = factories.nordwind()
    rows = []
    for number in range(24):
        row = RecordLink(
            integration=integration,
            entity=("invoice", "contact", "invoice")[number % 3],
            state=("in_sync", "failing", "waiting", "in_sync")[number % 4],
            category=("", "discount", "new", "")[number % 4],
            hubspot_id=None if number % 5 == 4 else str(900 + number),
            quickbooks_id=None if number % 5 == 2 else str(number),
            amount=Decimal(number * 5) if number % 3 != 1 else None,
            state_since=datetime(2026, 3, 1 + number % 7, tzinfo=UTC),
        )
        row.call(f"INV-{number:02}" if number % 3 != 1 else ("Ada Berg", "Dag Lie")[number % 2])
        rows.append(row)
    RecordLink.objects.bulk_create(rows)
    tally.recount(integration)
    return integration


def turned(integration, query, order, monkeypatch, looked_through=10_000, names=1000, back=False):
    """All pages one after the other, as somebody turns them who goes on where it says so."""
    monkeypatch.setattr(finding, "LOOKED_THROUGH", looked_through)
    monkeypatch.setattr(finding, "_NAMES", names)
    asked, seen, place = RecordsAsked(QueryDict(query), integration), [], ""
    for _ in range(60):
        where = {"before" if back else "after": place} if place else {}
        found = asked.page(Asked(order, size=3, **where))
        seen += [link.pk for link in (found.page.links[::-1] if back else found.page.links)]
        place = found.page.before if back else found.page.after
        if not place:
            return seen
    raise AssertionError("it never ends")


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("order", ["-id", "label", "-state_since", "-entity", "amount", "-amount"])
def test_turning_the_pages_of_a_long_table_shows_the_same_as_of_a_short_one(
    company, query, order, monkeypatch
):
    exact = turned(company, f"{query}&inside=1", order, monkeypatch)
    plain = RecordsAsked(QueryDict(query), company).condition(company.links.all())

    assert sorted(exact) == sorted(plain.values_list("pk", flat=True))
    assert turned(company, query, order, monkeypatch, looked_through=4, names=0) == exact


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("amount", ["-5", "0", "7.50", "7.50", "7.50", "10", "None", "None", "None", "None"]),
        ("-amount", ["10", "7.50", "7.50", "7.50", "0", "-5", "None", "None", "None", "None"]),
    ],
)
@pytest.mark.parametrize("looked_through", [10_000, 4])
def test_records_without_an_amount_come_last_whichever_way_amounts_are_sorted(
    order, expected, looked_through, monkeypatch
):
    integration = factories.nordwind()
    amounts = (None, "7.50", "0", None, "10", "7.50", None, "-5", "7.50", None)
    for number, amount in enumerate(amounts):
        factories.link(integration, "invoice", hubspot_id=f"h{number}", amount=amount)
    tally.recount(integration)
    kept = {link.pk: link.amount for link in integration.links.all()}

    forth = turned(integration, "", order, monkeypatch, looked_through)
    assert [kept[pk] for pk in forth] == [
        None if one == "None" else Decimal(one) for one in expected
    ]
    assert turned(integration, "inside=1", order, monkeypatch, looked_through) == forth
    windowed = turned(integration, "object=invoice", order, monkeypatch, looked_through)
    assert windowed == forth
    whole = RecordsAsked(QueryDict("object=invoice"), integration).all(order)
    assert list(whole.values_list("pk", flat=True)) == forth


@pytest.mark.parametrize(
    ("order", "end"), [("-id", "0~"), ("amount", f"{10**9}~"), ("-amount", "0~")]
)
def test_pages_are_turned_back_too(company, order, end, monkeypatch):
    query = "state=in_sync&side=hubspot"
    forth = turned(company, query, order, monkeypatch, looked_through=4)
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 4)
    asked, seen = RecordsAsked(QueryDict(query), company), []
    while end:
        found = asked.page(Asked(order, before=end, size=3))
        seen += [link.pk for link in found.page.links[::-1]]
        end = found.page.before

    assert seen == forth[::-1]


@pytest.mark.parametrize("query", QUERIES)
def test_what_is_asked_never_sorts_or_reads_a_long_table(company, query, plan_of, monkeypatch):
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 4)
    asked = RecordsAsked(QueryDict(query), company)

    for plan in plan_of(lambda: asked.page(Asked("-id", size=3))):
        assert "SCAN syncapp_recordlink" not in plan, plan
        assert "SCAN U0" not in plan, plan


@pytest.mark.parametrize("query", QUERIES)
def test_a_million_records_cost_no_query_more(company, query, monkeypatch):
    asked = RecordsAsked(QueryDict(query), company)
    with CaptureQueriesContext(connection) as few:
        asked.page(Asked("-id", size=3))
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 4)
    with CaptureQueriesContext(connection) as many:
        asked.page(Asked("-id", size=3))

    assert len(few) <= 3
    assert len(many) <= 4


def test_a_total_is_said_as_far_as_it_is_known(company, monkeypatch):
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 4)

    def total(query):
        return RecordsAsked(QueryDict(query), company).page(Asked(size=3)).total

    assert total("") == 24
    assert total("state=in_sync") == 12
    assert total("side=both") is None
    assert total("least=105") == 2
    assert total("q=Ada") == 4


def test_names_that_begin_so_come_first_and_it_says_so(company, monkeypatch):
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 4)

    def found(query):
        return RecordsAsked(QueryDict(query), company).page(Asked())

    first = found("q=BERG")
    assert first.is_beginning
    assert {link.label for link in first.page.links} == {"Ada Berg"}
    assert found("q=905").page.links[0].hubspot_id == "905"
    assert not found("q=erg").is_beginning
    assert found("q=ada&inside=1").is_cut


@given(text=st.text(max_size=20))
def test_a_name_is_found_by_itself(text):
    link = SimpleNamespace()
    RecordLink.call(link, text)

    assert link.search_name == folded(text)
    assert folded(folded(text)) == folded(text)
    assert last_word(link.search_name) in link.search_name


@pytest.mark.parametrize("typed", ["åse", "ÅSE  ber", "Ase", "berg", "50%", "a_b", "\\"])
def test_beginnings_are_found_alike_in_every_database(typed):
    integration = factories.nordwind()
    names = ["Åse Berg", "50% off", "500 off", "a_b", "axb", "\\ slash"]
    for number, name in enumerate(names):
        factories.link(integration, hubspot_id=f"h{number}", label=name)
    rows: QuerySet[RecordLink] = RecordLink.objects.all()
    beginning = folded(typed)

    found = rows.filter(search_name__begins=beginning) | rows.filter(search_word__begins=beginning)

    assert {link.label for link in found} == {
        name
        for name in names
        if folded(name).startswith(beginning) or last_word(folded(name)).startswith(beginning)
    }
