"""An owner connects both accounts through the vendors' own consent pages."""

import pytest

from syncapp.models import Connection, Integration
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECOND = "9341450000000777"


@pytest.fixture
def owner(window, credentials, settings, live_server):
    """At the page of connections, with the password typed a moment ago."""
    settings.PUBLIC_BASE_URL = live_server.url
    opened = window(who=lambda: factories.member("owner"))
    # The sandbox has no icon, which a browser would complain about on its pages.
    opened.page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    opened.open("/admin/connections/")
    return opened


def go_to(owner, vendor, start="/admin/connections/"):
    owner.open(start)
    owner.page.get_by_role("link", name=f"Connect {vendor}").click()
    through_the_password(owner, vendor)
    owner.look_through()
    owner.page.get_by_role("button", name=f"Go to {vendor}").click()


def through_the_password(owner, vendor):
    """Asked for once in a quarter of an hour."""
    field = owner.page.get_by_label("Password")
    field.or_(owner.page.get_by_role("button", name=f"Go to {vendor}")).wait_for()
    if field.is_visible():
        owner.look_through()
        field.fill(factories.PASSWORD)
        owner.page.get_by_role("button", name="Go on").click()


def test_both_accounts_are_connected_and_joined(owner):
    page = owner.page
    go_to(owner, "HubSpot")
    page.get_by_role("button", name="Connect app").click()
    page.get_by_role("heading", name="Is this the account?").wait_for()
    owner.look_through()
    page.get_by_label("Call this connection").fill("Our portal")
    page.get_by_role("button", name="Yes, connect it").click()
    page.get_by_text("“Our portal” is connected.").wait_for()

    go_to(owner, "QuickBooks")
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_label("Call this connection").fill("Our books")
    page.get_by_role("button", name="Yes, connect it").click()
    page.get_by_text("now join them").wait_for()
    owner.look_through()

    page.get_by_role("link", name="Join two accounts").first.click()
    owner.look_through()
    page.get_by_label("Name").fill("Our company")
    page.get_by_role("button", name="Join them").click()
    page.get_by_text("“Our company” joins the two accounts.").wait_for()
    owner.look_through()

    made = Integration.objects.get()
    assert (made.hubspot.name, made.quickbooks.name) == ("Our portal", "Our books")


def test_a_forged_way_back_is_refused(owner):
    go_to(owner, "HubSpot")
    owner.open("/admin/connections/callback/hubspot/?state=guessed&code=stolen")

    owner.page.get_by_text("begun by somebody else").wait_for()
    owner.look_through()
    assert not Connection.objects.exists()


def test_another_company_does_not_take_the_place_of_the_first(owner, sandbox, credentials):
    page = owner.page
    sandbox.options(quickbooks={SECOND: {}})
    go_to(owner, "QuickBooks")
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_role("button", name="Yes, connect it").click()
    name = Connection.objects.get().name

    page.get_by_role("link", name=f"Reconnect {name}").click()
    through_the_password(owner, "QuickBooks")
    page.get_by_role("button", name="Go to QuickBooks").click()
    page.get_by_label(SECOND).check()
    page.get_by_role("button", name="Connect", exact=True).click()

    page.get_by_text("connect it as a connection of its own").wait_for()
    owner.look_through()
    first = credentials["quickbooks"]["companies"][0]["realm_id"]
    assert Connection.objects.get().account_id == first


def test_a_connection_is_taken_back_after_a_question(owner):
    page = owner.page
    go_to(owner, "QuickBooks")
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_role("button", name="Yes, connect it").click()
    name = Connection.objects.get().name

    button = page.get_by_role("button", name=f"Disconnect {name}")
    button.wait_for()
    page.wait_for_load_state()  # what opens the question comes last
    button.click()
    owner.look_through()
    page.get_by_role("button", name="Disconnect", exact=True).click()

    page.get_by_text("is disconnected and its tokens are wiped").wait_for()
    owner.look_through()
    assert Connection.objects.get().refresh_token == ""
