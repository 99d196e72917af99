"""The fixed cast of the tests that use the database."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from syncapp.models import Connection, Integration, PendingChange, RecordLink, SyncActivity, SyncRun
from syncapp.pipeline import tally

PASSWORD = "a-long-test-password"


def connection(vendor: str, account: str, name: str = "", **fields: Any) -> Connection:
    fields = {"access_token": f"token-of-{account}", **fields}
    name = name or f"{vendor} {account}"
    return Connection.objects.create(name=name, vendor=vendor, account_id=account, **fields)


def nordwind(**fields: Any) -> Integration:
    """An integration whose vendors nobody asks."""
    return Integration.objects.create(
        name="Nordwind",
        hubspot=connection("hubspot", "4711"),
        quickbooks=connection("quickbooks", "9130"),
        **fields,
    )


def acme(**fields: Any) -> Integration:
    return Integration.objects.create(
        name="Acme",
        hubspot=connection("hubspot", "4712"),
        quickbooks=connection("quickbooks", "9131"),
        **fields,
    )


def link(integration: Integration, entity: str = "contact", **fields: Any) -> RecordLink:
    if "hubspot_id" not in fields and "quickbooks_id" not in fields:
        fields["hubspot_id"] = str(RecordLink.objects.count() + 100)
    made = RecordLink(integration=integration, entity=entity, **fields)
    made.call(made.label)
    made.save()
    tally.recount(integration)
    return made


def pending(integration: Integration, record_id: str = "1", **fields: Any) -> PendingChange:
    fields = {"entity": "contact", "side": "hubspot", **fields}
    return PendingChange.objects.create(integration=integration, record_id=record_id, **fields)


def run(integration: Integration, **fields: Any) -> SyncRun:
    return SyncRun.objects.create(integration=integration, **{"trigger": "schedule", **fields})


def activity(link: RecordLink, *changes: dict[str, Any], **fields: Any) -> SyncActivity:
    fields = {"action": "updated", "entity": link.entity, **fields}
    return SyncActivity.objects.create(
        integration=link.integration, link=link, changes=list(changes), **fields
    )


def ada() -> Any:
    """May change everything."""
    return get_user_model().objects.create_superuser("ada", password=PASSWORD)


def ben() -> Any:
    """Staff without a single permission."""
    return get_user_model().objects.create_user("ben", password=PASSWORD, is_staff=True)


def cleo() -> Any:
    """No access."""
    return get_user_model().objects.create_user("cleo", password=PASSWORD)


def member(role: str) -> Any:
    """Staff in one of our groups, and nothing else."""
    person = get_user_model().objects.create_user(role, password=PASSWORD, is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    return person
