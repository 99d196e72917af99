"""Every saved version of a rule is kept, shown with what it changed, and can be gone back to."""

from dataclasses import replace

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from syncapp.models import RuleDraft, RuleVersion, SyncRule
from syncapp.setup import drafts
from syncapp.setup.rule_document.written import written_rule
from syncapp.setup.switch import rule_saved, switch
from tests import factories
from tests.web.consenting import messages_of


@pytest.fixture
def configurator(client, db):
    client.force_login(factories.member("configurator"))
    return client


@pytest.fixture
def contacts(trade):
    """Its first version is two-way with an added row and a filter, its second one-way and off."""
    rule = trade.rule(
        Entity.CONTACT,
        mappings=[{"hubspot": "jobtitle", "quickbooks": "Title", "kind": "text"}],
        filters={
            Direction.TO_QUICKBOOKS: [[("contact", "lifecyclestage", "is_any_of", ["customer"])]]
        },
    )
    rule.mappings.all().delete()
    rule.filter_groups.all().delete()
    rule.direction = Direction.TO_HUBSPOT
    rule_saved(rule)
    return rule


def page(client, rule):
    return client.get(reverse("admin:rule_versions", args=(rule.pk,))).content.decode()


def restore(client, rule, number):
    url = reverse("admin:restore_version", args=(rule.pk, number))
    return client.post(url, follow=True)


def test_a_version_is_kept_with_the_document_and_who_saved_it(configurator):
    rule = SyncRule.objects.create(integration=factories.nordwind(), entity="contact", is_on=True)

    configurator.post(reverse("admin:switch_rule", args=(rule.pk,)), {"on": "no"})

    rule.refresh_from_db()
    kept = RuleVersion.objects.get()
    assert (kept.number, kept.data) == (rule.version, written_rule(rule))
    assert kept.saved_by.username == "configurator"


def test_a_command_saves_without_a_name(configurator):
    rule = SyncRule.objects.create(integration=factories.nordwind(), entity="contact", is_on=True)

    switch(rule, on=False)

    assert RuleVersion.objects.get().saved_by is None
    assert "A command" in page(configurator, rule)


def test_a_save_that_fails_keeps_no_version(db, monkeypatch):
    rule = SyncRule.objects.create(integration=factories.nordwind(), entity="contact")
    monkeypatch.setattr("syncapp.setup.switch.start_over", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        rule_saved(rule)

    assert not RuleVersion.objects.exists()


def test_what_a_version_changed_is_said_in_words(configurator, contacts):
    shown = page(configurator, contacts)

    assert "jobtitle = Title" in shown
    assert "In use" in shown
    assert "Go back to this" in shown


def test_going_back_is_read_through_and_saved_as_a_new_version(configurator, contacts, trade):
    first, second = RuleVersion.objects.order_by("number")

    review = restore(configurator, contacts, first.number)
    draft = RuleDraft.objects.get()
    assert "Read it through, then save it." in messages_of(review)[0]
    assert draft.data == first.data
    assert written_rule(SyncRule.objects.get(pk=contacts.pk)) == second.data
    configurator.post(
        reverse("admin:wizard_save", args=(draft.pk,)), {"version": draft.version, "do": "on"}
    )

    rule = SyncRule.objects.get(pk=contacts.pk)
    assert written_rule(rule) == first.data
    assert rule.version == second.number + 1
    newest = RuleVersion.objects.get(number=rule.version)
    assert (newest.data, newest.saved_by.username) == (first.data, "configurator")
    assert rule.mappings.get().kind == "text"
    entry = LogEntry.objects.get(additional_data__deed="edited", actor__isnull=False)
    assert entry.additional_data["version"] == rule.version
    changes = configurator.get(reverse("admin:changes")).content.decode()
    assert f"version {rule.version}" in changes
    trade.sync()


def test_going_back_does_not_throw_away_what_somebody_sets_up(configurator, contacts):
    ada = factories.ada()
    draft = drafts.begin(contacts.integration, Entity.CONTACT, ada)
    part = drafts.part_of(draft.data, RuleDraft.Step.CONFIGURE)
    drafts.change(
        draft,
        RuleDraft.Step.CONFIGURE,
        {**part, "direction": "to_quickbooks"},
        seen=drafts.digest(part),
        by=ada,
    )

    answer = restore(configurator, contacts, RuleVersion.objects.order_by("number")[0].number)

    assert "ada is changing this sync and has not saved it" in messages_of(answer)[0]
    assert RuleDraft.objects.get().data["direction"] == "to_quickbooks"


def test_a_version_that_never_was_is_not_found(configurator, contacts):
    url = reverse("admin:restore_version", args=(contacts.pk, 999))

    assert configurator.post(url).status_code == 404


def test_a_viewer_reads_versions_and_goes_back_to_none(client, contacts):
    client.force_login(factories.member("viewer"))

    assert "Go back to this" not in page(client, contacts)
    assert restore(client, contacts, 2).status_code == 403


def test_a_saved_document_is_one_entry_not_one_for_each_row(contacts):
    LogEntry.objects.all().delete()
    data = {**written_rule(SyncRule.objects.get(pk=contacts.pk)), "direction": "both"}
    data["mappings"] = [{"hubspot": "jobtitle", "quickbooks": "Title"}]
    wanted, errors = drafts.read(data)
    assert errors == []
    from syncapp.setup.rule_document.store import store_rule

    answered = tuple(replace(one, kind="text") for one in wanted.mappings)
    list(store_rule(contacts.integration, replace(wanted, mappings=answered)))

    entry = LogEntry.objects.get()
    assert entry.additional_data["deed"] == "edited"
