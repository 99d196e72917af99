"""Django's own pages, of our tables and of those that come with libraries."""

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone
from django_q.models import Task

from syncapp.admin.kinds import MachineWritten
from syncapp.models import ChangeCursor, Lease, SyncActivity
from tests import factories
from tests.browser.kept import db, kept_window
from tests.web.test_admin import fill

__all__ = ["db", "kept_window"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TABLES = {model._meta.label: model for model in admin.site._registry}


@pytest.fixture(scope="module")
def opened(kept_window):
    """Over a row in every table, as far as there is one."""
    integration = factories.nordwind()
    Lease.objects.create(integration=integration)
    ChangeCursor.objects.create(integration=integration, side="hubspot", entity="contact")
    fill(integration)
    came = {"username": "ada", "ip_address": "192.0.2.7", "path_info": "/admin/login/"}
    AccessAttempt.objects.create(**came, failures_since_start=1)
    for model in (AccessFailureLog, AccessLog):
        model.objects.create(**came)
    for number, is_done in enumerate((True, False)):
        Task.objects.create(
            id=f"task-{number}", name="a pass", func="syncapp.tasks.sync", success=is_done,
            started=timezone.now(), stopped=timezone.now(),
        )  # fmt: skip
    return kept_window()


@pytest.mark.parametrize("label", TABLES)
def test_a_table_and_its_form_can_be_used_by_everybody(opened, label):
    model = TABLES[label]
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    opened.open(reverse(f"{name}_changelist"))
    opened.look_through()
    row = model._default_manager.first()
    is_alike = isinstance(admin.site._registry[model], MachineWritten) and model is not SyncActivity
    if row is None or is_alike:  # what machines wrote looks alike
        return
    opened.open(reverse(f"{name}_change", args=(row.pk,)))
    opened.look_through()


@pytest.mark.parametrize("model", [User, Group])
def test_people_and_groups_are_added_on_pages_for_everybody(opened, model):
    opened.open(reverse(f"admin:auth_{model._meta.model_name}_add"))
    opened.look_through()
