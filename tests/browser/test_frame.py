import pytest

from tests import factories
from tests.browser.test_norwegian import kari
from tests.translating import compile_catalogue

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_a_list_of_djangos_own_can_be_used_by_everybody_in_every_look(window, look):
    factories.nordwind()
    opened = window(look)
    opened.open("/admin/syncapp/connection/")

    opened.look_through()


def test_a_phone_has_the_whole_navigation(window):
    opened = window("phone")

    opened.page.get_by_role("button", name="Menu").click()
    opened.look_through()
    menu = opened.page.locator("#ll-phone-navigation")
    menu.get_by_role("link", name="Connections").click()

    opened.page.wait_for_url("**/admin/connections/")


def test_the_tables_of_the_sidebar_can_be_filtered(window):
    opened = window()
    opened.page.get_by_text("All tables").click()

    opened.page.get_by_label("Filter navigation items").fill("brake")

    assert opened.page.locator("#nav-sidebar").get_by_role("link", name="Brakes").is_visible()
    assert not opened.page.locator("#nav-sidebar").get_by_role("link", name="Leases").is_visible()


def test_the_browser_offers_its_own_time_zone(window):
    compile_catalogue()
    page = window("light", kari).open("/admin/account/")

    page.get_by_role("button", name="Velg den").click()
    assert page.get_by_label("Tidssone").input_value() == "UTC"
    page.get_by_label("Tidssone").select_option("America/New_York")
    page.get_by_role("button", name="Lagre").click()

    page.get_by_text("Tider vises som i America/New_York").wait_for()
