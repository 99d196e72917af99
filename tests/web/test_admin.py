from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from syncapp.models import (
    AccountFields,
    Alert,
    AlertDelivery,
    AlertRecipient,
    ApiUsage,
    AuthenticatorApp,
    Brake,
    ChangeCursor,
    ChosenColumns,
    DayCount,
    DraftRehearsal,
    FieldMapping,
    FilterCondition,
    FilterGroup,
    GivenPassword,
    Heartbeat,
    Integration,
    Lease,
    OwnLine,
    PendingChange,
    Preferences,
    RecordLink,
    RecordReference,
    RecoveryCodes,
    RuleDraft,
    RuleVersion,
    SavedView,
    SyncRule,
    Upkeep,
    WebhookDelivery,
    WebhookTally,
    WriteBatch,
    WriteIntent,
)
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.queries]

OURS = [model for model in admin.site._registry if model._meta.app_label == "syncapp"]
EDITABLE = {"connection", "integration"}
MACHINE_WRITTEN = [model for model in OURS if model._meta.model_name not in EDITABLE]
MOST_QUERIES = 14


def url(model, page, *arguments):
    return reverse(f"admin:syncapp_{model._meta.model_name}_{page}", args=arguments)


def fill(integration, start=0, count=3):
    """Some rows of every table."""
    reader = get_user_model().objects.create_user(f"reader-{start}")
    rule, _ = SyncRule.objects.get_or_create(integration=integration, entity="contact")
    for number in range(start, start + count):
        text = f"{integration.pk}-{number}"
        link = factories.link(integration, hubspot_id=text, label=f"Ada {text}")
        run = factories.run(integration)
        batch = WriteBatch.objects.create(
            integration=integration, batch_id=text, side="quickbooks", members=["a"]
        )
        WriteIntent.objects.create(
            integration=integration,
            link=link,
            run=run,
            side="hubspot",
            entity="contact",
            operation="create",
            request_id=text,
            batch=batch,
            body={},
        )
        factories.activity(link, run=run)
        factories.pending(integration, text)
        WebhookDelivery.objects.create(
            integration=integration,
            side="hubspot",
            entity="contact",
            record_id=text,
            event="contact.creation",
            key=text,
        )
        WebhookTally.objects.create(
            vendor="hubspot", account_id=text, hour=timezone.now(), last_at=timezone.now()
        )
        RecordReference.objects.create(
            link=link, integration=integration, side="hubspot", entity="contact", record_id=text
        )
        DayCount.objects.create(
            integration=integration, entity="contact", day=date(2026, 1, 1) + timedelta(days=number)
        )
        OwnLine.objects.create(
            integration=integration, hubspot_id=text, version=text, left_at=timezone.now()
        )
        ChosenColumns.objects.create(user=reader, page=text)
        SavedView.objects.create(user=reader, name=text)
        Preferences.objects.get_or_create(user=reader)
        GivenPassword.objects.get_or_create(user=reader)
        AuthenticatorApp.objects.create(user=reader, name=text)
        alert = Alert.objects.create(key=text, cause="brake", integration=integration)
        told = AlertRecipient.objects.create(name=text)
        AlertDelivery.objects.create(
            alert=alert, recipient=told, news="begun", due_at=alert.begun_at
        )
        RecoveryCodes.objects.create(user=reader, name=text, salt="00")
        FieldMapping.objects.create(rule=rule, hubspot=text, quickbooks=text)
        RuleVersion.objects.create(rule=rule, number=100 + number, data={})
        group = FilterGroup.objects.create(rule=rule, direction="to_hubspot", position=number)
        FilterCondition.objects.create(
            group=group, object="contact", property=text, operator="is_known"
        )
        now = timezone.now()
        draft = RuleDraft.objects.create(
            integration=integration, entity="contact", changed_at=now, saved_at=now
        )
        DraftRehearsal.objects.create(draft=draft, draft_version=1)
        AccountFields.objects.create(
            connection=integration.hubspot, entity="contact", about=text, read_at=now
        )
        Heartbeat.beat(text)
        Upkeep.objects.create(name=text)
        Brake.objects.create(
            integration=integration, sentence=text, released_at=timezone.now() if number else None
        )
        day = timezone.now() - timedelta(days=number)
        ApiUsage.objects.create(connection=integration.hubspot, day=day.date())


@pytest.fixture
def world():
    integration = factories.nordwind()
    Lease.objects.create(integration=integration)
    ChangeCursor.objects.create(integration=integration, side="hubspot", entity="contact")
    fill(integration)
    return integration


@pytest.fixture
def ada(client):
    client.force_login(factories.ada())
    return client


def test_every_table_has_a_page():
    from django.apps import apps

    assert set(OURS) == set(apps.get_app_config("syncapp").get_models())


@pytest.mark.parametrize("model", OURS)
def test_every_list_and_every_row_opens(ada, world, model):
    assert ada.get(url(model, "changelist")).status_code == 200
    row = model.objects.first()
    assert ada.get(url(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", OURS)
def test_more_rows_cost_a_list_no_more_queries(ada, world, model, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        ada.get(url(model, "changelist"))
    fill(world, start=3, count=6)
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        ada.get(url(model, "changelist"))

    assert len(many) == len(few)


@pytest.mark.parametrize("model", OURS)
def test_a_list_can_be_searched_by_name_and_by_id(ada, world, model):
    if admin.site._registry[model].search_fields:
        assert ada.get(url(model, "changelist"), {"q": "Ada 1"}).status_code == 200


@pytest.mark.parametrize("model", MACHINE_WRITTEN)
def test_what_a_machine_wrote_can_only_be_looked_at(ada, world, model):
    row = model.objects.first()

    assert ada.get(url(model, "add")).status_code == 403
    assert ada.post(url(model, "change", row.pk), {}).status_code == 403
    assert ada.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", OURS)
def test_staff_without_permission_sees_nothing(client, world, model):
    client.force_login(factories.ben())

    assert client.get(url(model, "changelist")).status_code == 403


@pytest.mark.parametrize("model", OURS)
def test_somebody_without_access_is_sent_to_the_login(client, world, model):
    client.force_login(factories.cleo())

    answer = client.get(url(model, "changelist"))

    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/admin/login/")


def test_tokens_are_on_no_page(ada, world):
    connection = world.hubspot
    pages = [
        ada.get(url(type(connection), "changelist")),
        ada.get(url(type(connection), "change", connection.pk)),
        ada.get(url(Integration, "change", world.pk)),
    ]

    for page in pages:
        assert "token-of-4711" not in page.content.decode()
        assert "enc1:" not in page.content.decode()


def test_renaming_a_connection_leaves_tokens_that_were_renewed_meanwhile(ada, world, monkeypatch):
    connection = world.hubspot
    connection.access_token = "renewed-by-a-worker"
    connection.save()

    answer = ada.post(url(type(connection), "change", connection.pk), {"name": "Our portal"})

    assert answer.status_code == 302
    connection = type(connection).objects.get(pk=connection.pk)
    assert (connection.name, connection.access_token) == ("Our portal", "renewed-by-a-worker")


def act(client, model, action, *rows):
    body = {"action": action, "_selected_action": [row.pk for row in rows]}
    answer = client.post(url(model, "changelist"), body, follow=True)
    return [str(message) for message in answer.context["messages"]]


def queued():
    return [(task.task["func"], task.task["args"]) for task in OrmQ.objects.all()]


def test_sync_now_wakes_a_worker(ada, world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        said = act(ada, Integration, "sync_now", world)

    assert said == ["A pass over “Nordwind” starts as soon as a worker is free."]
    assert queued() == [("syncapp.tasks.work", (world.pk, "person"))]


def test_sync_now_says_when_an_integration_is_paused(
    ada, world, django_capture_on_commit_callbacks
):
    act(ada, Integration, "pause", world)

    with django_capture_on_commit_callbacks(execute=True):
        said = act(ada, Integration, "sync_now", world)

    assert said == ["“Nordwind” is paused: let it go on first."]
    assert queued() == []


def test_going_on_wakes_a_worker(ada, world, django_capture_on_commit_callbacks):
    Integration.objects.update(is_paused=True)

    with django_capture_on_commit_callbacks(execute=True):
        act(ada, Integration, "go_on", world)

    assert not Integration.objects.get().is_paused
    assert len(queued()) == 1


def test_somebody_who_may_only_view_has_no_actions(client, world):
    from django.contrib.auth.models import Permission

    ben = factories.ben()
    ben.user_permissions.add(Permission.objects.get(codename="view_integration"))
    client.force_login(ben)

    client.post(url(Integration, "changelist"), {"action": "pause", "_selected_action": [world.pk]})

    assert not Integration.objects.get().is_paused


def test_a_record_can_be_looked_at_again(ada, world, django_capture_on_commit_callbacks):
    PendingChange.objects.all().delete()
    link = RecordLink.objects.first()

    with django_capture_on_commit_callbacks(execute=True):
        said = act(ada, RecordLink, "look_again", link)

    assert said[0].startswith("On the worklist: 1.")
    assert PendingChange.objects.get().record_id == link.hubspot_id
    assert len(queued()) == 1


@pytest.mark.django_db(transaction=True)
def test_switching_a_rule_on_starts_its_initial_pass_though_nobody_answers(ada, world, settings):
    settings.HUBSPOT_API_BASE = settings.QUICKBOOKS_API_BASE = "http://127.0.0.1:1"
    settings.ALLOW_PLAIN_HTTP = True
    rule = SyncRule.objects.get()

    said = act(ada, SyncRule, "switch_on", rule)

    assert said[1].startswith("The accounts were not checked: QuickBooks cannot be reached")
    rule.refresh_from_db()
    assert rule.is_on
    assert rule.started_at is not None
    assert not ChangeCursor.objects.exists()


@pytest.mark.parametrize("model", [SyncRule, FieldMapping, FilterGroup, FilterCondition])
def test_what_belongs_to_a_rule_leads_to_the_setup_that_checks_it(client, world, model):
    page = url(model, "change", model.objects.first().pk)
    edit = f"{reverse('admin:wizard')}?rule={SyncRule.objects.get().pk}"
    for role, is_offered in (("configurator", True), ("operator", False)):
        client.force_login(factories.member(role))
        assert (edit in client.get(page).content.decode()) is is_offered


def test_the_queues_schedules_are_not_in_the_admin(ada):
    page = ada.get("/admin/").content.decode()

    assert "/admin/django_q/schedule/" not in page
    assert "/admin/django_q/ormq/" not in page
    assert ada.get("/admin/django_q/schedule/").status_code == 404


def test_pages_carry_no_inline_script_or_style(ada, world):
    for page in (ada.get("/admin/"), ada.get(url(RecordLink, "changelist"))):
        text = page.content.decode()
        assert " style=" not in text
        assert " onclick=" not in text
        assert "<script>" not in text
