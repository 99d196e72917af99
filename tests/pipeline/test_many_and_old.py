"""A long pass: what was read first is old, and there may be more than a statement takes."""

import sqlite3
from time import monotonic
from typing import Any

import pytest
from django.db import connection

from syncapp.connectors.quickbooks import changes
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import Integration, PendingChange, RecordLink, SyncActivity
from syncapp.pipeline import context, process, put_back, worklist
from syncapp.pipeline.guards import brake
from tests.pipeline.worlds import Trade, Worlds
from tests.sandbox_process import SandboxProcess


def test_what_is_written_over_in_a_record_linked_just_now_is_told_as_it_was(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are read in the listing, and a person goes on before their turn comes."""
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada", lastname="Berg")
    worlds.customer(
        DisplayName="Ada Berg", GivenName="Adele", FamilyName="Berg",
        PrimaryEmailAddr={"Address": "ada@nordwind.test"},
    )  # fmt: skip
    worlds.rule(Entity.CONTACT, conflict="quickbooks")
    passed: list[float] = []

    def edited_meanwhile(step: str, done: int, total: int | None) -> None:
        if step.startswith("Reading contacts in QuickBooks") and not passed:
            passed.append(40.0)
            worlds.in_hubspot("contacts", "edit", contact, properties={"firstname": "Adah"})

    monkeypatch.setattr(context, "monotonic", lambda: monotonic() + sum(passed))
    integration = Integration.objects.get(pk=worlds.integration.pk)
    process.sync(integration, trigger="command", progress=edited_meanwhile)
    assert worlds.hubspot("contacts")[contact]["firstname"] == "Adele"
    told = [change["before"] for row in SyncActivity.objects.all() for change in row.changes]
    assert "Adah" in told
    worlds.sync()
    worlds.sync_quietly()


class StoppedError(Exception):
    pass


def _stopped_after_reading(step: str, done: int, total: int | None) -> None:
    if step.startswith("Reading contacts in QuickBooks"):
        raise StoppedError


def test_a_list_that_takes_longer_than_a_pass_is_read_on_by_the_next(worlds: Worlds) -> None:
    people = [f"p{number}@nordwind.test" for number in range(230)]
    for email in people:
        worlds.contact(email=email, lastname=email)
    rule = worlds.rule(Entity.CONTACT)
    brake.announce(rule)
    rule.save()
    written = []
    for _ in range(3):
        integration = Integration.objects.get(pk=worlds.integration.pk)
        written.append(process.sync(integration, trigger="schedule", seconds=0).writes)
    assert written[:2] == [
        0,
        0,
    ]  # two pages of a hundred were read, and nothing begun before the end
    worlds.sync()
    customers = worlds.quickbooks("Customer").values()
    assert sorted(one["PrimaryEmailAddr"]["Address"] for one in customers) == sorted(people)
    worlds.sync_quietly()


def test_a_load_whose_records_are_shown_again_before_their_turn_is_still_announced(
    worlds: Worlds, settings: Any
) -> None:
    settings.BRAKE = {**settings.BRAKE, "makes": (2, 0)}
    for number in range(5):
        worlds.contact(email=f"p{number}@nordwind.test", lastname="Berg")
    rule = worlds.rule(Entity.CONTACT)
    brake.announce(rule)
    rule.save()
    with pytest.raises(StoppedError):
        process.sync(worlds.integration, trigger="schedule", progress=_stopped_after_reading)
    worlds.sync()
    assert len(worlds.quickbooks("Customer")) == 5


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_more_records_than_a_statement_takes_go_on_the_worklist(worlds: Worlds) -> None:
    connection.ensure_connection()
    raw: Any = connection.connection
    before = raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 6000)
    refs = [RecordRef(Side.HUBSPOT, Entity.CONTACT, str(number)) for number in range(9000)]
    try:
        for _ in range(2):
            worklist.add(worlds.integration, refs)
    finally:
        raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)
    assert PendingChange.objects.filter(dirty=2).count() == len(refs)


def test_a_helping_that_is_halved_is_counted_once_by_the_brake(
    trade: Trade, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BRAKE = {"makes": (4, 20), "removals": (1, 5)}
    trade.start()
    trade.sync_quietly()
    for number in range(4):
        trade.contact(email=f"p{number}@acme.test", lastname=f"Person {number}")
    real, broken = put_back.send_all, []

    def breaks_once(*given: Any, **how: Any) -> None:
        if not broken:
            broken.append(True)
            raise ZeroDivisionError("a mistake of ours")
        real(*given, **how)

    monkeypatch.setattr(put_back, "send_all", breaks_once)
    trade.sync()
    assert len(trade.quickbooks("Customer")) == 5


@pytest.mark.parametrize("kind", ["Invoice", "Payment"])
def test_a_deletion_before_more_changes_than_one_answer_holds_is_found(
    sandbox: SandboxProcess, trade: Trade, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """As after a weekend without a worker."""
    monkeypatch.setattr(changes, "FULL", 8)
    monkeypatch.setattr(changes, "ROOM_FOR_DELETED", 2)
    trade.start()
    sandbox.options(quickbooks={trade.realm: {"cdc_max": 8}})
    gone = invoice = trade.quickbooks_invoice(trade.sales_line(9, "50"))
    if kind == "Payment":
        gone = trade.pay_in_quickbooks(invoice, "30")
    trade.sync()
    sandbox.advance(600)
    trade.sync()
    link = RecordLink.objects.get(entity=kind.lower())
    trade.in_quickbooks(kind, "delete", gone)
    sandbox.advance(1000)
    for _ in range(9):
        other = trade.quickbooks_invoice(trade.sales_line(1, "50"))
        if kind == "Payment":
            trade.pay_in_quickbooks(other, "10")
    for _ in range(4):
        trade.sync()
        sandbox.advance(120)
    link.refresh_from_db()
    assert link.state == "excluded"
    trade.sync_quietly()
