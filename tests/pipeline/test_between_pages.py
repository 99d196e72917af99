"""A first load is worked on while HubSpot's list of invoices is still being read."""

from contextlib import suppress
from typing import Any

import pytest

from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import (
    ChangeCursor,
    Integration,
    PendingChange,
    RecordLink,
    SyncRule,
    WriteIntent,
)
from syncapp.pipeline import process, worklist
from syncapp.pipeline.guards.gate import Gate
from syncapp.pipeline.process import sync
from tests.pipeline.agreement import differing_invoices
from tests.pipeline.loads import CONTACTS, INVOICES, PAYMENTS, Load
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 10  # four pages of invoices


class StoppedError(Exception):
    """A worker that goes away."""


@pytest.fixture
def load(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> Load:
    monkeypatch.setattr(worklist, "HELPING", 100)
    return Load(sandbox, "hubspot", size=SIZE)


def test_people_and_invoices_are_made_while_invoices_are_read(load: Load, settings: Any) -> None:
    settings.BRAKE = {"makes": (2, 20), "removals": (1, 5)}  # what is announced is not limited
    _stop_when_payments_are_read(load)
    assert len(load.quickbooks("Customer")) == SIZE * CONTACTS
    assert len(load.quickbooks("Invoice")) >= 2 * worklist.HELPING
    _finish(load)


def test_nothing_is_made_before_all_is_read_where_that_could_still_stop_the_load(
    load: Load,
) -> None:
    """The number of invoices may be more than was announced."""
    numbers = {"hubspot": 0, "quickbooks": SIZE * INVOICES}
    SyncRule.objects.filter(entity=Entity.INVOICE).update(announced=numbers)
    _stop_when_payments_are_read(load)
    assert not load.quickbooks("Customer")
    assert not load.quickbooks("Invoice")
    _finish(load)


def test_documents_that_were_linked_before_the_load_hold_it_back(load: Load) -> None:
    """They could have been taken away in great number."""
    load.sync()
    before = len(load.quickbooks("Invoice"))
    load.new_invoice("hubspot")
    load.rule(Entity.INVOICE, options=SyncRule.objects.get(entity=Entity.INVOICE).options)
    _stop_when_payments_are_read(load)
    assert len(load.quickbooks("Invoice")) == before
    load.sync()


def test_a_renumbered_copy_is_found_by_its_mark_before_anything_is_made(load: Load) -> None:
    """An older backup knows nothing of it."""
    load.sync()
    copies = sorted(load.quickbooks("Invoice"), key=int)
    load.in_quickbooks("Invoice", "edit", copies[0], fields={"DocNumber": "by hand"})
    for model in (RecordLink, ChangeCursor, PendingChange, WriteIntent):
        model.objects.all().delete()
    SyncRule.objects.update(announced={"hubspot": None, "quickbooks": None})
    _stop_when_payments_are_read(load)
    assert sorted(load.quickbooks("Invoice"), key=int) == copies
    load.sync()
    assert sorted(load.quickbooks("Invoice"), key=int) == copies


def test_what_happens_meanwhile_goes_before_the_rest_of_the_load(load: Load) -> None:
    """A load of a hundred thousand takes hours."""
    booked: list[str] = []

    def somebody_bills(step: str, done: int, _total: int | None) -> None:
        if step == "Reading invoices in HubSpot" and done == 300:
            booked.append(load.new_invoice("quickbooks"))
            ref = RecordRef(Side.QUICKBOOKS, Entity.INVOICE, booked[0])
            worklist.add(load.integration, [ref])  # as a webhook does
        if booked and step == "Syncing invoices":
            raise StoppedError

    with suppress(StoppedError):
        sync(Integration.objects.get(), trigger="schedule", progress=somebody_bills)
    assert len(load.quickbooks("Invoice")) < SIZE * INVOICES
    assert RecordLink.objects.get(quickbooks_id=booked[0], entity=Entity.INVOICE).is_linked
    load.sync()


def test_what_was_made_before_a_worker_went_away_is_not_read_again(load: Load) -> None:
    load.sandbox.forget_requests()
    _stop_when_payments_are_read(load)
    load.sync()
    asked: dict[str, int] = load.sandbox.requests()["by_endpoint"]
    pages = asked["POST /crm/objects/2026-03/line_items/batch/read"]
    assert pages < 2 * 3 * SIZE * INVOICES / 100  # less than twice all lines
    _finish(load)


def test_nothing_more_is_read_while_much_waits_for_a_vendors_window(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be old when its turn comes, and lost when the worker goes away."""
    monkeypatch.setattr(worklist, "HELPING", 50)
    monkeypatch.setattr(Gate, "is_closed", property(lambda _: True))
    waiting: list[int] = []

    def rest(_work: Any, _until: float | None) -> None:
        waiting.append(PendingChange.objects.filter(entity=Entity.INVOICE).count())

    monkeypatch.setattr(process, "rest", rest)
    _stop_when_payments_are_read(load)
    assert waiting == [200, 300, 400]


def _stop_when_payments_are_read(load: Load) -> None:
    def stop(step: str, _done: int, _total: int | None) -> None:
        if "payments" in step and "HubSpot" in step:
            raise StoppedError

    with suppress(StoppedError):
        sync(Integration.objects.get(), trigger="schedule", progress=stop)
        pytest.fail("it read no payments")


def _finish(load: Load) -> None:
    load.sync()
    load.sync()
    assert len(load.quickbooks("Invoice")) == SIZE * INVOICES
    assert len(load.quickbooks("Payment")) == SIZE * PAYMENTS
    world: dict[str, Any] = load.sandbox.world()
    assert not list(differing_invoices(world, load.realm, load.integration))
