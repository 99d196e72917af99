"""What nobody could verify about the vendors, both ways: one trading day under each reading.

Whatever they do, two linked invoices that differ are listed as failing with both amounts, nothing
is booked twice, and the worlds come to rest.
"""

from typing import Any

import pytest

from syncapp.models import RecordLink
from tests.pipeline.agreement import differing_invoices
from tests.pipeline.worlds import Trade
from tests.sandbox_process import SandboxProcess

HUBSPOT = [
    {"api_payments": "ignored"},
    {"api_payments": "refused"},
    {"payments_on_mirror": False},
    {"partial_payments": "ignored"},
    {"overpayment": "refused"},
    {"mirror_totals": "recomputed"},
    {"mirror_status_needs_lines": False},
    {"edit_open_invoices": False},
    {"edit_open_lines": False},
    {"open_in_create": True},
    {"billable_switch": False},
    {"billable_number_writable": True},
    {"balance_writable": True},
    {"invoice_breakdown_properties": False},
    {"stale_header_total": True},
    {"first_company_becomes_primary": False},
    {"association_key_spaces": False},
    {"empty_association_reads": "omitted"},
    {"batch_without_trace": "per_record"},
    {"api_source_type": "API"},
    {"duplicate_property_category": "PROPERTY_EXISTS"},
    {"time_zone": "Pacific/Auckland"},
]
QUICKBOOKS = [
    {"batch_replay": "fault_6000"},
    {"batch_replay": "execute_again"},
    {"batch_max": 10},
    {"batch_items_count": True},
    {"batch_void_invoice": "refused"},
    {"faults_with_status_200": True},
    {"requestid_memory_seconds": 0},
    {"requestid_reused": "first_answer"},
    {"sku_in_select_star": False},
    {"item_description_on_line": True},
    {"service_date_when_off": "dropped"},
    {"auto_apply_when": "before_answer"},
    {"customer_defaults": "term_and_email"},
    {"sparse_demands_required": True},
    {"query_over_max": "refused"},
    {"cdc_limit_counts": "entity"},
    {"cdc_order": "alphabetical"},
    {"payment_ref_max": None},
]


def _named(options: dict[str, Any]) -> str:
    return ",".join(f"{name}={value}" for name, value in options.items())


@pytest.fixture
def day(trade: Trade) -> Trade:
    return trade


@pytest.mark.parametrize("options", HUBSPOT, ids=_named)
def test_hubspot(sandbox: SandboxProcess, day: Trade, options: dict[str, Any]) -> None:
    sandbox.options(hubspot=options)
    trade_and_check(day)


@pytest.mark.parametrize("options", QUICKBOOKS, ids=_named)
def test_quickbooks(sandbox: SandboxProcess, day: Trade, options: dict[str, Any]) -> None:
    sandbox.options(quickbooks={day.realm: options})
    trade_and_check(day)


def trade_and_check(day: Trade) -> None:
    day.start()
    sold = day.hubspot_invoice(day.hours(2))
    bought = day.quickbooks_invoice(day.sales_line(3, "50"))
    day.sync()
    day.pay_in_hubspot(sold, "80.00")
    day.pay_in_quickbooks(bought, "150")
    for booked in day.quickbooks("Invoice").values():
        if booked["Id"] != bought:
            day.pay_in_quickbooks(booked["Id"], "40.00")
    for _ in range(3):
        day.sync()
    assert len(day.quickbooks("Invoice")) == 2
    assert len(day.hubspot("invoices")) == 2
    assert len(day.quickbooks("Payment")) == 3
    assert len(day.hubspot("commerce_payments")) <= 3
    for link, here, there in differing_invoices(day.sandbox.world(), day.realm, day.integration):
        assert link.state == "failing", (link.state, link.category, here, there)
        assert str(there[0]) in link.sentence or str(there[1]) in link.sentence
    waiting = RecordLink.objects.filter(integration=day.integration, state="waiting")
    assert not [(one, one.sentence) for one in waiting]
    day.sync_quietly()
