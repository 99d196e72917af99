"""Associations of the third version, by name instead of number: hubspot-api.md 6.2, last row."""

from typing import Any

from sandbox.hubspot.billing.settling import settle
from sandbox.hubspot.call import Call
from sandbox.hubspot.endpoints.association_batches import MOST_READ, MOST_WRITTEN, ends
from sandbox.hubspot.endpoints.associations import both_of, log_ids
from sandbox.hubspot.endpoints.batch_answers import Input, batch_response, each_singly
from sandbox.hubspot.links.linking import link, party, unlink
from sandbox.hubspot.links.rules import Party
from sandbox.hubspot.links.store import linked_ids, type_ids_between
from sandbox.hubspot.links.types import AssociationType, type_of_id, type_of_v3_name, types_between
from sandbox.hubspot.object_types import object_type
from sandbox.hubspot.reading import shown
from sandbox.web import Response, json_response


def batch_read(call: Call) -> Response:
    to_type = object_type(call.variables["to"]).name

    def read(each: Input) -> dict[str, Any]:
        kind, record = party(call.portal, call.variables["from"], each.get("id"))
        start = (kind.name, record["id"])
        to = [
            {"id": partner, "type": type_of_id(kind.name, to_type, type_id).v3_name}
            for partner in linked_ids(call.portal, *start, to_type)
            for type_id in type_ids_between(call.portal, start, (to_type, partner))
        ]
        return {"from": {"id": record["id"]}, "to": to}

    inputs = call.inputs(MOST_READ)
    results, errors = each_singly(inputs, read)
    return batch_response(call, results, errors, operation="read", items=len(inputs))


def types(call: Call) -> Response:
    start, end = object_type(call.variables["from"]), object_type(call.variables["to"])
    known = types_between(start.name, end.name)
    results = [{"id": str(kind.type_id), "name": kind.v3_name} for kind in known]
    return json_response({"results": results}, operation="list")


def batch_create(call: Call) -> Response:
    def associate(each: Input) -> dict[str, Any]:
        one, other = ends(call, each)
        kind = _named(one, other, each.get("type"))
        link(call.portal, one, other, [kind])
        return {
            "from": {"id": one[1]["id"]},
            "to": {"id": other[1]["id"]},
            "type": kind.v3_name,
        }

    inputs = call.inputs(MOST_WRITTEN)
    results, errors = each_singly(inputs, associate)
    settle(call.portal)
    return batch_response(call, results, errors, ok=201, operation="associate", items=len(inputs))


def batch_archive(call: Call) -> Response:
    def dissociate(each: Input) -> None:
        one, other = ends(call, each)
        unlink(call.portal, one, other, [_named(one, other, each.get("type"))])

    inputs = call.inputs(MOST_WRITTEN)
    _, errors = each_singly(inputs, dissociate)
    settle(call.portal)
    if errors:
        return batch_response(call, [], errors, operation="dissociate", items=len(inputs))
    return Response(204, operation="dissociate", items=len(inputs))


def put(call: Call) -> Response:
    one, other = both_of(call)
    link(call.portal, one, other, [_named(one, other, call.variables["name"])])
    settle(call.portal)
    return json_response(
        shown(call.portal, *one), operation="associate", object_ids=log_ids(one, other)
    )


def delete(call: Call) -> Response:
    one, other = both_of(call)
    unlink(call.portal, one, other, [_named(one, other, call.variables["name"])])
    settle(call.portal)
    return Response(204, operation="dissociate", object_ids=log_ids(one, other))


def _named(one: Party, other: Party, name: Any) -> AssociationType:
    return type_of_v3_name(one[0].name, other[0].name, str(name))
