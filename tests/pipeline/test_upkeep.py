"""The history does not grow for ever; what is kept of it suffices to answer for what was done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from syncapp.models import RecordCount, SyncActivity, Upkeep
from syncapp.pipeline import tally, upkeep
from syncapp.pipeline.lease import take
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def integration(settings):
    settings.ACTIVITY_DAYS, settings.WRITTEN_DAYS = 30, 300
    return factories.nordwind()


def happened(link, days, **more):
    at = timezone.now() - timedelta(days=days)
    return factories.activity(link, at=at, **{"action": "failing", **more})


def story(link, number=upkeep.KEPT_OF_EACH, **more):
    """So much that is newer that nothing before it is one of the last."""
    for _ in range(number):
        happened(link, 1, **more)


def left(*rows):
    """Which of these there are after a round."""
    upkeep.do_some()
    found = set(SyncActivity.objects.values_list("pk", flat=True))
    return [row for row in rows if row.pk in found]


def test_what_was_told_long_ago_goes(integration):
    link = factories.link(integration)
    old, young = happened(link, 31), happened(link, 29)
    story(link)

    assert left(old, young) == [young]


def test_the_last_of_a_record_stay_however_old(integration):
    link = factories.link(integration)
    rows = [happened(link, 400 - number) for number in range(upkeep.KEPT_OF_EACH + 2)]

    assert left(*rows) == rows[2:]


@pytest.mark.parametrize(
    "deed",
    [{"action": "created", "side": "quickbooks"}, {"action": "refused", "side": "hubspot"},
     {"action": "decided"}, {"action": "taken back"}],
    ids=str,
)  # fmt: skip
def test_what_was_written_and_decided_is_kept_longer(integration, deed):
    link = factories.link(integration)
    kept, old = happened(link, 299, **deed), happened(link, 301, **deed)
    story(link)

    assert left(kept, old) == [kept]


def test_what_explains_where_a_record_stands_stays(integration):
    link = factories.link(integration, state="failing", category="conflict")
    why = happened(link, 99, category="conflict")
    story(link, action="waiting")

    assert left(why) == [why]


def test_a_record_that_is_gone_leaves_nothing_for_ever(integration):
    link = factories.link(integration)
    old, young = happened(link, 31), happened(link, 29)
    SyncActivity.objects.update(link=None)

    assert left(old, young) == [young]


def test_nothing_goes_where_history_is_kept_for_ever(integration, settings):
    settings.ACTIVITY_DAYS = settings.WRITTEN_DAYS = 0
    link = factories.link(integration)
    row = happened(link, 9999)
    story(link)

    assert left(row) == [row]


def test_it_is_done_in_small_steps_and_goes_on_where_it_stopped(integration, monkeypatch):
    monkeypatch.setattr(upkeep, "_STEP", 2)
    link = factories.link(integration)
    old = [happened(link, 31) for _ in range(5)]
    story(link)
    ticks = iter(range(100))

    gone = [upkeep.prune(until=1, clock=lambda: next(ticks)) for _ in range(1)]
    assert gone == [2]
    assert Upkeep.objects.get(pk="activity").place == old[1].pk

    assert upkeep.prune(until=200, clock=lambda: next(ticks)) == 3
    assert Upkeep.objects.get(pk="activity").place == 0


def test_a_round_is_made_once_a_day(integration):
    link = factories.link(integration)
    story(link)
    upkeep.do_some()
    old = happened(link, 31)

    assert left(old) == [old]
    Upkeep.objects.update(done_at=timezone.now() - timedelta(days=2))
    assert left(old) == []


def test_a_step_asks_the_same_number_of_questions_however_much_goes(
    integration, django_assert_max_num_queries
):
    link = factories.link(integration)
    for _ in range(60):
        happened(link, 31)
    story(link)

    with django_assert_max_num_queries(12):
        assert upkeep.prune(until=float("inf")) == 60


def test_the_counts_are_put_right_once_a_day(integration):
    factories.link(integration)
    RecordCount.objects.update(records=7)

    held = take(integration)
    upkeep.do_some()
    assert RecordCount.objects.get().records == 7  # a worker is at it: another minute
    held.release()
    upkeep.do_some()
    assert tally.numbers(integration.pk) == tally.count_all(integration.pk)

    RecordCount.objects.update(records=7)
    upkeep.do_some()
    assert RecordCount.objects.get().records == 7
