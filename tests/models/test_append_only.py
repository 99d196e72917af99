"""What happened to a record is written once: no code of ours can change or drop it by mistake."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from syncapp.errors import InvariantBroken
from syncapp.models import SyncActivity
from tests.factories import nordwind

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> SyncActivity:
    return SyncActivity.objects.create(integration=nordwind(), entity="contact", action="created")


def changed(told: SyncActivity) -> None:
    told.action = "updated"
    told.save()


def changed_in_bulk(told: SyncActivity) -> None:
    told.action = "updated"
    SyncActivity.objects.bulk_update([told], ["action"])


ATTEMPTS: dict[str, Callable[[SyncActivity], Any]] = {
    "saved again": changed,
    "updated": lambda _: SyncActivity.objects.update(action="updated"),
    "updated together with its link": lambda _: SyncActivity.objects.update(link=None, changes=[]),
    "updated in bulk": changed_in_bulk,
    "deleted": lambda told: told.delete(),
    "all deleted": lambda _: SyncActivity.objects.all().delete(),
    "deleted for its integration": lambda told: told.integration.activity.all().delete(),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_what_was_told_cannot_be_changed_or_dropped(
    told: SyncActivity, attempt: Callable[[SyncActivity], Any]
) -> None:
    with pytest.raises(InvariantBroken), transaction.atomic():
        attempt(told)

    assert SyncActivity.objects.get().action == "created"


def test_it_may_go_on_with_another_link(told: SyncActivity) -> None:
    assert SyncActivity.objects.filter(pk=told.pk).update(link=None) == 1


def test_it_goes_with_its_integration(told: SyncActivity) -> None:
    told.integration.delete()

    assert not SyncActivity.objects.exists()
