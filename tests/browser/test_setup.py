"""The steps of the setup in the browser, one by one; the whole way is in test_story.py."""

import pytest

from syncapp import tasks
from syncapp.engine.records import Entity
from syncapp.models import DraftRehearsal, SyncRule
from tests.pipeline.worlds import money

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def window(trade, window):
    """The worlds first: a server that runs already would look at another sandbox."""
    return window


def begin(page, title):
    page.get_by_role("button", name=f"Set up {title}").click()
    page.get_by_role("heading", name=f"Set up: {title}").wait_for()


def go_on(page, heading):
    page.get_by_role("button", name="Next").click()
    page.get_by_role("heading", name=heading).first.wait_for()


def save(page):
    page.locator("#ll-golive .ll-findings").wait_for()
    page.get_by_role("button", name="Save and start").click()
    page.get_by_text("are saved and start now").wait_for()


def test_a_filter_is_taken_and_a_rehearsal_looked_at_before_invoices_start(window, trade):
    trade.rule(Entity.CONTACT)
    trade.rule(Entity.PRODUCT)
    opened = window("light")
    page = opened.open("/admin/sync/setup/")
    begin(page, "Invoices")
    page.get_by_label("Income account").select_option(trade.income_account)
    go_on(page, "Which invoices go")

    page.locator("#use-0").click()
    page.get_by_text("In use").wait_for()
    page.locator("#group-to_quickbooks").click()
    page.locator("#to_quickbooks-0-0-property").select_option("hs_currency")
    page.locator("#to_quickbooks-0-0-value").wait_for()
    page.locator("#to_quickbooks-0-0-operator").select_option("is_known")
    page.locator("#to_quickbooks-0-0-value").wait_for(state="detached")
    page.locator(".ll-matching").nth(1).wait_for()
    opened.look_through()
    go_on(page, "What will be synced")
    page.locator("#ll-golive .ll-findings").wait_for()

    page.get_by_role("button", name="Rehearse").click()
    page.get_by_text("Waiting for a worker").wait_for()
    tasks.rehearse_draft(DraftRehearsal.objects.get().pk)
    page.get_by_text("Nothing was written.").wait_for()
    opened.look_through()
    save(page)

    assert SyncRule.objects.get(entity="invoice").filter_groups.count() == 2
    trade.sync()
    trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    assert money(trade.one_invoice_in_quickbooks()["TotalAmt"]) == money("200.00")


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_every_step_can_be_used_by_everybody_in_every_look(window, look):
    opened = window(look)
    page = opened.open("/admin/sync/setup/")
    opened.look_through()
    begin(page, "Contacts")
    opened.look_through()
    go_on(page, "Which contacts go")
    page.locator(".ll-matching").nth(1).wait_for()
    page.locator("#group-to_hubspot").click()
    page.locator("#to_hubspot-0-0-property").wait_for()
    opened.look_through()
    page.locator("#remove-to_hubspot-0-0").click()
    page.locator("#to_hubspot-0-0-property").wait_for(state="detached")
    go_on(page, "What will be synced")
    page.locator("#ll-golive .ll-findings").wait_for()
    opened.look_through()


def test_going_back_in_the_browser_loses_nothing(window):
    opened = window()
    page = opened.open("/admin/sync/setup/")
    begin(page, "Contacts")
    page.locator("#direction-to_hubspot").check(force=True)
    page.get_by_text("In a one-way sync QuickBooks sends").wait_for()
    go_on(page, "Which contacts go")

    page.go_back()
    page.get_by_text("In a one-way sync QuickBooks sends").wait_for()
    assert page.locator("#direction-to_hubspot").is_checked()
    page.locator("input[name=matching][value=none]").check()
    go_on(page, "Which contacts go")

    page.go_back()
    assert page.locator("input[name=matching][value=none]").is_checked()


def test_two_tabs_on_one_step_show_both_versions(window):
    opened = window()
    page = opened.open("/admin/sync/setup/")
    begin(page, "Contacts")
    other = page.context.new_page()
    other.goto(page.url)
    page.locator("#conflict").select_option("quickbooks")
    go_on(page, "Which contacts go")

    other.locator("#conflict").select_option("ask")
    other.get_by_role("button", name="Next").click()
    other.get_by_text("ada changed this").wait_for()
    assert other.locator("#ll-overtaken").get_by_text("QuickBooks’ value counts").is_visible()
    assert other.locator("#conflict").input_value() == "ask"
    other.get_by_role("button", name="Next").click()
    other.get_by_role("heading", name="Which contacts go").first.wait_for()
    other.get_by_role("button", name="Back").click()
    assert other.locator("#conflict").input_value() == "ask"
    other.close()


def test_two_quick_changes_of_ones_own_are_no_conflict(window):
    opened = window()
    page = opened.open("/admin/sync/setup/")
    begin(page, "Contacts")
    go_on(page, "Which contacts go")
    page.locator("#group-to_hubspot").click()
    page.locator("#to_hubspot-0-0-property").select_option("GivenName")
    page.locator("#to_hubspot-0-0-value").wait_for()

    page.evaluate("""() => {
        for (const [id, value] of [["property", "FamilyName"], ["operator", "is_not"]]) {
            const field = document.getElementById(`to_hubspot-0-0-${id}`);
            field.value = value;
            field.dispatchEvent(new Event("change", {bubbles: true}));
        }
    }""")
    page.wait_for_load_state("networkidle")

    assert page.locator("#ll-overtaken").count() == 0
    assert page.locator("#to_hubspot-0-0-property").input_value() == "FamilyName"


def test_what_is_typed_while_an_answer_is_on_its_way_stays(window):
    opened = window()
    page = opened.open("/admin/sync/setup/")
    begin(page, "Contacts")
    go_on(page, "Which contacts go")
    page.locator("#group-to_hubspot").click()
    page.locator("#to_hubspot-0-0-property").select_option("GivenName")
    page.locator("#to_hubspot-0-0-value").wait_for()
    held = []
    page.route("**/limit/", lambda route: held.append(route), times=1)

    page.locator("#to_hubspot-0-0-operator").select_option("contains")
    page.locator("#to_hubspot-0-0-value").fill("Ada")
    while not held:
        page.wait_for_timeout(20)
    with page.expect_response("**/limit/"):
        held[0].continue_()
    page.locator("#preview-to_hubspot .ll-matching").wait_for()

    assert page.locator("#to_hubspot-0-0-value").input_value() == "Ada"


def test_a_setup_can_be_made_with_the_keyboard_alone(window):
    opened = window()
    page = opened.open("/admin/sync/setup/")
    page.get_by_role("button", name="Set up Contacts").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Set up: Contacts").wait_for()

    page.locator("#direction-both").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("In a one-way sync HubSpot sends").wait_for()
    assert page.evaluate("document.activeElement.id") == "direction-to_quickbooks"

    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Which contacts go").wait_for()
