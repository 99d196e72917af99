"""Payments of a load go soon after their invoices: what was read of an invoice is young then."""

from typing import Any

import pytest

from syncapp.engine.records import Entity
from syncapp.models import Integration
from syncapp.pipeline import worklist
from syncapp.pipeline.process import sync
from tests.pipeline.agreement import differing_invoices
from tests.pipeline.loads import PAYMENTS, Load
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _small_helpings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist, "HELPING", 10)


@pytest.mark.parametrize("side", ["hubspot", "quickbooks"])
def test_payments_of_a_load_are_made_before_its_last_invoice(
    sandbox: SandboxProcess, side: str
) -> None:
    load = Load(sandbox, side)
    load.sync()
    invoices, payments = (
        (load.quickbooks("Invoice"), load.quickbooks("Payment"))
        if side == "hubspot"
        else (load.hubspot("invoices"), load.hubspot("commerce_payments"))
    )
    assert len(payments) == PAYMENTS
    before_the_last = [id for id in map(int, payments) if id < max(map(int, invoices))]
    assert before_the_last
    world: dict[str, Any] = load.sandbox.world()
    assert not list(differing_invoices(world, load.realm, load.integration))


def test_a_pass_of_invoices_alone_makes_no_payments(sandbox: SandboxProcess) -> None:
    load = Load(sandbox, "hubspot")
    asked = (Entity.CONTACT, Entity.PRODUCT, Entity.INVOICE)
    sync(Integration.objects.get(), trigger="command", entities=asked)
    assert load.quickbooks("Invoice")
    assert not load.quickbooks("Payment")


def test_what_a_load_has_paid_is_read_once_more_and_not_once_for_each_side(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "HELPING", 100)  # 100 payments, a page of their invoices
    load = Load(sandbox, "quickbooks", size=3, invoices=100)
    load.sandbox.forget_requests()
    load.sync()
    asked: dict[str, int] = load.sandbox.requests()["by_endpoint"]
    pages = asked["GET /crm/objects/2026-03/invoices"]
    assert pages <= 3
