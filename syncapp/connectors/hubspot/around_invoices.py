"""What filters look at besides the invoice itself: its contact, companies, lines and products.
Only what some filter looks at, and always in batches."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from syncapp.connectors.hubspot.contacts import Related, listed
from syncapp.connectors.hubspot.objects import (
    COMPANIES,
    CONTACTS,
    INVOICES,
    LINE_ITEMS,
    PRODUCTS,
)
from syncapp.connectors.hubspot.reading import Links, Reader, ids_of, lowest_first
from syncapp.connectors.hubspot.replies import Record
from syncapp.engine.records import Entity, Value

Names = Collection[str]


@dataclass(frozen=True, slots=True)
class Around:
    """Invoices and what has been read of them already."""

    reader: Reader
    records: Collection[Record]
    inline: Collection[str]
    items: Mapping[str, Sequence[Record]]
    contacts: Links


def associated(around: Around) -> dict[str, dict[str, tuple[Mapping[str, Value], ...]]]:
    """By the invoice's id, then by object."""
    read = {
        name: _READERS[name](around, fields)
        for name, fields in around.reader.related(Entity.INVOICE).items()
        if name in _READERS
    }
    return {
        id: {name: found.get(id, ()) for name, found in read.items()}
        for id in (str(record["id"]) for record in around.records)
    }


def _contacts(around: Around, names: Names) -> Related:
    ordered = {id: lowest_first(found) for id, found in around.contacts.items()}
    return listed(ordered, around.reader.values(CONTACTS, ids_of(around.contacts), names))


def _companies(around: Around, names: Names) -> Related:
    links = around.reader.linked(INVOICES, COMPANIES, around.records, around.inline)
    ordered = {id: lowest_first(found) for id, found in links.items()}
    return listed(ordered, around.reader.values(COMPANIES, ids_of(links), names))


def _line_items(around: Around, names: Names) -> Related:
    return {
        id: tuple(around.reader.decoded(LINE_ITEMS, item, names) for item in items)
        for id, items in around.items.items()
    }


def _products(around: Around, names: Names) -> Related:
    ordered = {
        id: [product for item in items if (product := item["properties"].get("hs_product_id"))]
        for id, items in around.items.items()
    }
    everything = sorted({product for products in ordered.values() for product in products})
    return listed(ordered, around.reader.values(PRODUCTS, everything, names))


_READERS: dict[str, Callable[[Around, Names], Related]] = {
    "contact": _contacts,
    "company": _companies,
    "line": _line_items,
    "product": _products,
}
