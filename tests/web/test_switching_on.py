"""The switch of the object view asks both accounts first."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from syncapp.engine.records import Entity
from tests import factories


@pytest.fixture
def ada(client, trade):
    client.force_login(factories.ada())
    return client


def pressed(ada, rule):
    answer = ada.post(reverse("admin:switch_rule", args=(rule.pk,)), {"on": "yes"})
    rule.refresh_from_db()
    return [str(one) for one in get_messages(answer.wsgi_request)]


def test_a_sync_that_something_blocks_stays_off_and_says_what(ada, trade):
    rule = trade.rule(Entity.INVOICE, is_on=False)

    (said,) = pressed(ada, rule)

    assert not rule.is_on
    assert "income account" in said


def test_a_sync_that_nothing_blocks_goes_on(ada, trade):
    rule = trade.rule(Entity.INVOICE, is_on=False, options={"income_account": trade.income_account})

    said = pressed(ada, rule)

    assert rule.is_on
    assert "the next pass looks at every record" in said[-1]
