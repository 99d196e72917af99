"""Every page of ours as each role sees it: it opens or says who may, and it has the buttons that
the role may press and no others."""

from functools import cache

import pytest
from django.test import override_settings

from syncapp.admin.roles import CONFIGURE, OPERATE, OWN, ROLES
from syncapp.admin.routes import ROUTES
from syncapp.admin.scaffold import SitePage
from tests import factories
from tests.browser.kept import db, kept_window
from tests.web.test_pages import address, an_integration
from tests.web.test_roles import MAY

__all__ = ["db", "kept_window"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PARTS = {"objects_panel", "record_activity", "pass_live", "desk_choices", "wizard_preview"}
LEADS_ON = {"consent_offer"}  # never begun
PAGES = [
    one
    for one in ROUTES
    if issubclass(one.view, SitePage) and not one.is_action and one.name not in PARTS | LEADS_ON
]
BUTTONS = {
    "objects": {"Sync Contacts": CONFIGURE, "Pause all": CONFIGURE, "Sync now": OPERATE,
                "Release the brake": OWN},
    "record": {"Read both now": OPERATE, "Sync now": OPERATE, "Take the two apart": OPERATE},
    "desk": {"Retry all": OPERATE},
    "desk_group": {"Retry": OPERATE},
    "connections": {"Test hubspot 4711": OWN, "Disconnect hubspot 4711": OWN},
    "wizard": {"Edit Contacts": CONFIGURE},
    "wizard_review": {"Save and start": CONFIGURE, "Rehearse": CONFIGURE},
    "edit_integration": {"Save": OWN},
}  # fmt: skip
# What the roles between see beyond these is in the table of permissions (tests/web/test_roles.py).
SEEN = [
    (role, route)
    for role in ROLES
    for route in PAGES
    if role in ("viewer", "owner") or route.name in BUTTONS
]


@pytest.fixture(scope="module")
def trouble(db):
    """With a second cause on the desk, and nobody to ask at the vendors."""
    nowhere = "http://127.0.0.1:1"
    made = an_integration()
    factories.link(made, "invoice", hubspot_id="81", state="failing", category="order_fee")
    with override_settings(HUBSPOT_API_BASE=nowhere, QUICKBOOKS_API_BASE=nowhere):
        yield made


@pytest.fixture(scope="module")
def seat(kept_window, trouble):
    """Where somebody in a role sits; signed in once."""
    return cache(lambda role: kept_window(who=lambda: factories.member(role)))


@pytest.mark.parametrize(
    ("role", "route"), SEEN, ids=[f"{role}-{route.name}" for role, route in SEEN]
)
def test_a_page_opens_for_its_roles_with_their_buttons(seat, trouble, role, route):
    opened = seat(role)
    page = opened.page
    path = address(route, trouble)
    opened.open(f"{path}?integration={trouble.pk}")
    if route.permission in MAY[role]:
        assert path in page.url
        assert page.get_by_role("heading", level=1).is_visible()
        for button, permission in BUTTONS.get(route.name, {}).items():
            shown = page.get_by_role("button", name=button).count()
            assert bool(shown) is (permission in MAY[role]), button
    else:
        assert page.get_by_text("whose groups do not include this").is_visible()
        assert page.locator(f'#nav-sidebar a[href="{path}"]').count() == 0
        opened.complaints.clear()  # the browser reports the refusal itself
    opened.look_through()
