"""Which words and numbers of people our change of a line item replaced: like verifying.py, for the
lines of invoices, whose history is not the invoice's.

One read for fifty lines, and none where no line was changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from syncapp.connectors.hubspot.invoice_steps import Part, merge
from syncapp.connectors.hubspot.lines import item
from syncapp.connectors.hubspot.objects import LINE_ITEMS
from syncapp.connectors.hubspot.reading import Reader
from syncapp.connectors.hubspot.replies import Record
from syncapp.connectors.hubspot.values import instant
from syncapp.engine.records import Line, LineKind
from syncapp.engine.writes import Write

_SAID = {  # property -> what it is of a line
    "name": "name",
    "description": "description",
    "quantity": "quantity",
    "price": "unit_price",
    "hs_sku": "sku",
    "hs_product_id": "product",
}


def replaced_lines(reader: Reader, writes: Mapping[str, Write]) -> dict[str, tuple[Line, ...]]:
    """By request id: the lines as a person had them for a moment, of those where one had."""
    changed = {
        request_id: [part for part in merge(write).changed if part.kind is LineKind.ITEM]
        for request_id, write in writes.items()
    }
    ids = [part.id for parts in changed.values() for part in parts]
    records = _read(reader, ids) if ids else {}
    found = {
        request_id: _with_replaced(writes[request_id], parts, records)
        for request_id, parts in changed.items()
    }
    return {request_id: lines for request_id, lines in found.items() if lines}


def _read(reader: Reader, ids: Sequence[str]) -> dict[str, Record]:
    return reader.all_there(LINE_ITEMS, ids, (), history=tuple(_SAID))


def _with_replaced(
    write: Write, parts: Sequence[Part], records: Mapping[str, Record]
) -> tuple[Line, ...]:
    before = write.before.get("lines") if write.before else ()
    held: dict[str, Line] = {line.id: line for line in before} if isinstance(before, tuple) else {}
    replaced: dict[str, Line] = {}
    for part in parts:
        record, there = records.get(part.id), held.get(part.id)
        if record is not None and there is not None:
            said = dict(_of_people(part, there, record))
            if said:
                replaced[part.id] = _summed(replace(there, **said))
    return tuple(replaced.get(id, line) for id, line in held.items()) if replaced else ()


def _of_people(part: Part, there: Line, record: Record) -> Iterator[tuple[str, Any]]:
    """What stood right below ours, and is not what we had read."""
    histories: Mapping[str, Sequence[Any]] = record.get("propertiesWithHistory") or {}
    for name in part.properties.keys() & _SAID.keys():
        entries = sorted(
            histories.get(name) or (), key=lambda one: instant(str(one["timestamp"])), reverse=True
        )
        values = [
            getattr(item({"id": part.id, "properties": {name: one.get("value")}}), _SAID[name])
            for one in entries
        ]
        ours = getattr(
            item({"id": part.id, "properties": {name: part.properties[name]}}), _SAID[name]
        )
        if ours in values[:-1]:
            below = values[values.index(ours) + 1]
            if below not in (ours, getattr(there, _SAID[name])):
                yield _SAID[name], below


def _summed(line: Line) -> Line:
    if line.quantity is None or line.unit_price is None:
        return line
    return replace(line, amount=line.quantity * line.unit_price - line.discount)
