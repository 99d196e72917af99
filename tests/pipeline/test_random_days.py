"""Random days of an office: people work in both apps, answers are lost, and passes run in between.
Whatever happens, nothing is there twice, amounts agree where a record says so, and all comes to
rest. A seed that failed is added to the list."""

import os
from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime
from random import Random
from typing import Any

import pytest

from syncapp.engine.records import Entity
from syncapp.errors import OutcomeUnknown, Unavailable
from syncapp.models import Connection, Integration, PendingChange, RecordLink
from syncapp.pipeline import worklist
from tests.pipeline.agreement import differing_invoices
from tests.pipeline.worlds import Trade
from tests.sandbox_process import ControlError

MOST_HELPINGS = 120
SEEDS = [int(seed) for seed in os.environ.get("DAYS", "1 2 3").split()]


class Office:
    def __init__(self, trade: Trade, seed: int) -> None:
        self.trade, self.random = trade, Random(seed)  # noqa: S311  no secret
        self.told: list[str] = []
        self.made: Counter[str] = Counter()

    def live(self, side: str, kind: str) -> list[str]:
        world = self.trade.hubspot(kind) if side == "hubspot" else self.trade.quickbooks(kind)
        return sorted(world, key=int)

    def one_of(self, side: str, kind: str) -> str:
        found = self.live(side, kind)
        return self.random.choice(found) if found else ""

    def act(self) -> None:
        action = self.random.choice(ACTIONS)
        try:
            self.told.append(f"{action.__name__}: {action(self)}")
        except ControlError as refusal:
            self.told.append(f"{action.__name__}: refused, {refusal}")


def new_contact(self: Office) -> str:
    n = self.random.randrange(6)
    self.made["people"] += 1
    return self.trade.contact(
        email=f"p{n}@acme.test", firstname=f"P{n}", **self.random.choice([{}, {"company": "Acme"}])
    )


def new_customer(self: Office) -> str:
    n = self.random.randrange(6)
    self.made["people"] += 1
    return self.trade.customer(
        DisplayName=f"C{n} {self.random.randrange(1000)}",
        PrimaryEmailAddr={"Address": f"P{n}@acme.test"},
    )


def edit_contact(self: Office) -> str:
    id_ = self.one_of("hubspot", "contacts")
    field = self.random.choice(["firstname", "city", "company", "email"])
    value = f"v{self.random.randrange(50)}" + ("@acme.test" if field == "email" else "")
    return self.trade.in_hubspot("contacts", "edit", id_, properties={field: value})


def edit_customer(self: Office) -> str:
    id_ = self.one_of("quickbooks", "Customer")
    fields = self.random.choice([
        {"GivenName": f"g{self.random.randrange(50)}"},
        {"BillAddr": {"City": f"c{self.random.randrange(50)}"}},
        {"PrimaryEmailAddr": {"Address": f"v{self.random.randrange(50)}@acme.test"}},
    ])  # fmt: skip
    return self.trade.in_quickbooks("Customer", "edit", id_, fields=fields)


def delete_contact(self: Office) -> str:
    ids = [one for one in self.live("hubspot", "contacts") if one != self.trade.contact_id]
    return self.trade.in_hubspot("contacts", "delete", self.random.choice(ids)) if ids else "-"


def merge_contacts(self: Office) -> str:
    ids = self.live("hubspot", "contacts")
    if len(ids) < 2:
        return "-"
    one, other = self.random.sample(ids, 2)
    if other == self.trade.contact_id:
        one, other = other, one
    self.trade.sandbox.person("hubspot", "merge", "contacts", one, other_id=other)
    return f"{one} < {other}"


def deactivate_customer(self: Office) -> str:
    id_ = self.one_of("quickbooks", "Customer")
    return self.trade.in_quickbooks("Customer", "deactivate", id_)


def new_invoice(self: Office) -> str:
    self.made["invoices"] += 1
    lines = [
        self.random.choice([
            self.trade.hours(self.random.randrange(1, 4), self.random.choice(["33.33", "100"])),
            {"name": "Travel", "quantity": "3", "price": "0.333333"},
        ])
        for _ in range(self.random.randrange(1, 3))
    ]  # fmt: skip
    contact = self.random.choice([self.trade.contact_id, self.one_of("hubspot", "contacts")])
    return self.trade.hubspot_invoice(*lines, contact=contact)


def new_booked_invoice(self: Office) -> str:
    self.made["invoices"] += 1
    line = self.trade.sales_line(self.random.randrange(1, 4), "12.5")
    own = {"DocNumber": f"Q-{self.made['invoices']}"}  # else it goes on with HubSpot's numbers
    more = self.random.choice([own, own, own, {}])
    return self.trade.quickbooks_invoice(line, **more)


def edit_invoice(self: Office) -> str:
    id_ = self.one_of("hubspot", "invoices")
    day = f"2031-05-{self.random.randrange(10, 28)}T12:00:00Z"
    properties = self.random.choice([{"hs_due_date": day}, {"hs_comments": day}])
    return self.trade.in_hubspot("invoices", "edit", id_, properties=properties)


def edit_line(self: Office) -> str:
    id_ = self.one_of("hubspot", "line_items")
    properties = self.random.choice([{"price": "7.77"}, {"quantity": "5"}, {"name": "Other"}])
    return self.trade.in_hubspot("line_items", "edit", id_, properties=properties)


def edit_booked_invoice(self: Office) -> str:
    id_ = self.one_of("quickbooks", "Invoice")
    fields: dict[str, Any] = self.random.choice([
        {"CustomerMemo": {"value": f"m{self.random.randrange(50)}"}},
        {"DueDate": f"2031-06-{self.random.randrange(10, 28)}"},
        {"Line": [self.trade.sales_line(self.random.randrange(1, 9), "10")]},
    ])  # fmt: skip
    return self.trade.in_quickbooks("Invoice", "edit", id_, fields=fields)


def void_invoice(self: Office) -> str:
    return self.trade.in_hubspot("invoices", "void", self.one_of("hubspot", "invoices"))


def void_booked_invoice(self: Office) -> str:
    return self.trade.in_quickbooks("Invoice", "void", self.one_of("quickbooks", "Invoice"))


def delete_booked_invoice(self: Office) -> str:
    return self.trade.in_quickbooks("Invoice", "delete", self.one_of("quickbooks", "Invoice"))


def delete_invoice(self: Office) -> str:
    return self.trade.in_hubspot("invoices", "delete", self.one_of("hubspot", "invoices"))


def pay(self: Office) -> str:
    self.made["payments"] += 1
    amount = self.random.choice(["10", "10", "12.5", "33.33", "100"])
    id_ = self.one_of("hubspot", "invoices")
    return f"{id_} {amount} {self.trade.pay_in_hubspot(id_, amount)}"


def pay_booked(self: Office) -> str:
    self.made["payments"] += 1
    amount = self.random.choice(["10", "10", "12.5", "33.33", "100"])
    id_ = self.one_of("quickbooks", "Invoice")
    return f"{id_} {amount} {self.trade.pay_in_quickbooks(id_, amount)}"


def take_payment_back(self: Office) -> str:
    id_ = self.one_of("hubspot", "commerce_payments")
    action = self.random.choice(["delete", "refund"])
    return f"{action} {self.trade.in_hubspot('commerce_payments', action, id_)}"


def delete_booked_payment(self: Office) -> str:
    action = self.random.choice(["delete", "void"])
    id_ = self.one_of("quickbooks", "Payment")
    return f"{action} {self.trade.in_quickbooks('Payment', action, id_)}"


def lose_an_answer(self: Office) -> str:
    kind = self.random.choice(["drop_after_commit", "drop_before_commit", "status"])
    more = {"status": self.random.choice([500, 503])} if kind == "status" else {}
    vendor = self.random.choice(["hubspot", "quickbooks"])
    method = self.random.choice(["POST", "POST", "GET", "PATCH"])
    self.trade.sandbox.fault(
        kind, vendor=vendor, method=method, path="crm|company", times=1, **more
    )
    return f"{kind} {vendor} {method} {more}"


def run(self: Office) -> str:
    try:
        self.trade.sync()
    except (Unavailable, OutcomeUnknown) as error:  # may end a pass; the next one goes on
        return repr(error)
    return "done"


def wait(self: Office) -> str:
    return str(self.trade.sandbox.advance(self.random.choice([60, 400, 4000])))


ACTIONS: list[Callable[[Office], str]] = [
    *[new_contact, new_customer, edit_contact, edit_customer, delete_contact, merge_contacts],
    *[new_invoice, new_invoice, new_booked_invoice, new_booked_invoice],
    *[edit_invoice, edit_line, edit_booked_invoice, edit_booked_invoice, void_invoice],
    *[void_booked_invoice, delete_booked_invoice, delete_invoice, pay, pay, pay_booked],
    *[pay_booked, take_payment_back, delete_booked_payment, lose_an_answer, wait],
    *[run] * 9,
]


@pytest.fixture
def no_endless_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    real = worklist.take

    def counted(
        integration: Integration, now: datetime, entities: Collection[Entity] = tuple(Entity)
    ) -> Any:
        rows = real(integration, now, entities)
        last = integration.runs.order_by("-id").first()
        helpings[last.pk] += 1
        assert helpings[last.pk] < MOST_HELPINGS, [str(row) for row in rows]
        return rows

    helpings: Counter[int] = Counter()
    monkeypatch.setattr(worklist, "take", counted)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_day_ends_with_everything_there_once(
    trade: Trade, seed: int, no_endless_pass: None, settings: Any
) -> None:
    settings.BACKOFF_CAP = 0
    trade.start()
    office = Office(trade, seed)
    try:
        for _ in range(70):
            office.act()
        trade.sandbox.clear_faults()
        Connection.objects.update(paused_until=None)
        for _ in range(6):
            trade.sync()
            PendingChange.objects.update(due_at="2020-01-01T00:00:00Z")
        report = trade.sync()
        judge(office, report.writes)
    except BaseException as error:
        error.add_note("\n".join([*office.told, *map(_words, RecordLink.objects.order_by("id"))]))
        raise


def _words(link: RecordLink) -> str:
    ids = f"{link.hubspot_id}={link.quickbooks_id} from {link.origin or 'nowhere'}"
    return f"{link.pk} {link.entity} {ids}: {link.state} {link.category} {link.sentence[:150]}"


def judge(office: Office, writes: int) -> None:
    trade = office.trade
    assert writes == 0
    assert not RecordLink.objects.filter(category__in=("our_mistake", "does_not_settle", "new"))
    booked = trade.quickbooks("Invoice")
    markers = Counter(str(one.get("PrivateNote") or "") for one in booked.values())
    assert not [note for note, times in markers.items() if "[" in note and times > 1], markers
    every = trade.sandbox.world()
    assert len(booked) + len(trade.hubspot("invoices")) <= 2 * office.made["invoices"]
    payments = len(trade.quickbooks("Payment")) + len(trade.hubspot("commerce_payments"))
    assert payments <= 2 * office.made["payments"]
    for invoice in booked.values():
        assert invoice["Balance"] >= 0, invoice
    numbers = Counter(one.get("DocNumber") for one in booked.values())
    assert not [number for number, times in numbers.items() if number and times > 1]
    voided = {id_ for id_, one in trade.hubspot("invoices").items()
              if one["hs_invoice_status"] == "voided"}  # fmt: skip
    for link, here, there in differing_invoices(every, trade.realm, trade.integration):
        if link.hubspot_id in voided and there == (0, 0, 0):
            continue  # a void keeps its last amounts in HubSpot and has none in QuickBooks
        assert link.state != "in_sync", (link.pk, here, there)
