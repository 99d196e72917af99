"""Somebody looks back at what a rule was, and goes back to it."""

import pytest

from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from syncapp.models import SyncRule
from syncapp.setup.switch import rule_saved
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_an_earlier_version_is_read_and_saved_again(window, trade, look):
    rule = trade.rule(Entity.CONTACT, direction=Direction.BOTH)
    rule.direction = Direction.TO_HUBSPOT
    rule_saved(rule)
    opened = window(look, who=lambda: factories.member("configurator"))
    page = opened.page
    opened.open(f"/admin/rules/{rule.pk}/versions/")
    page.get_by_text("Both ways").wait_for()
    opened.look_through()

    page.get_by_role("button", name="Go back to version").click()
    page.get_by_text("Read it through, then save it.").wait_for()
    opened.look_through()
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_url("**/objects/**")
    opened.look_through()

    assert SyncRule.objects.get(pk=rule.pk).direction == "both"
