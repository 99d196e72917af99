"""Associations between two records, fourth version and dated ones: hubspot-api.md 6.2 [ASSOC]."""

from typing import Any

from sandbox.hubspot.billing.settling import settle
from sandbox.hubspot.call import Call
from sandbox.hubspot.endpoints.batch_answers import batch_response
from sandbox.hubspot.errors import invalid
from sandbox.hubspot.links.linking import link, party, types_of_specs, unlink
from sandbox.hubspot.links.rules import Party
from sandbox.hubspot.links.store import linked_ids, type_ids_between
from sandbox.hubspot.links.types import (
    AssociationType,
    default_type,
    type_of_id,
    types_between,
)
from sandbox.hubspot.object_types import object_type
from sandbox.hubspot.portal import Portal
from sandbox.web import Response, json_response

PAGE = 500


def list_of_record(call: Call) -> Response:
    one = party(call.portal, call.variables["from"], call.variables["id"])
    limit, after = call.count("limit", PAGE, PAGE), call.after()
    partners = partners_of(call.portal, one, call.variables["to"])
    answer: dict[str, Any] = {"results": partners[after : after + limit]}
    if after + limit < len(partners):
        following = str(after + limit)
        answer["paging"] = {"next": {"after": following, "link": call.page_link(following)}}
    return json_response(answer, operation="list")


def put_default(call: Call) -> Response:
    one, other = both_of(call)
    link(call.portal, one, other)
    settle(call.portal)
    return batch_response(
        call, both_directions(one, other), operation="associate", object_ids=log_ids(one, other)
    )


def put_labels(call: Call) -> Response:
    """Replaces the labels of the pair [ASSOC]."""
    one, other = both_of(call)
    try:
        specs = call.request.json()
    except ValueError:
        raise invalid("Invalid input JSON") from None
    types = types_of_specs(one[0].name, other[0].name, specs)
    link(call.portal, one, other, types, replacing=True)
    settle(call.portal)
    return json_response(
        labels_between(call.portal, one, other),
        201,
        operation="associate",
        object_ids=log_ids(one, other),
    )


def delete_all(call: Call) -> Response:
    one, other = both_of(call)
    unlink(call.portal, one, other)
    settle(call.portal)
    return Response(204, operation="dissociate", object_ids=log_ids(one, other))


def labels(call: Call) -> Response:
    start, end = object_type(call.variables["from"]), object_type(call.variables["to"])
    results = [kind.labelled() for kind in types_between(start.name, end.name)]
    return json_response({"results": results}, operation="list")


def both_of(call: Call) -> tuple[Party, Party]:
    one = party(call.portal, call.variables["from"], call.variables["id"])
    return one, party(call.portal, call.variables["to"], call.variables["to_id"])


def partners_of(portal: Portal, one: Party, to_name: str) -> list[dict[str, Any]]:
    """`[{toObjectId, associationTypes: [{category, typeId, label}]}]`."""
    kind, record = one
    to_type = object_type(to_name).name
    return [
        {
            "toObjectId": partner,
            "associationTypes": [
                each.labelled()
                for each in _types_of_pair(portal, (kind.name, record["id"]), (to_type, partner))
            ],
        }
        for partner in linked_ids(portal, kind.name, record["id"], to_type)
    ]


def both_directions(one: Party, other: Party) -> list[dict[str, Any]]:
    """What the default calls answer: `{from, to, associationSpec}` each way."""
    there = default_type(one[0].name, other[0].name)
    back = there.reversed()
    ways = [(one, other, there), *([(other, one, back)] if back else [])]
    return [
        {
            "from": {"id": start[1]["id"]},
            "to": {"id": end[1]["id"]},
            "associationSpec": kind.spec(),
        }
        for start, end, kind in ways
    ]


def labels_between(portal: Portal, one: Party, other: Party) -> dict[str, Any]:
    start, end = (one[0].name, one[1]["id"]), (other[0].name, other[1]["id"])
    return {
        "fromObjectTypeId": one[0].type_id,
        "fromObjectId": one[1]["id"],
        "toObjectTypeId": other[0].type_id,
        "toObjectId": other[1]["id"],
        "labels": [kind.label for kind in _types_of_pair(portal, start, end) if kind.label],
    }


def log_ids(one: Party, other: Party) -> tuple[str, ...]:
    return tuple(f"{kind.name}/{record['id']}" for kind, record in (one, other))


def _types_of_pair(
    portal: Portal, start: tuple[str, str], end: tuple[str, str]
) -> list[AssociationType]:
    return [
        type_of_id(start[0], end[0], type_id) for type_id in type_ids_between(portal, start, end)
    ]
