"""The setup's review: sentences, what hinders, the rehearsal; saving starts the sync."""

import time

import pytest
from auditlog.models import LogEntry
from django.contrib.auth import get_user_model
from django.urls import reverse
from django_q.models import OrmQ

from syncapp import tasks
from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from syncapp.models import (
    AccountFields,
    Connection,
    DraftRehearsal,
    FieldMapping,
    Heartbeat,
    Integration,
    RuleDraft,
    RuleVersion,
    SyncRule,
)
from syncapp.reporting.heartbeat import Workers, how_workers_are
from syncapp.setup import draft_rehearsal
from tests import factories
from tests.behaviour.naming import item
from tests.web.setup_story import Setup, fields_of


@pytest.fixture
def setup(client, worlds):
    client.force_login(factories.member("configurator"))
    return Setup(client, worlds.integration)


@pytest.fixture
def invoices(client, trade):
    client.force_login(factories.member("configurator"))
    setup = Setup(client, trade.integration)
    trade.rule(Entity.CONTACT)
    trade.rule(Entity.PRODUCT, direction=Direction.TO_HUBSPOT)
    trade.sync()
    setup.begin("invoice")
    return setup


def save(setup, entity, **form):
    draft = setup.draft(entity)
    url = reverse("admin:wizard_save", args=(draft.pk,))
    sent = {"version": draft.version, "do": "start", **form}
    answer = setup.client.post(url, sent, follow=True)
    return answer.content.decode()


def test_products_contacts_and_invoices_are_set_up_and_an_invoice_arrives(client, trade):
    client.force_login(factories.member("configurator"))
    setup = Setup(client, trade.integration)
    for entity in ("product", "contact"):
        setup.begin(entity)
        setup.fill(entity, "configure", "next")
        setup.fill(entity, "limit", "next")
        assert "are saved and start now" in save(setup, entity)
        trade.sync()
    setup.begin("invoice")
    setup.fill("invoice", "configure", "next", **{"option-income_account": trade.income_account})
    setup.fill("invoice", "limit", "use:0")
    save(setup, "invoice")
    trade.sync()

    trade.hubspot_invoice(trade.hours(2))
    trade.sync()

    assert str(trade.one_invoice_in_quickbooks()["TotalAmt"]) in ("200", "200.00", "200.0")


@item("C10")
def test_saving_wakes_the_worker(setup):
    setup.begin("contact")

    save(setup, "contact")

    assert [one.func() for one in OrmQ.objects.all()] == ["syncapp.tasks.work"]


def test_who_saved_what_is_kept(setup, worlds):
    setup.begin("contact")
    save(setup, "contact")
    setup.begin("contact")
    setup.fill("contact", "configure", direction="to_hubspot")
    save(setup, "contact")

    edited, made = LogEntry.objects.get_for_object(SyncRule.objects.get())
    assert [one.additional_data["deed"] for one in (made, edited)] == ["set_up", "edited"]
    assert edited.actor.get_username() == "configurator"
    assert edited.changes["direction"] == ["both", "to_hubspot"]
    directions = {one.number: one.data["direction"] for one in RuleVersion.objects.all()}
    first, second = (one.additional_data["version"] for one in (made, edited))
    assert directions == {first: "both", second: "to_hubspot"}


def test_what_is_rehearsed_of_a_rule_that_is_off_is_what_starting_it_would_do(setup, worlds):
    worlds.rule(Entity.CONTACT, is_on=False)
    worlds.customer(DisplayName="Ada", PrimaryEmailAddr={"Address": "ada@n.test"})
    draft = setup.begin("contact")
    setup.client.post(reverse("admin:wizard_rehearse", args=(draft.pk,)))

    tasks.rehearse_draft(DraftRehearsal.objects.get().pk)

    assert DraftRehearsal.objects.get().result["created"]["hubspot"] == {"contact": 1}


def test_the_review_says_which_needed_object_is_off(invoices):
    SyncRule.objects.filter(entity="contact").update(is_on=False)

    assert "Switched off: Contacts" in invoices.look("invoice", "review")


def test_a_double_click_saves_once(setup):
    draft = setup.begin("contact")
    form = {"version": draft.version, "do": "start"}
    url = reverse("admin:wizard_save", args=(draft.pk,))
    setup.client.post(url, form)

    second = setup.client.post(url, form, follow=True)

    rule = SyncRule.objects.get(entity="contact")
    assert rule.version == 2
    assert "were set up already" in second.content.decode()


def test_going_back_to_a_saved_setup_leads_to_the_object_view(setup):
    setup.begin("contact")
    save(setup, "contact")

    page = setup.look("contact", "configure")

    assert "were set up already" in page


def test_what_was_changed_after_it_was_read_is_read_again(setup):
    draft = setup.begin("contact")
    setup.fill("contact", "configure", direction="to_hubspot")

    page = save(setup, "contact", version=draft.version)

    assert "This was changed after you opened it" in page
    assert not SyncRule.objects.exists()


def test_the_review_says_in_words_what_will_happen(invoices):
    page = invoices.look("invoice", "review")

    for sentence in (
        "Payments switch on by themselves and travel both ways.",
        "Older invoices stay behind",
        "Always: only invoices that are finalized, no drafts.",
        "Where a field was changed in both apps: HubSpot’s value counts.",
        "No filter of your own.",
    ):
        assert sentence in page


def test_the_review_of_an_inbound_sync_says_that_payments_are_off(invoices):
    invoices.fill("invoice", "configure", direction="to_hubspot")

    page = invoices.look("invoice", "review")

    assert "Payments are off" in page
    assert "no drafts" not in page


@item("C11", "L19")
def test_widening_says_the_fixed_filters_the_clock_and_the_payments(invoices, trade):
    trade.rule(
        Entity.INVOICE, direction=Direction.TO_HUBSPOT,
        options={"income_account": trade.income_account},
    )  # fmt: skip
    invoices.client.post(reverse("admin:wizard_drop", args=(invoices.draft("invoice").pk,)))
    invoices.begin("invoice")
    invoices.fill("invoice", "configure", direction="both")

    page = invoices.look("invoice", "review")
    assert "4 fixed filters hold from now on" in page
    for words in ("made in HubSpot", "not voided", "no drafts", "created or changed after this"):
        assert page.count(words) == 2  # in the banner, and among all that is let through
    assert "The clock starts when you save" in page
    assert "Payments switch on" in page

    save(invoices, "invoice")
    rule = SyncRule.objects.get(entity="invoice")
    assert rule.direction == "both"
    assert rule.started_at is not None


@item("C7")
def test_what_blocks_going_live_is_shown_and_blocks_saving(invoices):
    url = reverse("admin:wizard_golive", args=(invoices.draft("invoice").pk,))
    shown = invoices.client.get(url).content.decode()
    assert "No income account is chosen" in shown
    assert "Blocking" in shown

    page = save(invoices, "invoice")

    assert "Not saved." in page
    assert "No income account is chosen" in page
    assert not SyncRule.objects.filter(entity="invoice").exists()
    assert invoices.draft("invoice").saved_at is None


def test_an_unfinished_filter_blocks_saving_with_a_link_to_it(invoices):
    invoices.fill("invoice", "limit", "group:to_hubspot")

    page = invoices.look("invoice", "review")
    assert "Put this right first" in page
    assert "Choose a field." in page

    assert "Not saved." in save(invoices, "invoice")


def test_an_invoice_setup_is_not_saved_while_products_or_contacts_are_missing(setup):
    RuleDraft.objects.create(
        integration=setup.integration,
        entity="invoice",
        data={"entity": "invoice"},
        changed_at="2026-01-01T00:00:00Z",
    )

    page = save(setup, "invoice")

    assert "Products and contacts must be set up first." in page
    assert not SyncRule.objects.exists()


def test_a_rule_that_was_changed_outside_is_not_overwritten_unseen(setup, worlds):
    worlds.rule(Entity.CONTACT)
    setup.begin("contact")
    setup.fill("contact", "configure", direction="to_hubspot")
    worlds.rule(Entity.CONTACT, conflict="quickbooks")

    page = save(setup, "contact")
    assert "The rule was changed outside this setup" in page
    assert SyncRule.objects.get().direction == "both"

    url = reverse("admin:wizard_outdated", args=(setup.draft("contact").pk,))
    setup.client.post(url, {"do": "keep"})
    save(setup, "contact")
    assert SyncRule.objects.get().direction == "to_hubspot"


def test_a_draft_can_start_again_from_the_rule(setup, worlds):
    worlds.rule(Entity.CONTACT)
    setup.begin("contact")
    setup.fill("contact", "configure", direction="to_hubspot")
    worlds.rule(Entity.CONTACT, conflict="quickbooks")

    url = reverse("admin:wizard_outdated", args=(setup.draft("contact").pk,))
    setup.client.post(url, {"do": "again"})

    assert setup.draft("contact").data["conflict"] == "quickbooks"
    assert setup.draft("contact").data["direction"] == "both"


def test_a_rule_that_is_off_can_be_saved_and_stay_off(setup, worlds):
    worlds.rule(Entity.CONTACT, is_on=False)
    setup.begin("contact")
    setup.fill("contact", "configure", direction="to_hubspot")

    save(setup, "contact", do="off")

    rule = SyncRule.objects.get()
    assert rule.direction == "to_hubspot"
    assert not rule.is_on


def test_a_token_that_was_revoked_between_two_steps_keeps_everything(setup):
    setup.begin("contact")
    setup.fill("contact", "configure", direction="to_hubspot")
    AccountFields.objects.all().delete()
    Connection.objects.filter(vendor="hubspot").update(access_token="")
    Connection.objects.update(needs_reconnect=True)

    page = save(setup, "contact")

    assert "Nothing was saved; what you set up is kept here." in page
    assert setup.draft("contact").data["direction"] == "to_hubspot"


def test_a_silent_vendor_is_told_of_and_blocks_nothing(setup, worlds):
    setup.begin("contact")
    setup.look("contact", "review")
    worlds.sandbox.fault("status", vendor="quickbooks", path=".*", status=503, times=50)

    page = save(setup, "contact")

    assert "The accounts were not checked" in page
    assert SyncRule.objects.filter(entity="contact", is_on=True).exists()


def test_a_mapping_that_no_account_could_judge_is_not_stored_and_not_lost(setup, worlds):
    setup.begin("contact")
    custom = {"new-hubspot": "jobtitle", "new-quickbooks": "Title", "new-direction": "both"}
    setup.fill("contact", "configure", "add", **custom)
    setup.look("contact", "review")
    AccountFields.objects.all().delete()
    worlds.sandbox.fault("status", vendor="hubspot", path=".*", status=503)

    page = save(setup, "contact")

    assert "could not be checked, because an account does not answer" in page
    assert not SyncRule.objects.exists()
    assert "jobtitle" in setup.look("contact", "configure")


def test_a_checked_mapping_stays_what_it_is_while_an_account_is_silent(setup, worlds):
    worlds.rule(Entity.CONTACT)
    worlds.map(Entity.CONTACT, "jobtitle", "Title")
    kind = FieldMapping.objects.get(hubspot="jobtitle").kind
    setup.begin("contact")
    setup.fill("contact", "configure", conflict="ask")
    AccountFields.objects.all().delete()
    worlds.sandbox.fault("status", vendor="hubspot", path=".*", status=503)

    save(setup, "contact")

    assert SyncRule.objects.get().conflict == "ask"
    assert FieldMapping.objects.get(hubspot="jobtitle").kind == kind != ""


def test_a_rehearsal_shows_numbers_and_announces_them_to_the_brake(setup, worlds):
    Integration.objects.update(confirm_initial_load=True)
    for number in range(4):
        worlds.customer(
            DisplayName=f"Nordwind {number}", PrimaryEmailAddr={"Address": f"{number}@n.test"}
        )
    draft = setup.begin("contact")
    url = reverse("admin:wizard_rehearse", args=(draft.pk,))
    setup.client.post(url)
    setup.client.post(url)
    (row,) = DraftRehearsal.objects.all()
    assert "Waiting for a worker" in setup.look("contact", "review")

    tasks.rehearse_draft(row.pk)

    page = " ".join(setup.look("contact", "review").split())
    assert 'Contacts, HubSpot</th><td class="ll-number">4</td>' in page
    assert not SyncRule.objects.exists()
    assert worlds.hubspot("contacts") == {}

    save(setup, "contact")
    assert SyncRule.objects.get().announced == {"hubspot": 4, "quickbooks": 0}
    worlds.sync()
    assert len(worlds.hubspot("contacts")) == 4


def test_what_would_fail_is_told_with_its_reason_and_money(invoices, trade):
    invoices.fill("invoice", "configure", **{"option-income_account": trade.income_account})
    stranger = trade.customer(DisplayName="No address")
    trade.quickbooks_invoice(CustomerRef={"value": stranger})
    draft = invoices.draft("invoice")
    invoices.client.post(reverse("admin:wizard_rehearse", args=(draft.pk,)))

    tasks.rehearse_draft(DraftRehearsal.objects.get().pk)

    page = invoices.look("invoice", "review")
    assert "What fails, and why" in page
    assert "150" in page


def test_an_option_that_is_on_at_first_is_shown_so_and_stays_off_when_it_is_unticked(invoices):
    shown = "Show sellers on the HubSpot invoice how its sync stands"
    page = invoices.look("invoice", "configure")
    assert 'name="option-tell_sellers" value="yes" checked' in page
    invoices.fill("invoice", "configure")
    assert "tell_sellers" not in invoices.draft("invoice").data["options"]
    assert f"{shown}." in invoices.look("invoice", "review")

    invoices.fill("invoice", "configure", **{"option-tell_sellers": None})

    assert invoices.draft("invoice").data["options"]["tell_sellers"] is False
    assert f"{shown}: no." in invoices.look("invoice", "review")
    assert 'name="option-tell_sellers" value="yes">' in invoices.look("invoice", "configure")


def test_a_rehearsal_of_another_version_tells_nothing(setup):
    draft = setup.begin("contact")
    setup.client.post(reverse("admin:wizard_rehearse", args=(draft.pk,)))
    tasks.rehearse_draft(DraftRehearsal.objects.get().pk)
    setup.fill("contact", "configure", direction="to_hubspot")

    page = setup.look("contact", "review")

    assert "Rehearse again" not in page


def test_a_worker_that_only_rehearses_shows_that_it_lives(setup, monkeypatch):
    """It may take a quarter of an hour, and two of them leave room for no other task."""
    draft = setup.begin("contact")
    setup.client.post(reverse("admin:wizard_rehearse", args=(draft.pk,)))
    real = draft_rehearsal.rehearse

    def rehearse(integration, change, progress):
        found = real(integration, change=change, progress=progress)
        Heartbeat.objects.all().delete()
        time.sleep(1.1)  # a page of records
        progress("Reading contacts", 100, None)
        return found

    monkeypatch.setattr(draft_rehearsal, "rehearse", rehearse)

    draft_rehearsal.carry_out(DraftRehearsal.objects.get().pk)

    assert how_workers_are() is Workers.WELL


def test_a_rehearsal_that_cannot_run_says_why(setup):
    draft = setup.begin("contact")
    setup.client.post(reverse("admin:wizard_rehearse", args=(draft.pk,)))
    Connection.objects.update(needs_reconnect=True)

    tasks.rehearse_draft(DraftRehearsal.objects.get().pk)

    assert "It could not be rehearsed." in setup.look("contact", "review")


def test_two_people_on_different_steps_do_not_disturb_each_other(setup, client):
    setup.begin("contact")
    mine = fields_of(setup.look("contact", "configure"))
    ana = Setup(type(client)(), setup.integration)
    ana.client.force_login(get_user_model().objects.create_superuser("ana"))
    ana.fill("contact", "limit", **{"keeps-to_hubspot": "keep"})

    setup.send("contact", "configure", {**mine, "direction": "to_hubspot", "do": "stay"})

    data = setup.draft("contact").data
    assert data["direction"] == "to_hubspot"
    assert "to_hubspot" in data["options"]["keeps_linked"]


def test_a_saved_rule_edited_without_a_change_is_the_same_rule(setup, worlds):
    worlds.rule(
        Entity.CONTACT,
        filters={Direction.TO_HUBSPOT: [[("contact", "Taxable", "is_true")]]},
        mappings=[{"hubspot": "jobtitle", "quickbooks": "Title", "direction": "both"}],
    )
    before = SyncRule.objects.get()
    setup.begin("contact")
    setup.fill("contact", "configure", "next")
    setup.fill("contact", "limit", "next")

    save(setup, "contact")

    after = SyncRule.objects.get()
    assert after.version == before.version
    assert after.filter_groups.count() == 1
