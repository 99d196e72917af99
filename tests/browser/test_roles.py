"""Every page of ours as each role sees it: it opens or says who may, and it has the buttons that
the role may press and no others. Then Django's own pages of our tables."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import reverse

from syncapp.admin.kinds import MachineWritten
from syncapp.admin.roles import CONFIGURE, OPERATE, OWN, ROLES
from syncapp.admin.routes import ROUTES
from syncapp.admin.scaffold import SitePage
from syncapp.models import ChangeCursor, Lease, SyncActivity
from tests import factories
from tests.web.test_admin import fill
from tests.web.test_pages import address, world
from tests.web.test_roles import MAY

__all__ = ["world"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

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


@pytest.fixture
def trouble(world):
    """A second cause on the desk, and nobody to ask at the vendors."""
    factories.link(world, "invoice", hubspot_id="81", state="failing", category="order_fee")
    world.hubspot.needs_reconnect = False
    return world


@pytest.mark.parametrize("role", ROLES)
def test_each_page_opens_for_its_roles_with_their_buttons(window, trouble, settings, role):
    settings.HUBSPOT_API_BASE = settings.QUICKBOOKS_API_BASE = "http://127.0.0.1:1"
    opened = window(who=lambda: factories.member(role))
    page = opened.page
    for route in PAGES:
        path = address(route, trouble)
        opened.open(f"{path}?integration={trouble.pk}")
        if route.permission in MAY[role]:
            assert path in page.url, route.name
            assert page.get_by_role("heading", level=1).is_visible(), route.name
            for button, permission in BUTTONS.get(route.name, {}).items():
                shown = page.get_by_role("button", name=button).count()
                assert bool(shown) is (permission in MAY[role]), (route.name, button)
        else:
            assert page.get_by_text("whose groups do not include this").is_visible(), route.name
            assert page.locator(f'#nav-sidebar a[href="{path}"]').count() == 0, route.name
            opened.complaints.clear()  # the browser reports the refusal itself
        opened.look_through()


def test_djangos_own_pages_of_our_tables_can_be_used_by_everybody(window, transactional_db):
    integration = factories.nordwind()
    Lease.objects.create(integration=integration)
    ChangeCursor.objects.create(integration=integration, side="hubspot", entity="contact")
    fill(integration)
    opened = window()
    for model, pages in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        opened.open(reverse(f"{name}_changelist"))
        opened.look_through()
        row = model._default_manager.first()
        if row is None or (isinstance(pages, MachineWritten) and model is not SyncActivity):
            continue  # what machines wrote looks alike
        opened.open(reverse(f"{name}_change", args=(row.pk,)))
        opened.look_through()
    for model in (User, Group):
        opened.open(reverse(f"admin:auth_{model._meta.model_name}_add"))
        opened.look_through()
