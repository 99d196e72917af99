"""A database as it is after years: records, what happened to them, passes. The same one each time.

    python -m benchmarks.long_history --records 1000000 --activities 10000000

fills the migrated, empty database that `DATABASE_URL` names.
"""

import argparse
import json
import os
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

CHUNK = 20_000
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
YEARS = timedelta(days=3 * 365)
OF_THE_OTHER = 100  # the second company has one record where the first has so many
CONTACTS = 250_000  # invoices refer to the contacts before them, at most so many
FIRST = ("Ada", "Ben", "Cleo", "Dag", "Eva", "Finn", "Gro", "Hal", "Ida", "Jon", "Kari", "Leo")
LAST = ("Berg", "Dahl", "Eide", "Foss", "Hagen", "Lie", "Moen", "Nygård", "Ruud", "Strand", "Vik")
FIRMS = ("Nordwind", "Acme", "Fjord", "Polar", "Sund", "Tinde", "Varg", "Bølge")
# Every state with its reasons and how often it is met, of a thousand.
STANDINGS: tuple[tuple[int, str, tuple[str, ...]], ...] = (
    (880, "in_sync", ("",)),
    (930, "excluded", ("filter", "no_email", "direction")),
    (965, "waiting", ("new", "parent", "unconfirmed")),
    (990, "failing", ("name_taken", "closed_period", "item_account", "totals")),
    (1000, "needs_decision", ("ambiguous", "conflict")),
)
BASELINE = json.dumps({"email=PrimaryEmailAddr.Address": "somebody@somewhere.example",
                       "phone=PrimaryPhone.FreeFormNumber": "+47 22 33 44 55",
                       "address=BillAddr.Line1": "Storgata 15, 0184 Oslo"})  # fmt: skip
CHANGES = json.dumps([{"field": "phone=PrimaryPhone.FreeFormNumber", "verdict": "copy",
                       "target": "quickbooks", "before": "+47 22 33 44 54", "lost": False,
                       "after": "+47 22 33 44 55", "hubspot": "+47 22 33 44 55",
                       "quickbooks": "+47 22 33 44 54"}])  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--activities", type=int, default=10_000_000)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration_site.settings")
    import django

    django.setup()
    fill(asked.records, asked.activities)


def fill(records: int, activities: int) -> None:
    from syncapp.models import RecordLink, RecordReference, SyncActivity
    from syncapp.pipeline import tally

    first, other = _companies()
    _passes(first)
    with Bulk(RecordLink, RecordReference, SyncActivity) as bulk:
        kept = records // OF_THE_OTHER
        bulk.insert(RecordLink, _links(other, 1, kept))
        bulk.insert(RecordLink, _links(first, kept + 1, records))
        bulk.insert(RecordReference, _references(first, kept + 1, records))
        bulk.happened(records, activities)
    for integration in (first, other):
        tally.recount(integration)


def _companies() -> tuple[Any, Any]:
    from django.contrib.auth import get_user_model

    from syncapp.models import Connection, Heartbeat, Integration, SyncRule

    get_user_model().objects.create_superuser("ada", password=None)
    Heartbeat.beat()
    made = []
    for number, name in enumerate(("Our company", "The other company")):
        sides = {
            vendor: Connection.objects.create(
                name=f"{vendor} of {name}",
                vendor=vendor,
                account_id=f"47{number}",
                account={"app_url": f"https://app.{vendor}.example", "name": name},
                access_token="none",
            )
            for vendor in ("hubspot", "quickbooks")
        }
        integration = Integration.objects.create(name=name, **sides)
        for entity in ("contact", "product", "invoice"):
            SyncRule.objects.create(
                integration=integration,
                entity=entity,
                direction="both",
                conflict="hubspot",
                is_on=True,
            )
        made.append(integration)
    return made[0], made[1]


def _passes(integration: Any) -> None:
    """Two months of one a minute, which mostly write nothing."""
    from syncapp.models import ApiUsage, DayCount, SyncRun

    counts = {"invoice": {"in_sync": 400_000, "failing": 9000}}
    chance = random.Random(7)
    started = (NOW - timedelta(minutes=minute) for minute in range(60 * 24 * 60, 0, -1))
    SyncRun.objects.bulk_create(
        (
            SyncRun(
                integration=integration,
                trigger="schedule",
                started_at=at,
                ended_at=at + timedelta(seconds=1),
                outcome="failed" if chance.random() < 0.001 else "done",
                counts=counts,
                api_calls={"hubspot": 4, "quickbooks": 1},
                writes=chance.randrange(200) if chance.random() < 0.05 else 0,
            )
            for at in started
        ),
        batch_size=2000,
    )
    DayCount.objects.bulk_create(
        DayCount(
            integration=integration,
            day=(NOW - timedelta(days=day)).date(),
            entity=entity,
            created=chance.randrange(2000),
            updated=chance.randrange(2000),
            failed=chance.randrange(20),
        )
        for day in range(365)
        for entity in ("contact", "product", "invoice", "payment")
    )
    ApiUsage.objects.bulk_create(
        ApiUsage(connection=connection, day=(NOW - timedelta(days=day)).date(), calls=9000)
        for day in range(60)
        for connection in (integration.hubspot, integration.quickbooks)
    )


def _links(integration: Any, first: int, last: int) -> Iterator[dict[str, Any]]:
    """Of the oldest fifth most are left out: an old company has much that stayed behind."""
    from syncapp.models.finding import folded, last_word

    chance = random.Random(11)
    span = max(1, last - first)
    for number in range(first, last + 1):
        entity = _entity(number)
        state, category = _standing(chance, is_old=number - first < span // 5)
        since = NOW - YEARS * (1 - (number - first) / span)
        is_half = state != "in_sync" and chance.random() < 0.7
        is_worth = entity in ("invoice", "payment")
        label = _label(chance, entity, number)
        name = folded(label)
        yield {
            "id": number,
            "integration_id": integration.pk,
            "entity": entity,
            "hubspot_id": None if is_half and number % 3 == 0 else str(1_000_000_000 + number),
            "quickbooks_id": None if is_half and number % 3 else str(number),
            "hubspot_key": f"key {number}",
            "quickbooks_key": f"key {number}",
            "origin": "hubspot" if number % 2 else "quickbooks",
            "hubspot_version": str(number * 7),
            "quickbooks_version": "3",
            "baseline_hubspot": BASELINE if state == "in_sync" else None,
            "baseline_quickbooks": BASELINE if state == "in_sync" else None,
            "state": state,
            "category": category,
            "facts": "{}",
            "sentence": "" if state == "in_sync" else "Something must be done about this record.",
            "heals_itself": state == "waiting",
            "label": label,
            "search_name": name,
            "search_word": last_word(name),
            "amount": Decimal(chance.randrange(100, 5_000_000)).scaleb(-2) if is_worth else None,
            "currency": ("NOK" if number % 4 else "EUR") if is_worth else "",
            "generation": 0,
            "line_pairs": "{}",
            "decisions": "{}",
            "is_untold": False,
            "told": "",
            "told_version": "",
            "attempts": 0,
            "next_try_at": NOW if state == "waiting" else None,
            "seen_at": since,
            "state_since": since + timedelta(seconds=chance.randrange(10**7)),
            "created_at": since,
            "updated_at": since,
        }


def _entity(number: int) -> str:
    return ("invoice", "contact", "invoice", "payment", "invoice", "contact", "invoice",
            "payment", "invoice", "product")[number % 10]  # fmt: skip


def _standing(chance: random.Random, *, is_old: bool) -> tuple[str, str]:
    if is_old and chance.random() < 0.7:
        return "excluded", "older"
    drawn = chance.randrange(1000)
    for least, state, categories in STANDINGS:
        if drawn < least:
            return state, chance.choice(categories)
    raise AssertionError(drawn)


def _label(chance: random.Random, entity: str, number: int) -> str:
    match entity:
        case "contact" if number % 20 == 5:
            return f"{chance.choice(FIRMS)} {chance.choice(LAST)} AS"
        case "contact":
            return f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        case "product":
            return f"{chance.choice(FIRMS)} part {number}"
        case "invoice":
            return f"INV-{number:07}"
        case _:
            return f"Payment {number}"


def _references(integration: Any, first: int, last: int) -> Iterator[dict[str, Any]]:
    """Invoices name their contact, payments their invoice; the first contact buys most."""
    chance = random.Random(13)
    contacts = [
        one for one in range(first, min(last, first + CONTACTS)) if _entity(one) == "contact"
    ]
    for number in range(first, last + 1):
        entity, parent = _entity(number), number - 1
        if entity == "invoice":
            parent = contacts[0] if chance.random() < 0.1 else chance.choice(contacts)
        elif entity != "payment":
            continue
        yield {
            "link_id": number,
            "integration_id": integration.pk,
            "side": "hubspot",
            "entity": "contact" if entity == "invoice" else "invoice",
            "record_id": str(1_000_000_000 + parent),
        }


class Bulk:
    """Rows past the ORM, into tables without their indexes, which are made afterwards."""

    def __init__(self, *models: Any) -> None:
        from django.db import connection

        self._connection = connection
        self._models = models
        self._is_sqlite = connection.vendor == "sqlite"

    def __enter__(self) -> "Bulk":
        if self._is_sqlite:
            self._run("PRAGMA synchronous=OFF")
            self._run("PRAGMA cache_size=-400000")
        self._change_indexes("remove_index")
        return self

    def __exit__(self, *_: object) -> None:
        self._change_indexes("add_index")
        if not self._is_sqlite:
            for model in self._models:
                table = model._meta.db_table
                self._run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id))"
                          f" FROM {table}")  # fmt: skip
        self._run("ANALYZE" if self._is_sqlite else "VACUUM ANALYZE")

    def insert(self, model: Any, rows: Iterable[dict[str, Any]]) -> None:
        from django.db import transaction

        rows = iter(rows)
        columns = {field.column: field for field in model._meta.concrete_fields}
        while chunk := list(islice(rows, CHUNK)):
            names = list(chunk[0])
            marks = ", ".join(["%s"] * len(names))
            sql = f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) VALUES ({marks})"
            values = [[self._adapted(columns[name], row[name]) for name in names] for row in chunk]
            with transaction.atomic(), self._connection.cursor() as cursor:
                cursor.executemany(sql, values)

    def happened(self, records: int, activities: int) -> None:
        """Round after round over all records, as years go by."""
        rounds, steps = max(1, activities // records), 20
        span = -(-records // steps)
        for turn in range(rounds * steps):
            first = (turn % steps) * span + 1
            at = NOW - YEARS * (1 - turn / (rounds * steps))
            self._happened(first, min(records, first + span - 1), at)

    def _happened(self, first: int, last: int, at: datetime) -> None:
        json_ = "%s" if self._is_sqlite else "%s::jsonb"
        when = "%s" if self._is_sqlite else "%s::timestamptz"
        self._run(
            "INSERT INTO syncapp_syncactivity (integration_id, link_id, entity, side, action,"
            " changes, category, sentence, vendor_request_id, at)"
            f" SELECT integration_id, id, entity, 'quickbooks', 'updated', {json_}, '', '',"
            f" 'request of ' || id, {when} FROM syncapp_recordlink WHERE id BETWEEN %s AND %s",
            [CHANGES, at.strftime("%Y-%m-%d %H:%M:%S") + ("" if self._is_sqlite else "+00"),
             first, last],
        )  # fmt: skip

    def _adapted(self, field: Any, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        return field.get_db_prep_save(value, self._connection)

    def _change_indexes(self, deed: str) -> None:
        with self._connection.schema_editor(atomic=False) as editor:
            for model in self._models:
                for index in model._meta.indexes:
                    getattr(editor, deed)(model, index)

    def _run(self, sql: str, values: Sequence[Any] = ()) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values or None)


if __name__ == "__main__":
    main()
