"""People make, edit, delete, restore, merge and associate records."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sandbox.hubspot.instants import parse_iso
from sandbox.hubspot.links.linking import link, unlink
from sandbox.hubspot.links.types import AssociationType, default_type, types_between
from sandbox.hubspot.merging import erase, merge
from sandbox.hubspot.object_types import OBJECT_TYPES, ObjectType
from sandbox.hubspot.people.deed import Deed, type_named
from sandbox.hubspot.portal import Record
from sandbox.hubspot.writing import apply, archive, prepare_create, prepare_update, restore

RECYCLE_BIN = timedelta(days=90)  # hubspot-api.md 4 [OBJ]
TAX_RATES = "tax_rates"  # of the library: made in the app only (5.7 [LI])


def create(deed: Deed) -> dict[str, Any]:
    """`associations` as `[{"type", "id", "label"?}]`; of an invoice also `contact`, `company` and
    `lines`, each the properties of a line item."""
    if deed.asked.get("type") == TAX_RATES:
        return _make_tax_rate(deed)
    kind = deed.kind
    record = make(deed, kind, deed.properties, _associations(deed, kind))
    for line in deed.asked.get("lines") or []:
        make(
            deed,
            OBJECT_TYPES["line_items"],
            line,
            [_inline("line_items", "invoices", record["id"])],
        )
    return {"id": record["id"]}


def make(
    deed: Deed, kind: ObjectType, properties: dict[str, Any], associations: Iterable[Any] = ()
) -> Record:
    change = prepare_create(deed.portal, kind, properties, deed.actor, associations=associations)
    return apply(change)


def edit(deed: Deed) -> dict[str, Any]:
    record = deed.record()
    apply(prepare_update(deed.portal, deed.kind, record, deed.properties, deed.actor))
    return {"id": record["id"]}


def delete(deed: Deed) -> dict[str, Any]:
    record = deed.record()
    archive(deed.portal, deed.kind, record, deed.actor)
    return {"id": record["id"]}


def restore_record(deed: Deed) -> dict[str, Any]:
    kind, record_id = deed.kind, deed.text("id")
    record = deed.portal.records(kind.name).get(record_id)
    if record is None or not record["archived"] or "merged_into" in record:
        raise ValueError(f"There is no {kind.singular} {record_id} in the recycle bin.")
    expired = parse_iso(deed.portal.now()) - parse_iso(record["archived_at"]) > RECYCLE_BIN
    if expired or record.get("gdpr_deleted"):
        raise ValueError(f"The {kind.singular} {record_id} is gone for good.")
    restore(deed.portal, kind, record, deed.actor)
    return {"id": record_id}


def merge_records(deed: Deed) -> dict[str, Any]:
    """`id` stays, `other_id` goes."""
    kind = deed.kind
    if not kind.mergeable:
        raise ValueError(f"{kind.name} cannot be merged.")
    merge(deed.portal, kind, deed.record(), deed.record(name="other_id"), deed.actor)
    return {"id": deed.text("id")}


def gdpr_delete(deed: Deed) -> dict[str, Any]:
    erase(deed.portal, deed.kind, deed.record())
    return {"id": deed.text("id")}


def associate(deed: Deed) -> dict[str, Any]:
    """`type`/`id` with `to_type`/`to_id`, by `label` or plainly."""
    one, other = deed.party("type", "id"), deed.party("to_type", "to_id")
    types = _labelled(one[0].name, other[0].name, deed.asked.get("label"))
    link(deed.portal, one, other, types)
    return {"id": one[1]["id"]}


def dissociate(deed: Deed) -> dict[str, Any]:
    one, other = deed.party("type", "id"), deed.party("to_type", "to_id")
    label = deed.asked.get("label")
    types = _labelled(one[0].name, other[0].name, label) if label else None
    unlink(deed.portal, one, other, types)
    return {"id": one[1]["id"]}


def _associations(deed: Deed, kind: ObjectType) -> list[dict[str, Any]]:
    wanted = list(deed.asked.get("associations") or [])
    wanted += [
        {"type": name, "id": deed.asked[name]}
        for name in ("contact", "company")
        if name in deed.asked
    ]
    return [_inline(kind.name, each["type"], each["id"], each.get("label")) for each in wanted]


def _inline(from_type: str, to_name: str, to_id: Any, label: str | None = None) -> dict[str, Any]:
    to_type = type_named(str(to_name)).name
    types = _labelled(from_type, to_type, label) or [default_type(from_type, to_type)]
    return {"to": {"id": str(to_id)}, "types": [kind.spec() for kind in types]}


def _labelled(from_type: str, to_type: str, label: Any) -> list[AssociationType]:
    if not label:
        return []
    for kind in types_between(from_type, to_type):
        if kind.label and kind.label.lower() == str(label).lower():
            return [kind]
    raise ValueError(f'There is no association "{label}" from {from_type} to {to_type}.')


def _make_tax_rate(deed: Deed) -> dict[str, Any]:
    portal, asked = deed.portal, deed.properties
    rate_id = portal.next_id()
    portal.state["tax_rates"][rate_id] = {
        "id": rate_id,
        "name": str(asked["name"]),
        "label": str(asked.get("label") or asked["name"]),
        "percentageRate": Decimal(str(asked["percentageRate"])),
        "active": bool(asked.get("active", True)),
        "createdAt": portal.now(),
        "updatedAt": portal.now(),
    }
    portal.changes += 1
    return {"id": rate_id}
