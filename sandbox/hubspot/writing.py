"""Creates, updates and archives records by the rules that bind apps and people alike.

Every change is prepared (may refuse, stores nothing) and then applied (cannot refuse), so that
a batch can be refused as a whole.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.hubspot import records
from sandbox.hubspot.actors import CALCULATED, Actor
from sandbox.hubspot.change import Change
from sandbox.hubspot.errors import ApiError, conflict, invalid, invalid_values, not_found
from sandbox.hubspot.links.linking import link, resolve_inline
from sandbox.hubspot.links.rules import check_connect
from sandbox.hubspot.links.store import linked_ids, partners_by_type
from sandbox.hubspot.object_types import OBJECT_TYPES, ObjectType
from sandbox.hubspot.portal import Portal, Record
from sandbox.hubspot.rules import RULES
from sandbox.hubspot.rules.plain import need
from sandbox.hubspot.values import BadValue, check_value, problem, problems_with


def prepare_create(
    portal: Portal,
    kind: ObjectType,
    raw: Mapping[str, Any],
    actor: Actor,
    version: str = "",
    associations: Iterable[Any] = (),
) -> Change:
    change = Change(portal, kind, actor, version, _checked_values(portal, kind, raw, None))
    change.links = resolve_inline(portal, kind, associations)
    _check_create_form(change, creating=True)
    RULES[kind.name].before_create(change)
    _check_unique(change)
    for other, other_kind, _ in change.links:
        check_connect(portal, (kind, change.provisional), (other_kind, other))
    return change


def prepare_update(
    portal: Portal,
    kind: ObjectType,
    record: Record,
    raw: Mapping[str, Any],
    actor: Actor,
    version: str = "",
) -> Change:
    change = Change(
        portal, kind, actor, version, _checked_values(portal, kind, raw, record), record
    )
    _check_create_form(change, creating=False)
    RULES[kind.name].before_update(change)
    _check_unique(change)
    return change


def apply(change: Change) -> Record:
    portal, kind = change.portal, change.kind
    if change.record is None:
        record = records.insert(portal, kind, change.values, change.actor)
        for other, other_kind, types in change.links:
            link(portal, (kind, record), (other_kind, other), types)
    else:
        record = change.record
        records.change(portal, kind, record, change.values, change.actor)
    if change.system_values:
        records.change(portal, kind, record, change.system_values, CALCULATED)
    RULES[kind.name].after(portal, record)
    return record


def archive(portal: Portal, kind: ObjectType, record: Record, actor: Actor) -> None:
    RULES[kind.name].before_archive(Change(portal, kind, actor, "", {}, record))
    records.archive(portal, kind, record, actor)
    RULES[kind.name].after(portal, record)
    if kind.name == "invoices":  # deleting a parent deletes its line items: 5.4 [LI][INV]
        lines = OBJECT_TYPES["line_items"]
        for line_id in linked_ids(portal, kind.name, record["id"], lines.name):
            records.archive(portal, lines, portal.records(lines.name)[line_id], actor)


def restore(portal: Portal, kind: ObjectType, record: Record, actor: Actor) -> None:
    """With the line items that went along with an invoice."""
    _check_unique(Change(portal, kind, actor, "", dict(record["properties"]), record))
    went_at = record["archived_at"]
    records.restore(portal, kind, record, actor)
    if kind.name == "invoices":
        lines = OBJECT_TYPES["line_items"]
        for line_id in partners_by_type(portal, (kind.name, record["id"])).get(lines.name, {}):
            line = portal.records(lines.name)[line_id]
            if line["archived"] and line["archived_at"] >= went_at:
                records.restore(portal, lines, line, actor)
    RULES[kind.name].after(portal, record)


def existing(portal: Portal, kind: ObjectType, record_id: str, id_property: str = "") -> Record:
    """The live record with that id, or with that value of a unique property."""
    if id_property and id_property != "hs_object_id":
        check_id_property(portal, kind, id_property)
        record_id = portal.unique.holder(kind.name, id_property, record_id) or ""
    record = portal.live(kind.name, record_id)
    if record is None:
        raise not_found("resource not found")
    return record


def check_id_property(portal: Portal, kind: ObjectType, name: str) -> None:
    """hubspot-api.md 9: unique properties only."""
    if name not in portal.catalogue.unique_names(kind.name):
        raise invalid(
            f"{name} is not a unique property of {kind.name}",
            code="INVALID_ID_PROPERTY",
            context={"idProperty": [name]},
        )


def _checked_values(
    portal: Portal, kind: ObjectType, raw: Mapping[str, Any], record: Record | None
) -> dict[str, str | None]:
    """An unknown or read-only name fails the whole record: hubspot-api.md 4 [OBJ]."""
    definitions = portal.catalogue.of(kind.name)
    problems = problems_with(definitions, raw)
    values: dict[str, str | None] = {}
    current = record["properties"] if record else {}
    for name, value in raw.items():
        definition = definitions.get(name)
        if definition is None or definition.read_only:
            continue
        try:
            values[name] = check_value(definition, value, current.get(name))
        except BadValue as bad:
            problems.append(problem(name, bad.code, bad.message))
    if problems:
        raise invalid_values(problems)
    return values


def _check_create_form(change: Change, *, creating: bool) -> None:
    """hubspot-api.md 2 [CL-crm-api-write-validation-enforcement]: from 2026-09 on."""
    portal = change.portal
    if change.version != "2026-09" or change.actor.is_person:
        return
    if not portal.option("write_rules_2026_09"):
        return
    required = portal.option("create_form_required").get(change.kind.name, [])
    need(change, *(name for name in required if creating or name in change.values))


def _check_unique(change: Change) -> None:
    for name in change.portal.catalogue.unique_names(change.kind.name):
        value = change.values.get(name)
        if not value:
            continue
        holder = change.portal.unique.holder(change.kind.name, name, value)
        if holder is not None and (change.record is None or holder != change.record["id"]):
            raise taken(change, name, value, holder)


def taken(change: Change, name: str, value: str, holder: str) -> ApiError:
    if name == "email":  # 5.1 [issue HubSpot/hubspot-api-php #59]: the id is in the text only
        return conflict(f"Contact already exists. Existing ID: {holder}")
    message = f"{name} {value} is already the value of record {holder}"
    error = invalid(
        message,
        code="CONFLICTING_UNIQUE_VALUE",
        context={"propertyName": [name], "conflictingObjectId": [holder]},
    )
    if change.portal.option("duplicate_unique_value") == "409":  # 9: unverified
        error.status, error.category = 409, "CONFLICT"
    return error
