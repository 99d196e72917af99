"""Connects and disconnects two records by the rules, and lets both ends work things out."""

from collections.abc import Iterable
from typing import Any

from sandbox.hubspot.errors import invalid, not_found
from sandbox.hubspot.links.rules import Party, check_connect, check_disconnect
from sandbox.hubspot.links.store import connect, disconnect
from sandbox.hubspot.links.types import (
    CATEGORY,
    AssociationType,
    default_type,
    type_of_id,
    types_between,
)
from sandbox.hubspot.object_types import ObjectType, object_type
from sandbox.hubspot.portal import Portal, Record
from sandbox.hubspot.rules import RULES

InlineLink = tuple[Record, ObjectType, list[AssociationType]]


def party(portal: Portal, type_name: str, record_id: Any) -> Party:
    kind = object_type(type_name)
    record = portal.live(kind.name, str(record_id))
    if record is None:
        raise not_found(
            f"{kind.singular.upper()} with id {record_id} does not exist",
            {"objectId": [str(record_id)], "objectType": [kind.singular]},
        )
    return kind, record


def link(
    portal: Portal,
    one: Party,
    other: Party,
    types: Iterable[AssociationType] = (),
    *,
    replacing: bool = False,
) -> None:
    """`replacing`: labels that are not among the types go [ASSOC]."""
    default_type(one[0].name, other[0].name)
    check_connect(portal, one, other)
    start, end = _ends(one, other)
    wanted = list(types)
    if replacing:
        labels = [t for t in types_between(start[0], end[0]) if t.label and t not in wanted]
        disconnect(portal, start, end, labels)
    connect(portal, start, end, wanted)
    _work_out(portal, one, other)


def unlink(
    portal: Portal, one: Party, other: Party, types: Iterable[AssociationType] | None = None
) -> None:
    default_type(one[0].name, other[0].name)
    check_disconnect(portal, one, other)
    disconnect(portal, *_ends(one, other), types)
    _work_out(portal, one, other)


def resolve_inline(
    portal: Portal, kind: ObjectType, associations: Iterable[Any]
) -> list[InlineLink]:
    """`associations[]` of a create: `{to: {id}, types: [...]}`, the ids say to which type [OBJ]."""
    found = []
    for association in associations or ():
        try:
            to_id, specs = str(association["to"]["id"]), association["types"]
        except (KeyError, TypeError):
            raise invalid("associations: each needs to.id and types") from None
        if not isinstance(specs, list):
            raise invalid("associations: types must be a list")
        types = [inline_type(kind, spec) for spec in specs]
        if not types or any(t.to_type != types[0].to_type for t in types):
            raise invalid("associations: the types of one association name one object type")
        to_kind, record = party(portal, types[0].to_type, to_id)
        found.append((record, to_kind, types))
    return found


def inline_type(kind: ObjectType, spec: Any) -> AssociationType:
    type_id = spec_type_id(spec)
    for to_type in RULES:
        for known in types_between(kind.name, to_type):
            if known.type_id == type_id:
                return known
    raise invalid(
        f"Association type {type_id} is not defined for {kind.name}",
        code="INVALID_ASSOCIATION_TYPE",
        context={"associationTypeId": [str(type_id)]},
    )


def types_of_specs(from_type: str, to_type: str, specs: Any) -> list[AssociationType]:
    if not isinstance(specs, list):
        raise invalid("The association types must be a list")
    return [type_of_id(from_type, to_type, spec_type_id(spec)) for spec in specs]


def spec_type_id(spec: Any) -> int:
    """Numbers and numbers as text; only HubSpot's own types exist here."""
    try:
        category, type_id = spec["associationCategory"], int(spec["associationTypeId"])
    except (KeyError, TypeError, ValueError):
        raise invalid(
            "An association type needs associationCategory and associationTypeId"
        ) from None
    if category != CATEGORY:
        raise invalid(f"There is no association type {type_id} in category {category}")
    return type_id


def _ends(one: Party, other: Party) -> tuple[tuple[str, str], tuple[str, str]]:
    return (one[0].name, one[1]["id"]), (other[0].name, other[1]["id"])


def _work_out(portal: Portal, one: Party, other: Party) -> None:
    for kind, record in (one, other):
        RULES[kind.name].after(portal, record)
