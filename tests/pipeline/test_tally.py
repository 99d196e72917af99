"""The numbers that pages show are kept with the records; they are what counting finds."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from syncapp.errors import Busy
from syncapp.models import RecordCount, RecordLink
from syncapp.pipeline import dossier, tally
from syncapp.pipeline.lease import take
from tests import factories

pytestmark = pytest.mark.django_db

_IDS = st.integers(1, 6).map(str)
_DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("make"), _IDS),
        st.tuples(st.just("go"), _IDS),
        st.tuples(
            st.just("move"),
            st.sets(_IDS, min_size=1),
            st.sampled_from(["in_sync", "failing", "waiting"]),
            st.sampled_from(["", "no_email", "held"]),
            st.sampled_from(["", "EUR", "NOK"]),
            st.none() | st.decimals(-(10**12), 10**12, places=2),
        ),
    ),
    max_size=12,
)


@given(deeds=_DEEDS)
def test_whatever_happens_to_records_the_numbers_follow(deeds):
    with transaction.atomic():
        integration = factories.nordwind()
        for deed in deeds:
            _do(integration, *deed)

        assert _kept(integration) == tally.count_all(integration.pk)
        transaction.set_rollback(True)  # the next example begins with nothing


def _do(integration, deed, *given):
    mine = RecordLink.objects.filter(integration=integration, entity="invoice")
    if deed == "make":
        (record_id,) = given
        rows = mine.filter(hubspot_id=record_id)
        with tally.kept(integration.pk, rows):
            if not rows.exists():
                RecordLink.objects.create(
                    integration=integration, entity="invoice", hubspot_id=record_id
                )
    elif deed == "go":
        rows = list(mine.filter(hubspot_id=given[0]))
        dossier.replace_links({old: old for old in rows})
    else:
        ids, state, category, currency, amount = given
        rows = mine.filter(hubspot_id__in=ids)
        with tally.kept(integration.pk, rows):
            rows.update(state=state, category=category, currency=currency, amount=amount)


def _kept(integration):
    numbers = tally.numbers(integration.pk)
    return {kind: worth for kind, worth in numbers.items() if worth != tally.Worth()}


def test_nothing_is_asked_for_each_record(django_assert_num_queries):
    integration = factories.nordwind()
    links = [factories.link(integration, hubspot_id=str(number)) for number in range(20)]
    rows = tally.of(links)

    # savepoint, before, the change, after, read, write, end
    with django_assert_num_queries(7), tally.kept(integration.pk, rows):
        rows.update(state="failing", category="no_email")

    assert RecordCount.objects.get(records__gt=0).records == 20


def test_a_number_that_went_wrong_heals():
    integration = factories.nordwind()
    factories.link(integration, "invoice", amount=Decimal("10.10"), currency="EUR")
    RecordCount.objects.update(records=-5, amount=7)

    assert tally.recount(integration) == 1
    assert tally.numbers(integration.pk) == tally.count_all(integration.pk)
    assert tally.recount(integration) == 0


def test_a_number_below_nothing_is_shown_as_nothing():
    integration = factories.nordwind()
    factories.link(integration)
    RecordCount.objects.update(records=-5)

    assert RecordCount.objects.present(integration.pk)["contact"] == {}


def test_nobody_recounts_while_a_worker_is_at_it():
    integration = factories.nordwind()
    take(integration)

    with pytest.raises(Busy):
        tally.recount(integration)


def test_the_command_says_what_it_found(capsys):
    integration = factories.nordwind()
    factories.link(integration)
    RecordCount.objects.update(records=3)

    call_command("recount")
    call_command("recount")

    assert capsys.readouterr().out.splitlines() == [
        "Nordwind: 1 numbers were wrong.",
        "Nordwind: all numbers are right.",
    ]
