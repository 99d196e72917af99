"""Every address of ours, tried by every role."""

import itertools

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.urls import resolve, reverse

from syncapp.admin.roles import CONFIGURE, OPERATE, OWN, ROLES, VIEW
from syncapp.admin.routes import ROUTES
from syncapp.models import (
    AlertDelivery,
    AlertRecipient,
    AuthenticatorApp,
    ChosenColumns,
    GivenPassword,
    Preferences,
    RecoveryCodes,
    SavedView,
)
from tests import factories

pytestmark = pytest.mark.django_db

MAY = {
    "viewer": {VIEW},
    "operator": {VIEW, OPERATE},
    "configurator": {VIEW, OPERATE, CONFIGURE},
    "owner": {VIEW, OPERATE, CONFIGURE, OWN},
}
ACTIONS = [route for route in ROUTES if route.is_action]
PAGES = [route for route in ROUTES if not route.is_action]


def test_each_group_may_what_its_name_says():
    for role, permissions in MAY.items():
        person = factories.member(role)
        assert {one for one in (VIEW, OPERATE, CONFIGURE, OWN) if person.has_perm(one)} == (
            permissions
        )


def test_each_group_may_everything_the_one_before_may():
    held = [set(permissions) for permissions in ROLES.values()]

    assert all(less < more for less, more in itertools.pairwise(held))


def test_the_groups_hold_only_permissions_that_exist():
    for role, names in ROLES.items():
        group = Group.objects.get(name=role)
        assert group.permissions.count() == len(set(names)), role


def test_every_table_can_be_seen_by_a_viewer_and_written_by_few():
    viewer = factories.member("viewer")
    personal = {
        ChosenColumns,
        SavedView,
        AuthenticatorApp,
        RecoveryCodes,
        GivenPassword,
        Preferences,
        AlertDelivery,
        AlertRecipient,
    }
    for model in set(apps.get_app_config("syncapp").get_models()) - personal:
        name = model._meta.model_name
        assert viewer.has_perm(f"syncapp.view_{name}"), name
        assert not viewer.has_perm(f"syncapp.change_{name}"), name


def test_no_group_takes_a_permission_away_that_somebody_added():
    from syncapp.admin.roles import ensure_groups

    group = Group.objects.get(name="viewer")
    group.permissions.clear()

    ensure_groups()

    assert group.permissions.count() == len(ROLES["viewer"])


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", ["changelist", "add"])
def test_people_are_an_owners_business(client, role, page):
    client.force_login(factories.member(role))

    answer = client.get(reverse(f"admin:auth_user_{page}"))

    assert answer.status_code == (200 if role == "owner" else 403)


def test_a_refusal_is_a_page_with_the_way_back(client):
    client.force_login(factories.member("viewer"))

    answer = client.get(reverse("admin:auth_user_changelist"))

    assert answer.status_code == 403
    page = answer.content.decode()
    assert "You are signed in as viewer" in page
    assert "Back to the start" in page
    assert 'id="nav-filter"' in page


def test_the_navigation_offers_what_a_person_may_open(client):
    client.force_login(factories.member("viewer"))
    viewer = client.get("/admin/").content.decode()
    client.force_login(factories.member("owner"))
    owner = client.get("/admin/").content.decode()

    assert "/admin/auth/user/" not in viewer
    assert "/admin/auth/user/" in owner


def test_a_route_needs_a_permission_that_exists():
    assert {route.permission for route in ROUTES} <= {VIEW, OPERATE, CONFIGURE, OWN}


def test_our_own_addresses_come_before_the_ones_of_tables():
    for route in ROUTES:
        assert resolve(f"/admin/{filled(route)}").url_name == route.name


def filled(route, **values):
    return (
        route.path.replace("<int:pk>", "1")
        .replace("<int:number>", "1")
        .replace("<str:state>", "failing")
    )
