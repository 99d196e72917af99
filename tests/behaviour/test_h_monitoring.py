"""What people see of a sync: numbers, states, activity, and whether it is working."""

import json
from collections import Counter
from io import StringIO
from typing import Any

from django.core.management import call_command

from syncapp.engine.records import Entity, Side
from syncapp.models import Integration, RecordLink
from syncapp.pipeline import worklist
from syncapp.reporting.status import IntegrationStatus, status_of
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade


def exported(what: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("export", "--what", what, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def status(trade: Trade) -> IntegrationStatus:
    return status_of(Integration.objects.get(pk=trade.integration.pk))


def trade_with_every_kind_of_record(trade: Trade) -> None:
    trade.start()
    stranger = trade.contact(firstname="Nameless")
    trade.hubspot_invoice(trade.hours(1), contact=stranger)
    trade.hubspot_invoice(trade.hours(2))
    trade.in_hubspot("products", properties={"name": "No number"})
    trade.sync()


@item("H2")
def test_counts_per_entity_and_state_add_up_to_the_records_of_both_apps(trade: Trade) -> None:
    trade_with_every_kind_of_record(trade)
    counts = status(trade).entities
    assert counts["invoice"]["in_sync"] == counts["invoice"]["failing"] == 1
    assert counts["contact"]["in_sync"] == counts["contact"]["excluded"] == 1
    for entity, kinds in (
        (Entity.CONTACT, ("contacts", "Customer")),
        (Entity.INVOICE, ("invoices", "Invoice")),
    ):
        known = RecordLink.objects.filter(integration=trade.integration, entity=entity)
        seen = {
            *((Side.HUBSPOT, id_) for id_ in trade.hubspot(kinds[0])),
            *((Side.QUICKBOOKS, id_) for id_ in trade.quickbooks(kinds[1])),
        }
        told = {(side, one.id_on(side)) for one in known for side in Side if one.id_on(side)}
        assert told == seen
        assert sum(counts[entity].values()) == known.count()


@item("G8", "G9", "H11")
def test_all_failures_of_all_entities_stand_in_one_list_with_their_explanation(
    trade: Trade,
) -> None:
    account = {"income_account": trade.income_account}
    trade.rule(Entity.PRODUCT, direction="both", options=account)
    trade_with_every_kind_of_record(trade)
    trade.rule(Entity.PRODUCT, direction="both", options=account)
    trade.in_hubspot("products", properties={"name": "N" * 101, "hs_sku": "LONG-1"})
    trade.sync()
    failing = exported("failing")
    assert Counter(row["entity"] for row in failing) == {"invoice": 1, "product": 1}
    assert all(row["reason"] and len(row["sentence"]) > 20 for row in failing)
    excluded = exported("excluded")
    assert {row["reason"] for row in excluded} >= {"no_email", "no_sku"}
    assert len(exported("links")) == RecordLink.objects.count()


@item("H6", "H10")
def test_each_record_keeps_what_happened_to_it_field_by_field(trade: Trade) -> None:
    trade.start()
    changed = {"lastname": "Berge"}
    trade.in_hubspot("contacts", "edit", trade.contact_id, properties=changed)
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.CONTACT, trade.contact_id)
    happened = list(link.activity.order_by("at", "id"))
    assert [one.action for one in happened] == ["created", "updated"]
    (change,) = happened[-1].changes
    assert (change["before"], change["after"], change["target"]) == ("Berg", "Berge", "quickbooks")
    assert happened[-1].vendor_request_id
    assert happened[-1].run is not None


@item("H8")
def test_it_says_whether_it_is_idle_or_working(trade: Trade) -> None:
    trade.start()
    trade.sync()
    assert status(trade).idle
    link = trade.link(Side.HUBSPOT, Entity.CONTACT, trade.contact_id)
    ref = worklist.any_ref(link.entity, link.hubspot_id, link.quickbooks_id)
    assert ref is not None
    worklist.add(trade.integration, [ref])
    now = status(trade)
    assert (now.idle, now.pending_rows) == (False, 1)
    trade.sync()
    assert status(trade).idle


@item("H9")
def test_a_record_can_be_put_on_the_worklist_again_by_hand(trade: Trade) -> None:
    trade.start()
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.CONTACT, trade.contact_id)
    seen = link.seen_at
    ref = worklist.any_ref(link.entity, link.hubspot_id, link.quickbooks_id)
    assert ref is not None
    assert seen is not None
    worklist.add(trade.integration, [ref])
    trade.sync_quietly()
    link.refresh_from_db()
    assert link.seen_at is not None
    assert link.seen_at > seen
    assert link.state == "in_sync"
