"""The main pages in Norwegian, whose words are longer, over what a real pass has left behind."""

import os
from pathlib import Path

import pytest

from syncapp.engine.records import Entity
from syncapp.models import Heartbeat, Preferences, RecordLink, RuleDraft
from syncapp.setup import drafts
from tests import factories
from tests.translating import compile_catalogue

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Where somebody wants to look at the pages themselves
_PICTURES = os.environ.get("LEDGERLINE_PICTURES")


def kari():
    person = factories.ada()
    Preferences.objects.create(user=person, language="nb", time_zone="Europe/Oslo")
    return person


@pytest.fixture
def synced(worlds):
    compile_catalogue()
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
    return worlds


def paths(worlds):
    links = RecordLink.objects.order_by("id")
    draft = drafts.begin(worlds.integration, Entity.CONTACT, factories.member("owner"))
    RuleDraft.objects.filter(pk=draft.pk).update(step="review")
    failing = links.get(state="failing")
    desk = f"/admin/desk/{worlds.integration.pk}"
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


def look_at(opened, look, pages):
    for name, path in pages.items():
        page = opened.open(path)
        page.wait_for_load_state("networkidle")
        assert page.locator("html").get_attribute("lang") == "nb", path
        if _PICTURES:
            page.screenshot(path=Path(_PICTURES) / f"{look}-{name}.png", full_page=True)
        opened.look_through()


@pytest.mark.timeout(240)
def test_the_main_pages_are_sound_in_norwegian_on_a_phone(window, synced):
    look_at(window("phone", kari), "phone", paths(synced))


def test_wide_tables_are_sound_in_norwegian(window, synced):
    wide = ("objects", "records", "record", "configure")
    pages = {name: path for name, path in paths(synced).items() if name in wide}
    look_at(window("light", kari), "light", pages)


def test_the_browser_offers_its_own_time_zone(window, synced):
    page = window("light", kari).open("/admin/account/")

    page.get_by_role("button", name="Velg den").click()
    assert page.get_by_label("Tidssone").input_value() == "UTC"
    page.get_by_label("Tidssone").select_option("America/New_York")
    page.get_by_role("button", name="Lagre").click()

    page.get_by_text("Tider vises som i America/New_York").wait_for()
