"""Setting up a second factor and signing in with it, as a person does."""

import pytest

from syncapp.models import AuthenticatorApp
from tests import factories
from tests.web.signing_in import code_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in(window, look):
    opened = window(look, who=lambda: factories.member("owner"))
    page = opened.page
    opened.open("/admin/account/")
    opened.look_through()
    page.get_by_role("link", name="Set up the second factor").click()
    page.get_by_text("No camera? Type the secret").click()
    opened.look_through()
    page.get_by_label("Code").fill(code_of(AuthenticatorApp.objects.get()))
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    opened.look_through()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_text("10 recovery codes are left.").wait_for()
    opened.look_through()

    page.context.clear_cookies()
    opened.open("/admin/login/?next=/admin/people/")
    page.get_by_label("Username").fill("owner")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Your code").wait_for()
    opened.look_through()
    page.get_by_label("Code").fill(code_of(AuthenticatorApp.objects.get(), steps_ahead=1))
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.get_by_role("heading", name="People").wait_for()
    opened.look_through()


def test_an_owner_adds_a_person_and_sees_who_did_it(window):
    opened = window(who=lambda: factories.member("owner"))
    page = opened.page
    opened.open("/admin/people/")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Username").fill("dora")
    page.get_by_label("First password").fill(factories.PASSWORD)
    page.get_by_label("Operator").check()
    opened.look_through()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("dora is saved.").wait_for()
    opened.look_through()

    page.get_by_role("link", name="Changes", exact=True).click()
    page.get_by_text("dora").first.wait_for()
    opened.look_through()


def test_somebody_who_guesses_passwords_is_told_to_wait(window):
    opened = window(who=lambda: factories.member("viewer"))
    page = opened.page
    page.context.clear_cookies()
    for _ in range(5):
        opened.open("/admin/login/")
        page.get_by_label("Username").fill("viewer")
        page.get_by_label("Password").fill("guess")
        page.get_by_role("button", name="Log in").click()

    page.get_by_text("Wait 15 minutes").wait_for()
    opened.complaints.clear()  # the browser reports the status itself
    opened.look_through()
