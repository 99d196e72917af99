"""People in both apps, passes, crashes, faults and leaps of time in any order; what must hold after
every step, and what must hold once all has come to rest."""

from collections import Counter
from contextlib import suppress
from random import Random
from typing import Any

from django.conf import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from syncapp.errors import Braked, Busy, SyncAppError
from syncapp.models import Connection, PendingChange, RecordLink, SyncActivity, WriteIntent
from tests.chaos.engine import backup
from tests.chaos.engine.postman import HOW, Postman
from tests.chaos.engine.process import Process
from tests.pipeline import test_random_days as office
from tests.pipeline.test_random_days import Office
from tests.pipeline.worlds import Trade

PEOPLE = [one for one in dict.fromkeys(office.ACTIONS)
          if one not in (office.run, office.wait, office.lose_an_answer)]  # fmt: skip
MAKERS = [office.new_contact, office.new_customer, office.new_invoice, office.new_booked_invoice,
          office.pay, office.pay_booked, office.edit_invoice,
          office.edit_booked_invoice]  # fmt: skip
MOMENTS = [f"{when} {what}" for when in ("before", "after") for what in ("commit", "write", "call")]
SEEDS = st.integers(0, 9999)
VENDORS = st.sampled_from(["hubspot", "quickbooks"])
TRIGGERS = st.sampled_from(["command", "schedule", "webhook"])
FAULTS = ["drop_after_commit", "drop_before_commit", "malformed", "status"]
MOST_PASSES_TO_REST = 8


class Engine(RuleBasedStateMachine):
    """`process` is set by the test that runs it."""

    process: Process
    counts: Counter[str]

    @initialize()
    def begin(self) -> None:
        backup.forget_everything()
        self.process.begin()
        sandbox = self.process.sandbox
        credentials = sandbox.reset()
        _keys(credentials)
        self.trade = Trade(sandbox, credentials)
        self.trade.start()
        self.office = Office(self.trade, 0)
        self.postman = Postman(self.process.sandbox.post, self.counts)
        self.backup = backup.taken()
        self.counts["runs"] += 1

    @rule(deeds=st.lists(st.tuples(st.sampled_from(PEOPLE), SEEDS), min_size=1, max_size=6))
    def people_act(self, deeds: list[tuple[Any, int]]) -> None:
        for action, seed in deeds:
            self._act(action, seed)

    def _act(self, action: Any, seed: int) -> None:
        self.office.random = Random(seed)  # noqa: S311
        with suppress(office.ControlError):
            self.office.told.append(f"{action.__name__}: {action(self.office)}")
        self.counts["deeds of people"] += 1

    @rule(
        kind=st.sampled_from(FAULTS),
        vendor=VENDORS,
        method=st.sampled_from(["POST", "POST", "GET"]),
        times=st.integers(1, 3),
    )
    def the_next_calls_fail(self, kind: str, vendor: str, method: str, times: int) -> None:
        more = {"status": 503} if kind == "status" else {}
        self.trade.sandbox.fault(kind, vendor=vendor, method=method, path="crm|company",
                                 times=times, **more)  # fmt: skip

    @rule(seconds=st.sampled_from([30, 160, 4000]))
    def time_passes(self, seconds: int) -> None:
        self.process.skip(seconds)

    @rule(trigger=TRIGGERS)
    def a_pass(self, trigger: str) -> None:
        self._pass(trigger)

    @rule(vendor=VENDORS, how=st.sampled_from(HOW))
    def webhooks_arrive(self, vendor: str, how: str) -> None:
        self.postman.bring(vendor, how)

    @rule(action=st.sampled_from(PEOPLE), seed=SEEDS, how=st.sampled_from(HOW))
    def a_pass_relies_on_webhooks(self, action: Any, seed: int, how: str) -> None:
        self._act(action, seed)
        for vendor in ("hubspot", "quickbooks"):
            self.postman.bring(vendor, how)
        self._pass("webhook")

    @rule(vendor=VENDORS, how=st.sampled_from(HOW), count=st.integers(0, 4))
    def webhooks_arrive_in_the_middle_of_a_pass(self, vendor: str, how: str, count: int) -> None:
        self.process.interrupt(count, lambda: self.postman.bring(vendor, how))
        self._pass("schedule")

    @rule()
    def the_database_is_backed_up(self) -> None:
        self.backup = backup.taken()

    @rule(trigger=TRIGGERS)
    def an_older_backup_is_put_back(self, trigger: str) -> None:
        backup.put_back(self.backup)
        self.counts["restored backups"] += 1
        self.office.told.append("an older backup is put back")
        self._pass(trigger)

    @rule(moment=st.sampled_from(MOMENTS), count=st.integers(0, 3))
    def a_pass_that_dies(self, moment: str, count: int) -> None:
        self.process.die_at(moment, count)
        self._pass()

    @rule(action=st.sampled_from(MAKERS), seed=SEEDS, moment=st.sampled_from(MOMENTS))
    def a_pass_dies_over_something_new(self, action: Any, seed: int, moment: str) -> None:
        self._act(action, seed)
        self.process.die_at(moment, seed % 4)
        self._pass()

    @rule(count=st.integers(0, 4), is_late=st.booleans())
    def another_pass_begins_in_the_middle(self, count: int, is_late: bool) -> None:
        """Late: the first one stood still for longer than its lease, and goes on afterwards."""
        self.process.interrupt(count, lambda: self._second(is_late))
        self._pass()

    @rule(action=st.sampled_from(PEOPLE), seed=SEEDS, count=st.integers(0, 4))
    def a_person_acts_between_read_and_write(self, action: Any, seed: int, count: int) -> None:
        self.process.interrupt(count, lambda: self._act(action, seed))
        self._pass()

    @invariant()
    def nothing_is_there_twice(self) -> None:
        if not hasattr(self, "trade"):
            return
        self.counts["steps"] += 1
        company = self.process.sandbox.world_.dump()["quickbooks"]["companies"][self.trade.realm]
        for kind in ("Invoice", "Payment"):
            notes = Counter(
                str(one.get("PrivateNote") or "")
                for one in company.get(kind, {}).values()
                if not one.get("_deleted")
            )
            assert not [n for n, times in notes.items() if "[" in n and times > 1], notes
        for invoice in company.get("Invoice", {}).values():
            assert invoice.get("_deleted") or invoice["Balance"] >= 0, invoice

    def teardown(self) -> None:
        if hasattr(self, "trade"):
            try:
                self._come_to_rest()
            except AssertionError as error:
                links = RecordLink.objects.order_by("id")
                error.add_note("\n".join([*self.office.told, *map(office._words, links)]))
                raise

    def _pass(self, trigger: str = "command") -> None:
        deaths = len(self.process.deaths)
        with self.process.alive(), suppress(Braked, Busy, SyncAppError):
            self.trade.sync(trigger)
        self.counts["passes"] += 1
        self.counts["deaths"] += len(self.process.deaths) - deaths

    def _second(self, is_late: bool) -> None:
        if is_late:
            self.process.skip(200)
        with suppress(Busy, SyncAppError):
            self.trade.sync()
        self.counts["second passes"] += 1

    def _come_to_rest(self) -> None:
        """Faults end: a few passes later nothing is left to write, and both worlds agree. Nobody
        asks for a pass, and what no webhook has told is found by polling."""
        self.trade.sandbox.clear_faults()
        Connection.objects.update(paused_until=None)
        for _ in range(MOST_PASSES_TO_REST):
            self.process.skip(settings.SAFETY_POLL + 400)
            PendingChange.objects.update(due_at="2020-01-01T00:00:00Z")
            self.trade.sync("schedule")
        self.process.skip(settings.SAFETY_POLL + 400)
        report = self.trade.sync("schedule")
        office.judge(self.office, report.writes)
        assert not WriteIntent.objects.filter(state=WriteIntent.State.OPEN).exists()
        told = Counter(SyncActivity.objects.exclude(intent=None).values_list("intent", "action"))
        assert not [one for one, times in told.items() if times > 1 and one[1] != "unconfirmed"]


def _keys(credentials: dict[str, Any]) -> None:
    for vendor in ("hubspot", "quickbooks"):
        setattr(settings, f"{vendor.upper()}_CLIENT_ID", credentials[vendor]["client_id"])
        setattr(settings, f"{vendor.upper()}_CLIENT_SECRET", credentials[vendor]["client_secret"])
