"""The numbers for a monitor, from the database: the same from whichever process is asked. Ids only,
no names; a fixed number of queries, however many integrations and records there are."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Sum
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from syncapp.models import Integration, PendingChange, SyncRun, WebhookTally
from syncapp.reporting.connections import Shown, allowance, shown_connections
from syncapp.reporting.counts import failing_by_cause
from syncapp.reporting.heartbeat import quietest_seen_at
from syncapp.reporting.status import IntegrationStatus, statuses

Family = GaugeMetricFamily
DAY = timedelta(days=1)
_ONE = ("integration",)


class Collector:
    """What `prometheus_client` asks at every scrape."""

    def collect(self) -> Iterator[Family]:
        now = timezone.now()
        found = statuses()
        ids = _ids()
        yield from _standing({ids[one.integration]: one for one in found})
        yield from _passes({ids[one.integration]: one for one in found}, now)
        yield _failing()
        yield _oldest(now)
        yield _webhooks(now)
        yield from _vendors(shown_connections(now))
        yield _heartbeat(now)


def _ids() -> dict[str, str]:
    return {name: str(pk) for pk, name in Integration.objects.values_list("pk", "name")}


def _standing(found: Mapping[str, IntegrationStatus]) -> Iterator[Family]:
    records = _family("records", "Records of an entity in a state.", (*_ONE, "entity", "state"))
    for pk, one in found.items():
        for entity, states in one.entities.items():
            for state, number in states.items():
                records.add_metric((pk, entity, state), number)
    yield records
    numbers: tuple[tuple[str, str, Callable[[IntegrationStatus], Any]], ...] = (
        ("open_intents", "Writes announced and not answered yet.", lambda one: one.open_intents),
        ("due_rows", "Changes that wait for a worker.", lambda one: one.due_rows),
        ("pending_rows", "Changes that wait, due or not yet.", lambda one: one.pending_rows),
        ("paused", "1 while an integration is paused.", lambda one: one.is_paused),
        ("brake_pulled", "1 while the safety brake waits for a person.", lambda one: one.brake),
        ("needs_reconnect", "1 when an account must be reconnected.",
         lambda one: one.needs_reconnect),
        ("lease_held", "1 while a worker is at it.", lambda one: one.lease),
    )  # fmt: skip
    for name, text, value in numbers:
        family = _family(name, text, _ONE)
        for pk, one in found.items():
            got = value(one)
            family.add_metric((pk,), got if type(got) is int else int(bool(got)))
        yield family


def _passes(found: Mapping[str, IntegrationStatus], now: datetime) -> Iterator[Family]:
    began = _family("last_pass_started_timestamp_seconds", "When the last pass began.", _ONE)
    took = _family("last_pass_duration_seconds", "How long the last pass took, if it ended.", _ONE)
    for pk, one in found.items():
        if one.last_pass is None:
            continue
        began.add_metric((pk,), one.last_pass.started_at.timestamp())
        if one.last_pass.ended_at:
            seconds = (one.last_pass.ended_at - one.last_pass.started_at).total_seconds()
            took.add_metric((pk,), seconds)
    day = _family("passes_last_day", "Passes of the last 24 hours by outcome.", (*_ONE, "outcome"))
    writes = _family("writes_last_day", "Writes of the last 24 hours at both vendors.", _ONE)
    rows = (
        SyncRun.objects.filter(started_at__gte=now - DAY)
        .order_by()
        .values_list("integration", "outcome")
        .annotate(passes=Count("id"), written=Sum("writes"))
    )
    written: dict[str, int] = dict.fromkeys(found, 0)
    for pk, outcome, passes, sent in rows:
        day.add_metric((str(pk), outcome or "running"), passes)
        written[str(pk)] = written.get(str(pk), 0) + sent
    for pk_, number in written.items():
        writes.add_metric((pk_,), number)
    yield from (began, took, day, writes)


def _failing() -> Family:
    family = _family("failing_records", "Failing records by cause.", (*_ONE, "category"))
    for pk, category, number in failing_by_cause():
        family.add_metric((str(pk), category), number)
    return family


def _webhooks(now: datetime) -> Family:
    labels = ("outcome", "vendor")
    family = _family("webhook_events_last_day", "Events announced in the last 24 hours.", labels)
    sums = {name: Sum(name) for name in ("accepted", "repeated", "ignored", "refused")}
    rows = WebhookTally.objects.filter(hour__gte=now - DAY).order_by().values("vendor")
    found: Iterable[Mapping[str, Any]] = rows.annotate(**sums)
    for row in found:
        for outcome in sums:
            family.add_metric((outcome, row["vendor"]), row[outcome])
    return family


def _oldest(now: datetime) -> Family:
    family = _family("oldest_due_seconds", "How long the oldest due change has waited.", _ONE)
    rows = (
        PendingChange.objects.filter(due_at__lte=now)
        .order_by()
        .values_list("integration")
        .annotate(oldest=Min("due_at"))
    )
    for pk, oldest in rows:
        family.add_metric((str(pk),), (now - oldest).total_seconds())
    return family


def _vendors(shown: list[Shown]) -> Iterator[Family]:
    labels = ("connection", "vendor")
    calls = _family("api_calls_this_month", "Calls to an account this month.", labels)
    reads = _family("api_reads_this_month", "Metered reads of an account this month.", labels)
    ends = _family("consent_ends_timestamp_seconds", "When a consent ends unrenewed.", labels)
    for one in shown:
        label = (str(one.connection.pk), one.connection.vendor)
        calls.add_metric(label, one.calls)
        reads.add_metric(label, one.reads)
        if one.ends_at:
            ends.add_metric(label, one.ends_at.timestamp())
    used = allowance(shown).used
    yield from (calls, reads, ends)
    yield _single("quickbooks_reads_used", "Reads of all companies this month.", used)
    yield _single(
        "quickbooks_reads_allowed", "Reads a month allowed.", settings.QUICKBOOKS_READ_ALLOWANCE
    )


def _heartbeat(now: datetime) -> Family:
    family = _family(
        "worker_heartbeat_age_seconds", "Since a task of the quietest worker last ran.", ()
    )
    if (seen_at := quietest_seen_at()) is not None:
        family.add_metric((), (now - seen_at).total_seconds())
    return family


def _family(name: str, text: str, labels: tuple[str, ...]) -> Family:
    return Family(f"ledgerline_{name}", text, labels=labels)


def _single(name: str, text: str, value: float) -> Family:
    return Family(f"ledgerline_{name}", text, value=value)
