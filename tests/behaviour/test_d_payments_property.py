"""Whatever people do with payments on both sides: nothing is booked twice, nothing beyond what is
owed, and at rest every invoice agrees to the cent or says that it does not."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from syncapp.engine.records import Entity
from syncapp.models import Connection, Integration, RecordLink
from tests.behaviour.naming import item
from tests.pipeline.agreement import differing_invoices
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money
from tests.sandbox_process import ControlError, SandboxProcess

Step = tuple[str, int, str]
MARKER = "[HubSpot "

PAYS = ("pay in HubSpot", "pay in QuickBooks")
TAKES_BACK = (
    *("refund in HubSpot", "refund a part in HubSpot", "delete in HubSpot"),
    *("delete in QuickBooks", "void in QuickBooks"),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(PAYS), st.integers(0, 2), st.sampled_from(("50", "50", "80.10", "200"))
        ),
        st.tuples(st.sampled_from(TAKES_BACK), st.integers(0, 4), st.just("")),
        st.just(("sync", 0, "")),
    ),
    min_size=6,
    max_size=10,
)
SYNC = ("sync", 0, "")
# More than is open from both sides at once, on an invoice of either origin; then some of it goes.
BOTH_SIDES = [
    ("pay in HubSpot", 0, "200"),
    ("pay in QuickBooks", 0, "80.10"),
    ("pay in QuickBooks", 2, "200"),
    ("pay in HubSpot", 2, "50"),
    SYNC,
    ("delete in QuickBooks", 0, ""),
    ("refund in HubSpot", 0, ""),
    SYNC,
]
# What was booked is taken back in part, and as a whole on the side that did not enter it.
TAKEN_BACK = [
    ("pay in HubSpot", 0, "80.10"),
    ("pay in QuickBooks", 1, "50"),
    SYNC,
    ("refund a part in HubSpot", 0, ""),
    ("delete in HubSpot", 1, ""),
    ("void in QuickBooks", 0, ""),
    SYNC,
]


@pytest.mark.slow
@item("D21", "D24")
@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(steps=BOTH_SIDES)
@example(steps=TAKEN_BACK)
@given(steps=STEPS)
def test_nothing_is_booked_twice_nor_beyond_what_is_owed(
    sandbox: SandboxProcess, settings: Settings, steps: list[Step]
) -> None:
    trade, invoices = three_invoices(sandbox, settings)
    for step in steps:
        take(trade, invoices, step)
        if step[0] == "sync":
            check_never_too_much(trade)
    settle_down(trade)
    check_never_too_much(trade)
    check_agreement(trade)


def three_invoices(
    sandbox: SandboxProcess, settings: Settings
) -> tuple[Trade, list[tuple[str, str]]]:
    """Two born in HubSpot and one in QuickBooks, of 200.00 each: their ids there and there."""
    Integration.objects.all().delete()
    Connection.objects.all().delete()
    credentials = sandbox.reset()
    for vendor in ("hubspot", "quickbooks"):
        for part in ("client_id", "client_secret"):
            setattr(settings, f"{vendor}_{part}".upper(), credentials[vendor][part])
    trade = Trade(sandbox, credentials)
    trade.start()
    for _ in range(2):
        trade.hubspot_invoice(trade.hours(2))
    trade.quickbooks_invoice(trade.sales_line(4, "50"))
    trade.sync()
    rows = RecordLink.objects.filter(entity=Entity.INVOICE).order_by("pk")
    return trade, [(str(row.hubspot_id), str(row.quickbooks_id)) for row in rows]


def take(trade: Trade, invoices: list[tuple[str, str]], step: Step) -> None:
    """What the app does not let people do now is left out."""
    action, which, amount = step
    with suppress(ControlError):
        match action.split()[0]:
            case "sync":
                trade.sync()
            case "pay" if "HubSpot" in action:
                trade.pay_in_hubspot(invoices[which][0], amount)
            case "pay":
                trade.pay_in_quickbooks(invoices[which][1], amount)
            case verb:
                take_back(trade, verb, action, which)


def take_back(trade: Trade, verb: str, action: str, which: int) -> None:
    if "QuickBooks" in action:
        payments = [id_ for id_, one in trade.quickbooks("Payment").items() if one["TotalAmt"]]
        for payment in payments[which : which + 1]:
            trade.in_quickbooks("Payment", verb, payment)
    else:
        part = {"amount": "20"} if "part" in action else {}
        for payment in list(trade.hubspot("commerce_payments"))[which : which + 1]:
            trade.in_hubspot("commerce_payments", verb, payment, **part)


def check_never_too_much(trade: Trade) -> None:
    """No copy without an original, none larger, none twice; no invoice is paid beyond its total."""
    world = trade.sandbox.world()
    company = world["quickbooks"]["companies"][trade.realm]
    here = world["hubspot"]["objects"].get("commerce_payments", {})
    there = company.get("Payment", {})
    check_copies(copies_in_quickbooks(there), entered_in_hubspot(here))
    check_copies(copies_in_hubspot(here), entered_in_quickbooks(there))
    for invoice in company["Invoice"].values():
        assert money(invoice["Balance"]) >= 0
    for invoice in trade.hubspot("invoices").values():
        assert money(invoice["hs_amount_paid"]) <= money(invoice["hs_amount_billed"])


def check_copies(copies: dict[str, list[Decimal]], originals: dict[str, Decimal]) -> None:
    for original, amounts in copies.items():
        assert len(amounts) == 1, f"{original} was booked {len(amounts)} times"
        assert amounts[0] <= originals[original]


def entered_in_hubspot(payments: dict[str, Any]) -> dict[str, Decimal]:
    """By people, what they have removed since included."""
    return {
        id_: money(one["properties"]["hs_initial_amount"])
        for id_, one in payments.items()
        if not one["properties"].get("ledgerline_key")
    }


def entered_in_quickbooks(payments: dict[str, Any]) -> dict[str, Decimal]:
    return {
        id_: money(one["TotalAmt"]) for id_, one in payments.items() if MARKER not in note_of(one)
    }


def copies_in_quickbooks(payments: dict[str, Any]) -> dict[str, list[Decimal]]:
    """What we booked and still counts, by the payment in HubSpot; all of it settles an invoice."""
    found: dict[str, list[Decimal]] = {}
    for one in payments.values():
        _, marker, rest = note_of(one).rpartition(MARKER)
        if marker and not one.get("_deleted") and money(one["TotalAmt"]):
            assert money(one["UnappliedAmt"]) == 0
            found.setdefault(rest.rstrip("]").split("/")[1], []).append(money(one["TotalAmt"]))
    return found


def copies_in_hubspot(payments: dict[str, Any]) -> dict[str, list[Decimal]]:
    """What we recorded there, by the payment in QuickBooks, each of which settles one invoice."""
    found: dict[str, list[Decimal]] = {}
    for one in payments.values():
        key = one["properties"].get("ledgerline_key")
        if key and not one["archived"]:
            original = key.split(":")[2].split("/")[0]
            found.setdefault(original, []).append(money(one["properties"]["hs_initial_amount"]))
    return found


def note_of(payment: dict[str, Any]) -> str:
    return str(payment.get("PrivateNote") or "")


def check_agreement(trade: Trade) -> None:
    found = differing_invoices(trade.sandbox.world(), trade.realm, trade.integration)
    for link, here, there in found:
        assert link.state == "failing", (link.category, here, there)
        for amount in (here[1], there[1]):
            assert f"{amount} USD" in link.sentence
