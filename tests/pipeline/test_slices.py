"""A load is done by many passes, each of which ends after a minute."""

from typing import Any

import pytest

from syncapp.engine.records import Entity
from syncapp.models import Integration, SyncRule
from syncapp.pipeline import worklist
from syncapp.pipeline.process import sync
from tests.pipeline.agreement import differing_invoices
from tests.pipeline.loads import CONTACTS, INVOICES, PAYMENTS, Load
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("side", ["hubspot", "quickbooks"])
def test_a_load_in_slices_gets_to_its_payments(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    """The next slice is shown what the last ones have written, before anything of the load. An
    invoice that waits for its payments is no news: they would never have their turn."""
    monkeypatch.setattr(worklist, "HELPING", 10)
    load = Load(sandbox, side)
    other = "Payment" if side == "hubspot" else "commerce_payments"
    payments = load.quickbooks if side == "hubspot" else load.hubspot
    for _ in range(24):
        sync(Integration.objects.get(), trigger="schedule", seconds=0)
        if len(payments(other)) == PAYMENTS:
            break
    assert len(payments(other)) == PAYMENTS
    load.sync()


def test_the_people_of_a_first_load_are_made_while_its_invoices_are_read(
    sandbox: SandboxProcess, settings: Any
) -> None:
    settings.BRAKE = {"makes": (2, 20), "removals": (1, 5)}  # what is announced is not limited
    load = Load(sandbox, "hubspot", size=10)
    written, read = _first_write_and_last_page(load)
    assert written < read
    assert len(load.quickbooks("Customer")) == 10 * CONTACTS
    load.sync()
    integration = Integration.objects.get()
    assert not list(differing_invoices(load.sandbox.world(), load.realm, integration))


def test_nothing_is_made_before_all_is_read_where_that_could_still_stop_the_load(
    sandbox: SandboxProcess,
) -> None:
    """The number of invoices may be more than was announced."""
    load = Load(sandbox, "hubspot", size=10)
    numbers = {"hubspot": 0, "quickbooks": 11 * INVOICES}
    SyncRule.objects.filter(entity=Entity.INVOICE).update(announced=numbers)
    written, read = _first_write_and_last_page(load)
    assert read < written


def _first_write_and_last_page(load: Load) -> tuple[int, int]:
    load.sandbox.forget_requests()
    load.sync()
    asked = load.sandbox.requests(entries=True)["entries"]
    written = [one["number"] for one in asked if one["vendor"] == "quickbooks" and one["is_write"]]
    pages = [one["number"] for one in asked if one["endpoint"].endswith("/invoices")]
    return written[0], pages[-1]
