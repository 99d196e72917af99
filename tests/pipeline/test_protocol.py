"""The rules of writing once, each alone: what the others would also catch is taken away."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from syncapp.connectors.hubspot import verifying
from syncapp.connectors.hubspot.invoice_writing import InvoiceWriter
from syncapp.connectors.quickbooks.connector import QuickBooksConnector
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.errors import Unavailable
from syncapp.models import (
    ChangeCursor,
    Connection,
    PendingChange,
    RecordLink,
    SyncActivity,
    WriteBatch,
    WriteIntent,
)
from syncapp.pipeline import detect, intents, process, worklist
from syncapp.pipeline.by_hand import protection
from tests.pipeline.worlds import Trade, Worlds, money
from tests.sandbox_process import SandboxProcess

DAY = 86_400
Act = Callable[[], object]


def restored(trade: Trade, invoice: str) -> None:
    """As after restoring a backup from before this invoice was sent, with cursors that are
    further: nothing but the invoice itself is looked at."""
    WriteIntent.objects.all().delete()
    WriteBatch.objects.all().delete()
    RecordLink.objects.filter(entity=Entity.INVOICE).delete()
    PendingChange.objects.all().delete()
    worklist.add(trade.integration, [RecordRef(Side.HUBSPOT, Entity.INVOICE, invoice)])


def sent_ids(sandbox: SandboxProcess, endpoint: str) -> list[str]:
    entries = sandbox.requests(entries=True)["entries"]
    return [one["request_id"] for one in entries
            if one["method"] == "POST" and one["endpoint"].endswith(endpoint)]  # fmt: skip


@pytest.fixture
def before_sending(monkeypatch: pytest.MonkeyPatch) -> Callable[[Act], None]:
    """A person acts after our read and our decision, and before our write."""

    def arrange(act: Act) -> None:
        real, done = intents.commit, []

        def committed(*given: Any) -> None:
            real(*given)
            if not done:
                done.append(act())

        monkeypatch.setattr(intents, "commit", committed)

    return arrange


def test_a_write_has_the_same_id_after_a_restored_backup(
    sandbox: SandboxProcess, trade: Trade
) -> None:
    """Queries do not show the copy yet: only the id tells QuickBooks that it has made it."""
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    sandbox.options(quickbooks={trade.realm: {"query_lag_seconds": DAY}})
    sandbox.forget_requests()
    trade.sync()
    sandbox.advance(DAY / 2)
    for _ in range(2):  # past the looks further back
        trade.sync()
    restored(trade, invoice)
    trade.sync()
    first, second = sent_ids(sandbox, "/invoice")
    assert first == second
    assert len(trade.quickbooks("Invoice")) == 1
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"


def test_the_first_send_is_looked_up_too(sandbox: SandboxProcess, trade: Trade) -> None:
    """QuickBooks has forgotten the id, nobody numbers the invoice, and no change is told."""
    trade.start()
    off = {"hubspot": "hs_number", "quickbooks": "DocNumber", "is_on": False}
    trade.rule(Entity.INVOICE, mappings=[off])
    sandbox.options(quickbooks={trade.realm: {"requestid_memory_seconds": 60}})
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    sandbox.advance(DAY)
    for _ in range(2):  # past the looks further back
        trade.sync()
    restored(trade, invoice)
    trade.sync()
    assert len(trade.quickbooks("Invoice")) == 1
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"


@pytest.mark.parametrize("is_sent", [True, False])
def test_a_worker_that_dies_in_a_send_leaves_its_question(
    trade: Trade, monkeypatch: pytest.MonkeyPatch, is_sent: bool
) -> None:
    """As the queue ends a task that takes too long: it raises, anywhere, what nobody catches."""
    trade.start()
    trade.hubspot_invoice(trade.hours(2))
    _die_sending(trade, monkeypatch, is_sent=is_sent)
    assert WriteIntent.objects.get(entity=Entity.INVOICE).state == "open"
    trade.sync()
    trade.sync()
    assert len(trade.quickbooks("Invoice")) == 1
    assert not WriteIntent.objects.filter(state="open")
    trade.sync_quietly()


def test_a_page_that_was_not_stored_is_read_again(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    cursors = ChangeCursor.objects.filter(side=Side.HUBSPOT).values_list("since", "page")
    before = list(cursors)
    worlds.in_hubspot("contacts", "edit", contact, properties={"firstname": "Adele"})
    real = worklist.add

    def dies(integration: Any, refs: Any, **more: Any) -> None:
        refs = list(refs)
        if refs:
            raise SystemExit("the task takes too long")
        real(integration, refs, **more)

    with monkeypatch.context() as patch:
        patch.setattr(detect.worklist, "add", dies)
        with pytest.raises(SystemExit):
            worlds.sync()
    assert list(cursors.all()) == before
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer").values()
    assert customer["GivenName"] == "Adele"


def test_an_edit_in_quickbooks_between_read_and_write_is_asked_about(
    worlds: Worlds, before_sending: Callable[[Act], None]
) -> None:
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada", phone="555 0100")
    worlds.rule(Entity.CONTACT, conflict="ask")
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    worlds.in_hubspot("contacts", "edit", contact, properties={"phone": "555 0111"})
    phone = {"PrimaryPhone": {"FreeFormNumber": "555 0122"}}
    before_sending(lambda: worlds.in_quickbooks("Customer", "edit", customer, fields=phone))
    worlds.sync()
    worlds.sync()
    assert worlds.quickbooks("Customer")[customer]["PrimaryPhone"] == phone["PrimaryPhone"]
    assert worlds.hubspot("contacts")[contact]["phone"] == "555 0111"
    assert RecordLink.objects.get().state == "needs_decision"


def test_an_edit_of_another_field_in_hubspot_between_read_and_write_survives(
    worlds: Worlds, before_sending: Callable[[Act], None]
) -> None:
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada", city="Oslo")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    worlds.in_quickbooks("Customer", "edit", customer, fields={"GivenName": "Adele"})
    city = {"city": "Bergen"}
    before_sending(lambda: worlds.in_hubspot("contacts", "edit", contact, properties=city))
    worlds.sync()
    worlds.sync()
    here = worlds.hubspot("contacts")[contact]
    assert (here["firstname"], here["city"]) == ("Adele", "Bergen")
    assert worlds.quickbooks("Customer")[customer]["BillAddr"]["City"] == "Bergen"


def test_a_replayed_answer_of_a_deleted_record_links_nothing(
    sandbox: SandboxProcess, trade: Trade
) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    first = trade.one_invoice_in_quickbooks()["Id"]
    sandbox.advance(600)
    trade.sync()
    trade.in_quickbooks("Invoice", "delete", first)
    restored(trade, invoice)
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert link.quickbooks_id != first
    trade.sync()
    (booked,) = trade.quickbooks("Invoice")
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).quickbooks_id == booked


def test_a_silent_batch_is_sent_again_as_it_was(sandbox: SandboxProcess, trade: Trade) -> None:
    trade.start()
    for number in range(1, 4):
        trade.hubspot_invoice(trade.hours(number))
    sandbox.fault("drop_before_commit", vendor="quickbooks", method="POST", path="batch", times=1)
    trade.sync()
    (stored,) = WriteBatch.objects.filter(side="quickbooks", intents__state="open").distinct()
    sandbox.forget_requests()
    trade.sync()
    assert sent_ids(sandbox, "/batch")[0] == stored.batch_id
    assert len(trade.quickbooks("Invoice")) == 3


def test_a_change_over_an_unanswered_write_waits_for_its_answer(
    sandbox: SandboxProcess, trade: Trade, settings: Any
) -> None:
    settings.UNKNOWN_REST = 150
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    sandbox.fault("drop_after_commit", vendor="quickbooks", method="POST", path="batch|invoice",
                  times=1)  # fmt: skip
    trade.sync()
    trade.in_hubspot("invoices", "edit", invoice, properties={"hs_comments": "Later"})
    for _ in range(2):
        trade.sync()
    assert trade.one_invoice_in_quickbooks().get("CustomerMemo") is None
    assert WriteIntent.objects.filter(entity=Entity.INVOICE).count() == 1
    settings.UNKNOWN_REST = 0
    PendingChange.objects.update(due_at="2020-01-01T00:00:00Z")
    trade.sync()
    trade.sync()
    assert trade.one_invoice_in_quickbooks()["CustomerMemo"]["value"] == "Later"
    trade.sync_quietly()


@pytest.mark.parametrize("answer", ["arrives", "is lost"])
@pytest.mark.parametrize("conflict", ["ask", "hubspot", "quickbooks"])
def test_an_edit_in_hubspot_between_read_and_write_is_never_lost_silently(
    worlds: Worlds, before_sending: Callable[[Act], None], conflict: str, answer: str
) -> None:
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada", phone="555 0100")
    worlds.rule(Entity.CONTACT, conflict=conflict)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    phone = {"PrimaryPhone": {"FreeFormNumber": "555 0122"}}
    worlds.in_quickbooks("Customer", "edit", customer, fields=phone)
    edit = {"phone": "555 0111"}
    before_sending(lambda: worlds.in_hubspot("contacts", "edit", contact, properties=edit))
    if answer == "is lost":
        worlds.sandbox.fault("drop_after_commit", vendor="hubspot", method="POST",
                             path="batch/update", times=1)  # fmt: skip
    for _ in range(3):
        worlds.sync()
    here = worlds.hubspot("contacts")[contact]["phone"]
    there = worlds.quickbooks("Customer")[customer]["PrimaryPhone"]["FreeFormNumber"]
    expected = {
        "ask": ("555 0111", "555 0122", "needs_decision"),
        "hubspot": ("555 0111", "555 0111", "in_sync"),
        "quickbooks": ("555 0122", "555 0122", "in_sync"),
    }[conflict]
    assert (here, there, RecordLink.objects.get().state) == expected
    changes = [change for row in SyncActivity.objects.all() for change in row.changes]
    lost = {change["before"] for change in changes if change["lost"]}
    assert {"ask": "", "hubspot": "555 0122", "quickbooks": "555 0111"}[conflict] in {"", *lost}
    if conflict == "quickbooks":
        assert "555 0111" in lost
    worlds.sync_quietly()


def test_an_edit_in_hubspot_right_after_our_write_travels(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before we have read back what became of the record."""
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada", phone="555 0100")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    phone = {"PrimaryPhone": {"FreeFormNumber": "555 0122"}}
    worlds.in_quickbooks("Customer", "edit", customer, fields=phone)
    real, edit = verifying._read, {"phone": "555 0133"}

    def read(*given: Any) -> Any:
        monkeypatch.setattr(verifying, "_read", real)
        worlds.in_hubspot("contacts", "edit", contact, properties=edit)
        return real(*given)

    monkeypatch.setattr(verifying, "_read", read)
    for _ in range(3):
        worlds.sync()
    there = worlds.quickbooks("Customer")[customer]["PrimaryPhone"]["FreeFormNumber"]
    assert (worlds.hubspot("contacts")[contact]["phone"], there) == ("555 0133", "555 0133")
    worlds.sync_quietly()


def test_an_edit_of_a_mirrors_line_between_read_and_write_is_told(
    trade: Trade, before_sending: Callable[[Act], None]
) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(2, "50"))
    trade.sync()
    (line,) = trade.hubspot("line_items")
    (booked, *_) = trade.quickbooks("Invoice")[invoice]["Line"]
    more = trade.sales_line(3, "50", Id=booked["Id"])
    trade.in_quickbooks("Invoice", "edit", invoice, fields={"Line": [more]})
    edit = {"quantity": "9"}
    before_sending(lambda: trade.in_hubspot("line_items", "edit", line, properties=edit))
    trade.sync()
    trade.sync()
    assert trade.hubspot("line_items")[line]["quantity"] == "3"
    changes = [change for row in SyncActivity.objects.all() for change in row.changes]
    assert any("9 ×" in change["before"] for change in changes if change["lost"]), changes
    trade.sync_quietly()


@pytest.mark.parametrize("way_out", [protection.restore, protection.accept])
def test_an_edit_of_a_line_while_a_person_settles_a_protected_change_is_told(
    sandbox: SandboxProcess,
    trade: Trade,
    before_sending: Callable[[Act], None],
    way_out: Callable[[RecordLink], None],
) -> None:
    sandbox.options(hubspot={"edit_open_invoices": True})
    trade.start()
    if way_out is protection.restore:
        trade.quickbooks_invoice(trade.sales_line(2, "50"))
    else:
        trade.hubspot_invoice(trade.hours(2, "50"))
    trade.sync()
    (line,) = trade.hubspot("line_items")
    if way_out is protection.restore:
        trade.in_hubspot("line_items", "edit", line, properties={"quantity": "5"})
    else:
        booked = trade.one_invoice_in_quickbooks()
        more = trade.sales_line(3, "50", Id=booked["Line"][0]["Id"])
        trade.in_quickbooks("Invoice", "edit", booked["Id"], fields={"Line": [more]})
    trade.sync()
    link = RecordLink.objects.get(entity=Entity.INVOICE)
    assert link.category == "protected_change"
    edit = {"quantity": "9"}
    before_sending(lambda: trade.in_hubspot("line_items", "edit", line, properties=edit))
    way_out(link)
    trade.sync()
    assert trade.hubspot("line_items")[line]["quantity"] in ("2", "3")
    changes = [change for row in SyncActivity.objects.all() for change in row.changes]
    assert any("9 ×" in change["before"] for change in changes if change["lost"]), changes
    trade.sync_quietly()


@pytest.mark.parametrize("conflict", ["hubspot", "quickbooks"])
def test_another_edit_while_a_person_settles_a_protected_change_is_never_lost(
    trade: Trade, before_sending: Callable[[Act], None], conflict: str
) -> None:
    """The way out writes what else has changed along with it."""
    trade.start()
    trade.rule(Entity.INVOICE, conflict=conflict)
    invoice = trade.quickbooks_invoice(trade.sales_line(2, "50"))
    trade.sync()
    (line,) = trade.hubspot("line_items")
    (mirror,) = trade.hubspot("invoices")
    trade.in_hubspot("line_items", "edit", line, properties={"quantity": "5"})
    trade.sync()
    memo = {"CustomerMemo": {"value": "By the books"}}
    trade.in_quickbooks("Invoice", "edit", invoice, fields=memo)
    edit = {"hs_comments": "By a seller"}
    before_sending(lambda: trade.in_hubspot("invoices", "edit", mirror, properties=edit))
    protection.restore(RecordLink.objects.get(entity=Entity.INVOICE))
    for _ in range(2):
        trade.sync()
    there = trade.quickbooks("Invoice")[invoice]["CustomerMemo"]["value"]
    assert trade.hubspot("invoices")[mirror]["hs_comments"] == there
    changes = [change for row in SyncActivity.objects.all() for change in row.changes]
    lost = {change["before"] for change in changes if change["lost"]}
    assert {there, *lost} >= {"By the books", "By a seller"}
    trade.sync_quietly()


def test_one_read_for_fifty_updates_tells_what_they_replaced(
    sandbox: SandboxProcess, worlds: Worlds
) -> None:
    for number in range(60):
        worlds.customer(DisplayName=f"Customer {number}",
                        PrimaryEmailAddr={"Address": f"c{number}@acme.test"})  # fmt: skip
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    for customer in worlds.quickbooks("Customer"):
        worlds.in_quickbooks("Customer", "edit", customer, fields={"GivenName": "Ada"})
    sandbox.forget_requests()
    worlds.sync()
    by_endpoint = sandbox.requests()["by_endpoint"]
    reads = sum(n for name, n in by_endpoint.items() if name.endswith("contacts/batch/read"))
    assert reads <= 1 + 2


@pytest.mark.parametrize("trouble", ["busy", "our mistake"])
def test_a_document_whose_last_call_did_not_go_is_not_taken_for_written(
    sandbox: SandboxProcess, trade: Trade, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """Its lines are changed, its own properties are not."""
    trade.start()
    bill = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sync()
    lines = [trade.sales_line(5, "50")]
    edit = {"Line": lines, "DueDate": "2031-06-10"}
    trade.in_quickbooks("Invoice", "edit", bill, fields=edit)
    with monkeypatch.context() as patch:
        if trouble == "busy":
            sandbox.fault("status", vendor="hubspot", method="POST", path="invoices/batch/update",
                          status=429, headers={"Retry-After": "1"}, times=1)  # fmt: skip
        else:
            patch.setattr(InvoiceWriter, "_after_finish", _breaks)
        with suppress(Unavailable):
            trade.sync()
    Connection.objects.update(paused_until=None)
    sandbox.advance(5)
    for _ in range(3):
        PendingChange.objects.update(due_at="2020-01-01T00:00:00Z")
        with suppress(Unavailable):
            trade.sync()
    (mirror,) = trade.hubspot("invoices").values()
    assert mirror["hs_due_date"].startswith("2031-06-10")
    assert money(mirror["ledgerline_total"]) == 250
    assert RecordLink.objects.get(entity=Entity.INVOICE).state == "in_sync"


def _breaks(*_: object) -> None:
    raise ZeroDivisionError("a mistake of ours")


@pytest.mark.parametrize("number", [1, 2])
def test_a_document_that_was_cut_off_between_two_steps_is_told_once(
    trade: Trade, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The answer to what made it is committed, the next step is not: nothing is open."""
    trade.start()
    booked = trade.quickbooks_invoice(trade.sales_line(2, "100"))
    real = intents.commit

    def dies(work: Any, sendings: Any, keyed: Any) -> None:
        if any(one.write.step == number for one in keyed):
            raise SystemExit("the task takes too long")
        real(work, sendings, keyed)

    with monkeypatch.context() as patch:
        patch.setattr(intents, "commit", dies)
        with pytest.raises(SystemExit):
            trade.sync()
    assert not WriteIntent.objects.filter(state="open")
    trade.sync()
    trade.sync()

    (mirror,) = trade.hubspot("invoices")
    assert trade.hubspot("invoices")[mirror]["hs_invoice_status"] == "open"
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, booked)
    told = SyncActivity.objects.filter(link=link, side=Side.HUBSPOT, action="created")
    assert [one.intent_id for one in told] != [None]
    assert told.count() == 1


def test_a_payment_whose_answer_is_awaited_and_its_invoice_do_not_wake_each_other(
    trade: Trade, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """QuickBooks shows what a killed worker sent, and nobody knows of it before it has rested."""
    settings.UNKNOWN_REST = 150
    trade.start()
    sent = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.in_hubspot("invoices", "pay", sent)
    _die_sending(trade, monkeypatch, is_sent=True)
    helpings: list[str] = []
    work_on = process.process

    def counted(work: Any, rows: Any) -> None:
        helpings.append(rows[0].entity)
        assert len(helpings) < 10, helpings
        work_on(work, rows)

    monkeypatch.setattr(process, "process", counted)
    trade.sync()
    assert len(trade.quickbooks("Payment")) == 1
    settings.UNKNOWN_REST = 0
    helpings.clear()
    trade.sync()
    assert not WriteIntent.objects.filter(state="open")
    assert len(trade.quickbooks("Payment")) == len(trade.hubspot("commerce_payments")) == 1


def _die_sending(trade: Trade, monkeypatch: pytest.MonkeyPatch, *, is_sent: bool) -> None:
    """A pass whose worker ends at its first write to QuickBooks, before it or after it."""
    real = QuickBooksConnector.apply

    def dies(self: QuickBooksConnector, writes: Any) -> None:
        if is_sent:
            real(self, writes)
        raise SystemExit("the task takes too long")

    with monkeypatch.context() as patch:
        patch.setattr(QuickBooksConnector, "apply", dies)
        with pytest.raises(SystemExit):
            trade.sync()
