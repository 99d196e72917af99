"""A rehearsal of the example company foretells the run that follows, record by record."""

import pytest

from sandbox.office import Office, afternoon, morning
from syncapp.pipeline.rehearsal import rehearse
from syncapp.pipeline.rehearsal.report import Rehearsal
from tests.pipeline.test_example_company import company as company
from tests.pipeline.test_rehearsal import run_for_real, told
from tests.pipeline.worlds import Worlds

pytestmark = pytest.mark.slow


def test_the_first_load_is_foretold_exactly(company: Worlds) -> None:
    rehearsal = rehearse(company.integration)
    assert company.sandbox.requests()["writes"] == 0
    assert_foretold(rehearsal, run_for_real(company))


def test_a_day_at_the_office_is_foretold_exactly(company: Worlds) -> None:
    company.sync()
    for hours in (morning, afternoon):
        assert list(hours(Office(company.sandbox.url)))
        rehearsal = rehearse(company.integration)
        assert_foretold(rehearsal, run_for_real(company))


def assert_foretold(rehearsal: Rehearsal, real: Rehearsal) -> None:
    foretold, done = told(rehearsal), told(real)
    assert [one for one in foretold if one not in done] == []
    assert [one for one in done if one not in foretold] == []
    assert foretold == done
    assert rehearsal.counts == real.counts
    assert rehearsal.money == real.money
    assert rehearsal.writes
