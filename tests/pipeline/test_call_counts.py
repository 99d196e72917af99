"""The calls that a load, an idle pass and a few changes take: counted, not timed, so that nobody
makes them grow unseen. The numbers are ceilings; `docs/performance.md` says what they could be."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from syncapp.models import Integration
from syncapp.pipeline.process import sync
from tests.pipeline.loads import Load
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    # one and four of them: is the other side empty, which shows nothing?
    ("side", "loading", "afterwards"),
    [("hubspot", 22, 6), ("quickbooks", 23, 6)],
)
def test_a_load_and_the_passes_after_it_take_few_calls(
    sandbox: SandboxProcess, side: str, loading: int, afterwards: int
) -> None:
    load = Load(sandbox, side)
    assert load.calls() <= loading
    assert load.calls() <= afterwards  # its own echo
    load.rest()
    assert load.calls() <= 6  # four searches, the watched lines and one change data capture


def test_an_idle_pass_asks_the_database_little_and_writes_of_itself_only(
    sandbox: SandboxProcess,
) -> None:
    load = Load(sandbox, "hubspot", invoices=5)
    load.sync()
    load.rest()
    integration = Integration.objects.get()

    with CaptureQueriesContext(connection) as asked:
        sync(integration, trigger="schedule")

    assert len(asked) <= 15
    changed = [one["sql"].split('"')[1] for one in asked if not one["sql"].startswith("SELECT")]
    kept = {"syncapp_lease": 2, "syncapp_syncrun": 2, "syncapp_apiusage": 1}
    assert Counter(changed) == kept


@pytest.mark.parametrize(("side", "made", "paid"), [("hubspot", 12, 14), ("quickbooks", 11, 13)])
def test_an_invoice_and_its_payment_take_few_calls(
    sandbox: SandboxProcess, side: str, made: int, paid: int
) -> None:
    load = Load(sandbox, side, invoices=5)
    load.sync()
    load.rest()
    invoice = load.new_invoice(side)
    assert load.calls() <= made
    load.rest()
    pay = load.in_hubspot if side == "hubspot" else load.in_quickbooks
    pay("invoices" if side == "hubspot" else "Invoice", "pay", invoice)
    assert load.calls() <= paid


@pytest.mark.parametrize(("side", "calls"), [("hubspot", 15), ("quickbooks", 14)])
def test_payments_of_the_latest_invoices_take_few_calls(
    sandbox: SandboxProcess, side: str, calls: int
) -> None:
    """One page of HubSpot's list shows them with all that belongs to them."""
    load = Load(sandbox, side, invoices=5)
    load.sync()
    invoices = [load.new_invoice(side) for _ in range(6)]
    load.sync()
    load.rest()
    pay = load.in_hubspot if side == "hubspot" else load.in_quickbooks
    for invoice in invoices:
        pay("invoices" if side == "hubspot" else "Invoice", "pay", invoice)
    assert load.calls() <= calls
    payments = len(load.hubspot("commerce_payments"))
    assert payments == len(load.quickbooks("Payment")) >= len(invoices)
    open_ones = [one["Balance"] for id, one in load.quickbooks("Invoice").items()]
    assert open_ones.count(0) >= len(invoices)


def test_a_load_of_twice_the_records_asks_the_database_hardly_more(
    sandbox: SandboxProcess,
) -> None:
    """A query for each record would be hundreds more."""
    once = Load(sandbox, "hubspot").queries()
    twice = Load(sandbox, "hubspot", size=2).queries()
    assert twice - once <= 20
