"""The texts that stand in tables of the engine and the connectors: read, since xgettext finds only
calls. A new table whose texts are shown is one line here."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum

from syncapp.connectors.hubspot.describing import MADE
from syncapp.connectors.quickbooks.fields import FIELDS
from syncapp.connectors.quickbooks.lookup import SHARING
from syncapp.engine.catalogue import CATEGORIES
from syncapp.engine.catalogue.category import Group, Place, When, Who
from syncapp.engine.field_types import FieldType
from syncapp.engine.held import WHY
from syncapp.engine.operators import Operator
from syncapp.engine.protect import UNKNOWN_AUTHOR
from syncapp.engine.records import Entity, LineKind, Side
from syncapp.engine.rules import FieldMapping, SyncRule
from syncapp.engine.said import Said
from syncapp.models.table_words import words_of_tables
from syncapp.objects import DEFAULT_MAPPINGS, SPECIAL, contact, product
from syncapp.objects.golive_words import WORDS
from syncapp.objects.options import OPTIONS
from syncapp.objects.recommended import recommended
from syncapp.pipeline.progress import STEPS
from syncapp.pipeline.rehearsal.unforeseen import SENTENCES
from syncapp.reporting.field_labels import label_of

_NAMES: tuple[type[StrEnum], ...] = (Group, Who, Place, When, Entity, LineKind)

# What HubSpot calls the properties that are mapped from the start, where nobody renamed them
_LABELS_OF_HUBSPOT = (
    "First Name", "Last Name", "Company Name", "Phone Number", "Street Address", "State/Region",
    "Postal Code", "Country/Region", "Unit price", "Unit cost", "Invoice Number", "Invoice Date",
    "Due Date", "Comments",
)  # fmt: skip


def texts_of_tables() -> list[str]:
    """Each once, in an order that stays."""
    return list(dict.fromkeys(text for text in _all() if text))


def _all() -> Iterator[str]:
    for names in _NAMES:
        yield from (name.value for name in names)
    for row in CATEGORIES.values():
        yield from (row.title, row.happened, row.remedy, row.why)
    for words in WORDS.values():
        yield from (words.title, words.consequence, words.remedy, words.good)
    yield from (one.words for one in (*FieldType, *Operator))
    yield from (f"{entity.value}s" for entity in Entity)
    yield from (words for rows in SHARING.values() for _, _, words in rows)
    yield from (*WHY.values(), UNKNOWN_AUTHOR)
    yield from _limited()
    yield from SENTENCES.values()
    yield from STEPS
    for entity in Entity:
        yield from _of_an_object(entity)
    yield from words_of_tables()
    yield from _LABELS_OF_HUBSPOT


def _of_an_object(entity: Entity) -> Iterator[str]:
    for option in OPTIONS.get(entity, ()):
        yield from (option.label, option.consequence, *(words for _, words in option.choices))
    for one in recommended(entity, date(2026, 1, 1)):
        yield from (one.words, one.why)
    rule = SyncRule(entity, SPECIAL[entity], started_at=datetime(2026, 1, 1, tzinfo=UTC))
    for side in Side:
        yield from (
            one.words
            for one in SPECIAL[entity].locked(side, rule)
            if not isinstance(one.words, Said)
        )
    for row in DEFAULT_MAPPINGS[entity]:
        yield from _of_a_mapping(row)
    yield from (field.label for field in FIELDS[entity].values())
    yield from (field.label for field in MADE[entity])


def _limited() -> Iterator[str]:
    """What a text that is too long is called in its sentence."""
    for limits in (contact.LIMITS, product.LIMITS):
        yield from (words for words, _ in limits.values())


def _of_a_mapping(row: FieldMapping) -> Iterator[str]:
    yield row.words
    yield label_of(row)
