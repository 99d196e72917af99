"""The overview as people use it, over what a real pass has left behind."""

import pytest

from syncapp.engine.records import Entity
from syncapp.models import Heartbeat, SyncRule
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def synced(worlds):
    """A contact in sync, one that is left out, and a product whose name is hostile."""
    worlds.contact(email="ada@nordwind.test", firstname="Ada", lastname="Berg")
    worlds.contact(firstname="Nobody", lastname="<b onclick='alert(1)'>Bold</b>")
    worlds.rule(Entity.CONTACT)
    worlds.rule(Entity.PRODUCT)
    worlds.sync()
    Heartbeat.beat()
    return worlds


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_every_page_is_sound_in_every_look(window, synced, look):
    opened = window(look)
    for path in ("/admin/", "/admin/objects/", "/admin/records/", "/admin/records/?state=evil"):
        opened.open(path)
        opened.look_through()


def test_a_number_opens_the_records_behind_it(window, synced):
    opened = window()
    page = opened.open("/admin/objects/")

    page.get_by_role("link", name="Contacts, Excluded: 1").click()
    panel = page.get_by_role("dialog")
    panel.get_by_text("No e-mail address").first.wait_for()
    opened.look_through()
    page.keyboard.press("Escape")

    assert not panel.is_visible()


def test_a_sync_is_switched_off_and_on(window, synced):
    page = window().open("/admin/objects/")

    page.get_by_role("button", name="Sync Contacts").click()
    dialog = page.get_by_role("dialog", name="Switch off: Contacts")
    assert dialog.get_by_text("Nothing is deleted").is_visible()
    dialog.get_by_role("button", name="Switch off").click()
    page.get_by_text("Contacts are off.").wait_for()
    assert not SyncRule.objects.get(entity="contact").is_on

    page.get_by_role("button", name="Sync Contacts").click()
    page.get_by_role("dialog").get_by_role("button", name="Switch on").click()
    page.get_by_text("Contacts are synced again").wait_for()
    assert SyncRule.objects.get(entity="contact").is_on


def test_the_menu_of_a_row_lies_beside_it_and_turns_its_sync_off(window, synced):
    opened = window("phone")
    page = opened.open("/admin/objects/")
    row = page.get_by_role("row", name="Contacts")

    row.get_by_role("button", name="More for Contacts").click()
    menu = page.locator("#ll-more-contact")
    button = row.get_by_role("button", name="More for Contacts").bounding_box()
    assert abs(menu.bounding_box()["y"] - button["y"] - button["height"]) < 8
    opened.look_through()
    menu.get_by_role("button", name="Turn sync off").click()
    page.get_by_role("dialog").get_by_role("button", name="Switch off").click()

    page.get_by_text("Contacts are off.").wait_for()
    assert not SyncRule.objects.get(entity="contact").is_on


def test_a_viewer_can_look_and_press_nothing(window, synced):
    opened = window(who=lambda: factories.member("viewer"))
    page = opened.open("/admin/objects/")

    assert page.get_by_role("button", name="Sync Contacts").count() == 0
    assert page.get_by_role("button", name="Pause all").count() == 0
    opened.look_through()


def test_a_record_tells_what_happened_and_columns_are_chosen(window, synced):
    opened = window()
    page = opened.open("/admin/records/?state=in_sync")
    page.get_by_role("button", name="What happened to").first.click()
    page.locator(".ll-timeline").get_by_text("Created").first.wait_for()
    opened.look_through()

    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Amount").uncheck()
    page.get_by_role("checkbox", name="Born in").check()
    page.get_by_role("button", name="Keep", exact=True).click()

    assert page.get_by_role("columnheader", name="Born in").is_visible()
    assert page.get_by_role("columnheader", name="Amount").count() == 0
