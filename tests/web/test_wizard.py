"""The first steps of the setup: choose an object, configure it."""

import pytest
from django.urls import reverse

from syncapp.engine.records import Entity
from syncapp.models import AccountFields, Connection, RuleDraft, SyncRule
from syncapp.objects import DEFAULT_MAPPINGS
from syncapp.setup import drafts
from tests import factories
from tests.behaviour.naming import item
from tests.web.setup_story import Setup, fields_of

CUSTOM = {"new-hubspot": "jobtitle", "new-quickbooks": "Title", "new-direction": "both"}


@pytest.fixture
def setup(client, worlds):
    client.force_login(factories.member("configurator"))
    return Setup(client, worlds.integration)


def test_invoices_are_locked_until_products_and_contacts_are_set_up(setup):
    page = setup.client.get(reverse("admin:wizard")).content.decode()

    assert "Locked until these are set up" in page
    assert 'href="#ll-choose-product"' in page
    assert 'href="#ll-choose-contact"' in page


def test_invoices_are_open_and_say_what_they_wait_for_while_a_needed_sync_is_off(setup, worlds):
    worlds.rule(Entity.PRODUCT)
    worlds.rule(Entity.CONTACT, is_on=False)

    page = setup.client.get(reverse("admin:wizard")).content.decode()

    assert "Locked until" not in page
    assert page.count("Switched off: Contacts.") == 1


def test_a_locked_object_is_not_begun_by_whoever_sends_it_all_the_same(setup):
    with pytest.raises(RuleDraft.DoesNotExist):
        setup.begin("invoice")

    assert "Invoices cannot be set up yet. First set up: Products, Contacts." in setup.page


def test_the_first_object_is_begun_with_what_is_recommended(setup):
    draft = setup.begin("product")

    assert draft.data["direction"] == "to_hubspot"
    assert setup.status == 200
    assert "Data conflict resolution" in setup.page


def test_beginning_twice_is_the_same_draft(setup):
    assert setup.begin("product").pk == setup.begin("product").pk


def test_everything_chosen_is_there_again_when_somebody_comes_back(setup):
    setup.begin("contact")

    setup.fill("contact", "configure", "leave", direction="to_hubspot", matching="none")

    draft = setup.draft("contact")
    assert draft.data["direction"] == "to_hubspot"
    assert draft.data["match_on"] == "none"
    page = setup.look("contact", "configure")
    assert 'value="to_hubspot" checked' in page
    assert "In a one-way sync QuickBooks sends" in page


@item("C5")
def test_a_default_field_can_be_switched_off(setup):
    setup.begin("contact")
    setup.look("contact", "configure")
    on = [key for key in fields_of(setup.page)["on"] if key != "phone=PrimaryPhone.FreeFormNumber"]
    setup.fill("contact", "configure", on=on)

    assert {
        "hubspot": "phone",
        "quickbooks": "PrimaryPhone.FreeFormNumber",
        "direction": "both",
        "on": False,
    } in setup.draft("contact").data["mappings"]


@item("C6")
def test_a_custom_mapping_is_added_changed_and_deleted(setup):
    setup.begin("contact")
    setup.fill("contact", "configure", "add", **CUSTOM)
    row = {"hubspot": "jobtitle", "quickbooks": "Title", "direction": "both", "on": True}
    assert row in setup.draft("contact").data["mappings"]

    page = setup.look("contact", "configure", change="jobtitle=Title")
    assert "Change a mapping" in page
    form = {**fields_of(page), "new-direction": "to_quickbooks", "new-transform": "trim"}
    setup.send("contact", "configure", {**form, "do": "add"})
    changed = {**row, "direction": "to_quickbooks", "transform": "trim"}
    assert changed in setup.draft("contact").data["mappings"]

    setup.fill("contact", "configure", "delete:jobtitle=Title")
    assert changed not in setup.draft("contact").data["mappings"]


def test_a_double_click_adds_a_mapping_once(setup):
    setup.begin("contact")
    form = {**fields_of(setup.page), **CUSTOM, "do": "add"}
    setup.send("contact", "configure", form)

    page = setup.send("contact", "configure", form)

    assert setup.status == 200
    assert "are mapped already" not in page
    keys = [one["hubspot"] for one in setup.draft("contact").data["mappings"]]
    assert keys.count("jobtitle") == 1


def test_matching_by_a_field_needs_one(setup):
    setup.begin("contact")

    page = setup.fill("contact", "configure", "next", matching="field", match_field="")
    assert "Choose a mapped field to match by." in page

    setup.fill("contact", "configure", matching="field", match_field="firstname=GivenName")
    assert setup.draft("contact").data["match_on"] == "firstname=GivenName"


def test_names_from_outside_are_text_on_the_page(setup, worlds):
    definition = {
        "name": "evil",
        "label": '"><script>alert(1)</script>',
        "type": "string",
        "fieldType": "text",
        "groupName": "contactinformation",
    }
    headers = {"Authorization": f"Bearer {worlds.integration.hubspot.access_token}"}
    url = "/hubspot/crm/v3/properties/contacts"
    made = worlds.sandbox.call("POST", url, json=definition, headers=headers)
    assert made.status_code == 201
    draft = setup.begin("contact")
    row = {"new-hubspot": "evil", "new-quickbooks": "Notes", "new-direction": "both"}
    setup.fill("contact", "configure", "add", **row)

    for step in ("configure", "limit", "review"):
        url = reverse(f"admin:wizard_{step}", args=(draft.pk,))
        page = setup.client.get(url).content.decode()
        assert "<script>alert" not in page, step
        assert " style=" not in page, step
        assert " onclick=" not in page, step


@pytest.mark.parametrize("step", ["configure", "limit", "review"])
def test_more_drafts_and_mappings_cost_a_page_no_more_queries(
    setup, step, django_assert_max_num_queries
):
    setup.begin("contact")
    setup.look("contact", step)
    with django_assert_max_num_queries(30) as few:
        setup.look("contact", step)
    setup.fill("contact", "configure", "add", **CUSTOM)
    setup.begin("product")
    with django_assert_max_num_queries(30) as many:
        setup.look("contact", step)

    assert len(many) == len(few)


def test_a_pair_that_fits_one_way_only_is_refused_both_ways_and_nothing_is_lost(setup):
    setup.begin("contact")

    page = setup.fill(
        "contact",
        "configure",
        "add",
        **{"new-hubspot": "createdate", "new-quickbooks": "Notes", "new-direction": "both"},
        direction="to_quickbooks",
    )

    assert "Let it run from HubSpot to QuickBooks only." in page
    assert '<option value="createdate" selected>' in page


def test_only_directions_that_fit_are_offered_while_somebody_chooses(setup):
    draft = setup.begin("contact")
    url = reverse("admin:wizard_directions", args=(draft.pk,))

    page = setup.client.get(url, {"new-hubspot": "createdate", "new-quickbooks": "Notes"})

    text = page.content.decode()
    assert 'value="to_quickbooks"' in text
    assert 'value="both"' not in text


def test_a_field_that_is_written_already_is_refused(setup):
    setup.begin("contact")

    page = setup.fill(
        "contact", "configure", "add",
        **{"new-hubspot": "jobtitle", "new-quickbooks": "GivenName", "new-direction": "both"},
    )  # fmt: skip

    assert "“First name” in QuickBooks is written from “First Name” already" in page


def test_the_fields_are_not_asked_for_on_each_page(setup, worlds):
    setup.begin("contact")
    setup.look("contact", "configure")
    worlds.sandbox.forget_requests()

    setup.look("contact", "configure")
    setup.fill("contact", "configure", direction="to_hubspot")
    assert worlds.sandbox.requests()["total"] == 0

    setup.fill("contact", "configure", "fields")
    assert worlds.sandbox.requests()["total"] > 0


def test_a_silent_vendor_loses_no_input(setup, worlds):
    setup.begin("contact")
    worlds.sandbox.fault("status", vendor="hubspot", path=".*", status=503, times=50)
    AccountFields.objects.all().delete()

    page = setup.fill("contact", "configure", direction="to_hubspot")

    assert "does not answer now" in page
    assert setup.draft("contact").data["direction"] == "to_hubspot"


def test_a_lost_connection_says_reconnect_and_keeps_the_draft(setup):
    setup.begin("contact")
    setup.fill("contact", "configure", direction="to_hubspot")
    AccountFields.objects.all().delete()
    Connection.objects.update(needs_reconnect=True)

    page = setup.look("contact", "configure")

    assert "HubSpot must be connected again" in page
    assert 'value="to_hubspot" checked' in page


def test_two_people_on_one_step_see_both_versions_and_lose_none(setup, client):
    setup.begin("contact")
    mine = fields_of(setup.look("contact", "configure"))
    ana = Setup(type(client)(), setup.integration)
    ana.client.force_login(factories.member("owner"))
    ana.fill("contact", "configure", conflict="quickbooks")

    page = setup.send("contact", "configure", {**mine, "direction": "to_hubspot", "do": "next"})

    assert setup.status == 409
    assert "owner changed this now" in page
    assert "QuickBooks’ value counts" in page
    assert 'value="to_hubspot" checked' in page
    assert "direction" in setup.draft("contact").data
    assert setup.draft("contact").data["direction"] == "both"

    again = fields_of(page)
    setup.send("contact", "configure", {**again, "do": "stay"})
    assert setup.draft("contact").data["direction"] == "to_hubspot"


def test_a_vanished_property_is_named_with_its_mapping(setup):
    draft = setup.begin("contact")
    row = {"hubspot": "was_here", "quickbooks": "Notes", "direction": "both", "on": True}
    RuleDraft.objects.filter(pk=draft.pk).update(data={**draft.data, "mappings": [row]})

    page = setup.look("contact", "configure")

    assert "There is no field “was_here” in HubSpot" in page


def test_a_tampered_direction_changes_nothing(setup):
    setup.begin("contact")
    before = setup.draft("contact").data

    page = setup.fill("contact", "configure", direction="<b>sideways</b>")

    assert setup.status == 422
    assert "is none of" in page
    assert setup.draft("contact").data == before


@pytest.mark.parametrize(
    "bent",
    [
        {"matching": "field", "match_field": "email=<b>Nothing</b>"},
        {"conflict": "me"},
        {"option-display_name": "<script>"},
        {"new-hubspot": "hs_object_id", "new-quickbooks": "Id", "do": "add"},
        {"new-hubspot": "jobtitle", "new-quickbooks": "Title", "new-direction": "up", "do": "add"},
        {
            "new-hubspot": "jobtitle",
            "new-quickbooks": "Title",
            "new-transform": "run:rm",
            "do": "add",
        },
        {"seen": "somebody-elses"},
        {"do": "delete:email=PrimaryEmailAddr.Address"},
        {"do": "no-such-button"},
    ],
    ids=lambda bent: ",".join(bent),
)
def test_whatever_is_sent_instead_of_the_form_stores_nothing_that_cannot_be(setup, bent):
    setup.begin("contact")
    form = {**fields_of(setup.page), "do": "next", **bent}

    setup.send("contact", "configure", form)

    assert setup.status in (200, 409, 422)
    wanted, errors = drafts.read(setup.draft("contact").data)
    assert errors == []
    own = {row.key for row in DEFAULT_MAPPINGS["contact"]}
    assert {f"{one.hubspot}={one.quickbooks}" for one in wanted.mappings} <= own
    assert wanted.options.get("display_name") != "<script>"


def test_editing_a_rule_begins_with_its_values(setup, worlds):
    rule = SyncRule.objects.create(
        integration=worlds.integration, entity="contact", direction="to_quickbooks", is_on=True
    )

    page = setup.client.get(f"{reverse('admin:wizard')}?rule={rule.pk}", follow=True)

    assert 'value="to_quickbooks" checked' in page.content.decode()
    assert setup.draft("contact").based_on == rule.version


def test_what_is_discarded_leaves_the_rule_alone(setup):
    draft = setup.begin("contact")

    setup.client.post(reverse("admin:wizard_drop", args=(draft.pk,)))

    assert not RuleDraft.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("operator", 403), ("configurator", 302)])
def test_only_a_configurator_begins(client, worlds, role, status):
    client.force_login(factories.member(role))

    answer = client.post(
        reverse("admin:wizard_begin"), {"integration": worlds.integration.pk, "entity": "contact"}
    )

    assert answer.status_code == status
