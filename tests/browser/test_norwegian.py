"""The main pages in Norwegian, whose words are longer, over what a real pass has left behind."""

import os
from functools import cache
from pathlib import Path

import pytest
from django.test import override_settings

from syncapp.engine.records import Entity
from syncapp.models import Heartbeat, Preferences, RecordLink, RuleDraft
from syncapp.setup import drafts
from tests import factories
from tests.browser.kept import db, kept_window
from tests.pipeline.conftest import apps_of, pointed_to
from tests.pipeline.worlds import Worlds
from tests.translating import compile_catalogue

__all__ = ["db", "kept_window"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAMES = ["home", "objects", "records", "failing", "record", "desk", "group", "passes",
         "connections", "account", "people", "changes", "choose", "configure", "limit",
         "review"]  # fmt: skip
WIDE = ["objects", "records", "record", "configure"]
# Where somebody wants to look at the pages themselves
_PICTURES = os.environ.get("LEDGERLINE_PICTURES")


def kari():
    person = factories.ada()
    Preferences.objects.create(user=person, language="nb", time_zone="Europe/Oslo")
    return person


@pytest.fixture(scope="module")
def synced(db, sandbox_process):
    compile_catalogue()
    sandbox_process.clear_faults()
    credentials = sandbox_process.reset()
    with override_settings(**pointed_to(sandbox_process), **apps_of(credentials)):
        yield what_a_pass_left(Worlds(sandbox_process, credentials))


def what_a_pass_left(worlds):
    worlds.contact(email="ada@nordwind.test", firstname="Ada", lastname="Berg")
    worlds.contact(firstname="Nobody", lastname="Bold")
    worlds.rule(Entity.CONTACT)
    worlds.rule(Entity.PRODUCT)
    worlds.sync()
    link = RecordLink.objects.filter(entity="contact", state="in_sync").get()
    factories.link(
        link.integration,
        "invoice",
        label="1001",
        hubspot_id="80",
        state="failing",
        category="totals",
        facts={"hubspot": "1,250.00 NOK", "quickbooks": "1,249.50 NOK"},
        amount="1250.00",
        currency="NOK",
    )
    Heartbeat.beat()
    draft = drafts.begin(worlds.integration, Entity.CONTACT, factories.member("owner"))
    RuleDraft.objects.filter(pk=draft.pk).update(step="review")
    return paths(worlds.integration, draft)


def paths(integration, draft):
    links = RecordLink.objects.order_by("id")
    failing = links.get(state="failing")
    desk = f"/admin/desk/{integration.pk}"
    return {
        "home": "/admin/",
        "objects": "/admin/objects/",
        "records": "/admin/records/",
        "failing": f"/admin/records/{failing.pk}/",
        "record": f"/admin/records/{links.first().pk}/",
        "desk": "/admin/desk/",
        "group": f"{desk}/failing/totals/",
        "passes": "/admin/passes/",
        "connections": "/admin/connections/",
        "account": "/admin/account/",
        "people": "/admin/people/",
        "changes": "/admin/changes/",
        "choose": "/admin/sync/setup/",
        "configure": f"/admin/sync/setup/{draft.pk}/configure/",
        "limit": f"/admin/sync/setup/{draft.pk}/limit/",
        "review": f"/admin/sync/setup/{draft.pk}/review/",
    }


@pytest.fixture(scope="module")
def opened(kept_window, synced):
    """A window of each look; one person signs in to both."""
    person = kari()
    return cache(lambda look: kept_window(look, lambda: person))


@pytest.mark.parametrize(
    ("look", "name"), [*(("phone", one) for one in NAMES), *(("light", one) for one in WIDE)]
)
def test_a_page_is_sound_in_norwegian(opened, synced, look, name):
    window = opened(look)
    page = window.open(synced[name])
    page.wait_for_load_state("networkidle")
    assert page.locator("html").get_attribute("lang") == "nb"
    if _PICTURES:
        page.screenshot(path=Path(_PICTURES) / f"{look}-{name}.png", full_page=True)
    window.look_through()
