"""The ways into the setup, and what it asks in which order."""

import pytest
from django.urls import reverse

from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from tests import factories
from tests.behaviour.naming import item
from tests.web.setup_story import Setup


@pytest.fixture
def setup(client, worlds):
    client.force_login(factories.member("configurator"))
    return Setup(client, worlds.integration)


def opened(setup, url):
    answer = setup.client.get(url, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@item("C2")
def test_the_setup_starts_where_the_rules_stand(setup, worlds):
    objects = reverse("admin:objects")
    assert "Set up your sync" in opened(setup, objects)

    rule = worlds.rule(Entity.CONTACT, direction=Direction.TO_HUBSPOT)
    page = opened(setup, objects)
    assert "Sync more data" in page
    edit = f"{reverse('admin:wizard')}?rule={rule.pk}"
    assert edit in page

    assert 'value="to_hubspot" checked' in " ".join(opened(setup, edit).split())


@item("C3")
def test_one_chooses_among_fixed_pairs_of_objects(setup):
    page = opened(setup, reverse("admin:wizard"))

    assert "Contacts in HubSpot, customers in QuickBooks" in page
    assert "Products in HubSpot, products and services in QuickBooks" in page
    answer = setup.client.get(
        reverse("admin:wizard"), {"integration": setup.integration.pk, "entity": "payment"}
    )
    assert answer.status_code == 404


@item("C4")
def test_direction_comes_before_the_winner_before_matching_before_the_fields(setup):
    setup.begin("contact")

    titles = ("Direction", "Data conflict resolution", "Record matching", "Mapped fields")
    places = [setup.page.index(f">{title}") for title in titles]

    assert places == sorted(places)


@item("C8")
def test_each_direction_has_its_own_filter_on_the_record_or_an_associated_one(setup):
    setup.begin("contact")
    setup.fill("contact", "limit", "group:to_hubspot")
    page = setup.look("contact", "limit")

    assert "Which contacts go from HubSpot to QuickBooks" in page
    assert "Which contacts go from QuickBooks to HubSpot" in page
    assert "Company (associated)" in page


def test_a_locked_object_is_not_entered_by_its_address(setup):
    url = reverse("admin:wizard")
    query = f"?integration={setup.integration.pk}&entity=invoice"

    assert "Locked until these are set up" in opened(setup, url + query)


@pytest.mark.parametrize("query", ["rule=x", "rule=999", "integration=999&entity=contact"])
def test_an_address_that_leads_nowhere_says_so(setup, query):
    assert setup.client.get(f"{reverse('admin:wizard')}?{query}").status_code == 404
