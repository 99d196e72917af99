"""No order of the record view sorts a long table: an index holds it, deep inside too."""

import pytest
from django.db import connection

from syncapp.models import RecordLink
from syncapp.reporting.keyset import COUNTED, ORDERS, counted, page_of
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.queries]

PLACES = ["", "5~5", "5~Ada", "5~2026-01-01T00:00:00+00:00"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("place", PLACES)
def test_a_page_is_read_off_an_index(order, place, django_assert_num_queries):
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite tells its plan without rows.")
    rows = RecordLink.objects.filter(integration=factories.nordwind())
    with django_assert_num_queries(1) as asked:
        page_of(rows, order, after=place)

    sql = asked.captured_queries[0]["sql"]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"))
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())

    assert "TEMP B-TREE" not in plan, plan


@pytest.mark.parametrize("place", ["x", "~", "1", "1~yesterday", "9" * 30 + "~1", "1~2026-13-45"])
@pytest.mark.parametrize("order", ORDERS)
def test_a_place_that_somebody_made_up_is_no_error(order, place):
    factories.link(factories.nordwind())

    page_of(RecordLink.objects.all(), order, after=place)


def test_nobody_waits_for_a_number_that_is_only_large(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("syncapp.reporting.keyset.COUNTED", 2)
    integration = factories.nordwind()
    for number in range(4):
        factories.link(integration, hubspot_id=str(number))

    assert counted(RecordLink.objects.all()) == (2, True)
    assert COUNTED == 10_000
