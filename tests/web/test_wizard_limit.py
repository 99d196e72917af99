"""The setup's filters: groups of conditions, what they let through, what is locked."""

import pytest
from django.urls import reverse

from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from tests import factories
from tests.behaviour.naming import item
from tests.web.setup_story import Setup, fields_of


@pytest.fixture
def setup(client, worlds):
    client.force_login(factories.member("configurator"))
    return Setup(client, worlds.integration)


@pytest.fixture
def invoices(setup, worlds):
    worlds.rule(Entity.CONTACT)
    worlds.rule(Entity.PRODUCT, direction=Direction.TO_HUBSPOT)
    setup.begin("invoice")
    return setup


def groups(setup, entity, direction):
    return setup.draft(entity).data["filters"].get(direction, [])


def preview(setup, entity, direction):
    url = reverse("admin:wizard_preview", args=(setup.draft(entity).pk,))
    setup.look(entity, "limit")
    form = {**fields_of(setup.page), "for": direction}
    return setup.client.post(url, form).content.decode()


@item("C9", "E6", "L1")
def test_the_fixed_filters_of_outbound_invoices_are_shown_and_cannot_be_changed(invoices):
    page = invoices.look("invoice", "limit")

    assert "only invoices that were made in HubSpot, not copied from elsewhere" in page
    assert "only invoices that are finalized, no drafts" in page
    assert "created or changed after this sync is switched on" in page


def test_a_condition_is_built_step_by_step(invoices):
    invoices.fill("invoice", "limit", "group:to_hubspot")
    row = "to_hubspot-0-0"
    invoices.fill("invoice", "limit", **{f"{row}-property": "TotalAmt"})
    invoices.fill("invoice", "limit", **{f"{row}-operator": "between"})
    page = invoices.fill("invoice", "limit", **{f"{row}-value": "100", f"{row}-value2": "2000"})

    assert groups(invoices, "invoice", "to_hubspot") == [
        [
            {
                "object": "invoice",
                "property": "TotalAmt",
                "operator": "between",
                "value": ["100", "2000"],
            }
        ]
    ]
    assert 'value="2000"' in page


def test_conditions_of_a_group_and_groups_are_told_apart(invoices):
    invoices.fill("invoice", "limit", "group:to_hubspot")
    invoices.fill("invoice", "limit", "add:to_hubspot:0")
    invoices.fill("invoice", "limit", "group:to_hubspot")
    assert [len(one) for one in groups(invoices, "invoice", "to_hubspot")] == [2, 1]

    invoices.fill("invoice", "limit", "remove:to_hubspot-0-1")
    invoices.fill("invoice", "limit", "remove:to_hubspot-1-0")

    assert [len(one) for one in groups(invoices, "invoice", "to_hubspot")] == [1]


def test_another_property_brings_its_own_operators_and_drops_a_value_that_does_not_fit(setup):
    setup.begin("contact")
    setup.fill("contact", "limit", "group:to_hubspot")
    row = "to_hubspot-0-0"
    setup.fill("contact", "limit", **{f"{row}-property": "GivenName"})
    setup.fill("contact", "limit", **{f"{row}-operator": "contains", f"{row}-value": "Ada"})

    page = setup.fill("contact", "limit", **{f"{row}-property": "Taxable"})

    (condition,) = groups(setup, "contact", "to_hubspot")[-1]
    assert condition["operator"] == "is_true"
    assert ">is false</option>" in page


def test_an_associated_object_has_its_own_properties(invoices):
    invoices.fill("invoice", "limit", "group:to_quickbooks")
    row = "to_quickbooks-0-0"

    page = invoices.fill("invoice", "limit", **{f"{row}-object": "contact"})
    assert '<option value="lifecyclestage">' in page
    page = invoices.fill("invoice", "limit", **{f"{row}-property": "lifecyclestage"})
    assert '<option value="customer">' in page


def test_an_unfinished_condition_stops_at_the_next_step_not_before(invoices):
    page = invoices.fill("invoice", "limit", "group:to_hubspot")
    assert "Choose a field." not in page

    page = invoices.fill("invoice", "limit", "next")

    assert "Choose a field." in page
    assert "Which invoices go" in page


@item("B12")
def test_the_recommended_filter_is_one_click(invoices):
    page = invoices.look("invoice", "limit")
    assert "Only invoices entered in QuickBooks after today" in page

    page = invoices.fill("invoice", "limit", "use:0")

    ((condition,),) = groups(invoices, "invoice", "to_hubspot")
    assert (condition["property"], condition["operator"]) == ("MetaData.CreateTime", "after")
    assert invoices.draft("invoice").data["options"]["keeps_linked"] == ["to_hubspot"]
    assert "In use" in page


def test_a_recommended_filter_holds_together_with_each_group_that_is_there(invoices):
    invoices.fill("invoice", "limit", "group:to_hubspot")
    row = "to_hubspot-0-0"
    invoices.fill("invoice", "limit", **{f"{row}-property": "TotalAmt"})
    invoices.fill("invoice", "limit", **{f"{row}-operator": "at_least", f"{row}-value": "5"})

    invoices.fill("invoice", "limit", "use:0")

    (group,) = groups(invoices, "invoice", "to_hubspot")
    assert [one["property"] for one in group] == ["TotalAmt", "MetaData.CreateTime"]


@item("E5")
def test_what_becomes_of_linked_records_is_chosen_for_each_direction(setup):
    setup.begin("contact")
    setup.fill("contact", "limit", **{"keeps-to_quickbooks": "stop", "keeps-to_hubspot": "keep"})

    assert setup.draft("contact").data["options"]["keeps_linked"] == ["to_hubspot"]


def test_the_filter_of_a_direction_that_is_off_stays_for_later(setup):
    setup.begin("contact")
    before = groups(setup, "contact", "to_quickbooks")
    assert before
    setup.fill("contact", "configure", direction="to_hubspot")

    page = setup.fill("contact", "limit", "group:to_hubspot")

    assert "from HubSpot to QuickBooks" not in page
    assert groups(setup, "contact", "to_quickbooks") == before


def test_it_counts_what_matches_now_and_says_why_the_others_stay_out(setup, worlds):
    for number in range(3):
        worlds.customer(
            DisplayName=f"Nordwind {number}", PrimaryEmailAddr={"Address": f"{number}@n.test"}
        )
    worlds.customer(DisplayName="No address")
    setup.begin("contact")

    text = preview(setup, "contact", "to_hubspot")

    assert "<strong>3</strong> of 4 match now" in " ".join(text.split())
    assert "Nordwind 0" in text
    assert "No address" in text


def test_it_counts_what_is_filled_in_without_storing_it(setup, worlds):
    worlds.customer(DisplayName="Ada", PrimaryEmailAddr={"Address": "ada@n.test"}, GivenName="Ada")
    worlds.customer(DisplayName="Ben", PrimaryEmailAddr={"Address": "ben@n.test"}, GivenName="Ben")
    setup.begin("contact")
    setup.fill("contact", "limit", "group:to_hubspot")
    setup.fill("contact", "limit", **{"to_hubspot-0-0-property": "GivenName"})
    before = setup.draft("contact").version
    form = fields_of(setup.look("contact", "limit"))
    form = {**form, "for": "to_hubspot", "to_hubspot-0-0-value": "Ada"}
    url = reverse("admin:wizard_preview", args=(setup.draft("contact").pk,))

    text = setup.client.post(url, form).content.decode()

    assert "<strong>1</strong> of 2 match now" in " ".join(text.split())
    assert setup.draft("contact").version == before


def test_the_same_filter_is_not_counted_again_and_again(setup, worlds):
    worlds.customer(DisplayName="Ada", PrimaryEmailAddr={"Address": "ada@n.test"})
    setup.begin("contact")
    preview(setup, "contact", "to_hubspot")
    worlds.sandbox.forget_requests()

    preview(setup, "contact", "to_hubspot")

    assert worlds.sandbox.requests()["total"] == 0


def test_names_from_outside_are_text_in_the_sample(setup, worlds):
    hostile = "<script>alert(1)</script>"
    worlds.customer(DisplayName=hostile, PrimaryEmailAddr={"Address": "ada@n.test"})
    setup.begin("contact")

    text = preview(setup, "contact", "to_hubspot")

    assert hostile not in text
    assert "&lt;script&gt;" in text


def test_a_tampered_property_is_refused_in_words(invoices):
    invoices.fill("invoice", "limit", "group:to_hubspot")
    row = "to_hubspot-0-0"
    form = fields_of(invoices.look("invoice", "limit"))
    form |= {f"{row}-property": "Password", f"{row}-operator": "is", f"{row}-value": "x"}

    page = invoices.send("invoice", "limit", {**form, "do": "next"})

    assert "There is no field “Password” on an invoice in QuickBooks" in page


def test_the_vendors_silence_keeps_what_is_filled_in(setup, worlds):
    setup.begin("contact")
    setup.look("contact", "limit")
    worlds.sandbox.fault("status", vendor="quickbooks", path=".*", status=503, times=50)

    text = preview(setup, "contact", "to_hubspot")

    assert "Not counted now." in text
