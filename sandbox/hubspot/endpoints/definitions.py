"""The properties API: hubspot-api.md 9 [SPEC]."""

from typing import Any

from sandbox.hubspot.call import Call
from sandbox.hubspot.endpoints.batch_answers import batch_response, each_singly
from sandbox.hubspot.errors import invalid
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.properties import (
    archive_property,
    change_property,
    groups_of,
    make_group,
    make_property,
    no_property,
    own_group,
)
from sandbox.web import Response, json_response


def list_properties(call: Call) -> Response:
    kind = call.kind
    if call.flag("archived"):
        results = list(_archived(call, kind).values())
    else:
        results = [each.as_json() for each in call.portal.catalogue.of(kind.name).values()]
    return json_response({"results": results}, operation="list")


def create_property(call: Call) -> Response:
    body = call.body()
    own = make_property(call.portal, call.kind, body)
    return json_response(own, 201, operation="create", object_ids=(_log_id(call, own["name"]),))


def read_property(call: Call) -> Response:
    name = call.variables["name"]
    found = _read(call, call.kind, name, archived=call.flag("archived"))
    return json_response(found, operation="read", object_ids=(_log_id(call, name),))


def update_property(call: Call) -> Response:
    name = call.variables["name"]
    own = change_property(call.portal, call.kind, name, call.body())
    return json_response(own, operation="update", object_ids=(_log_id(call, name),))


def delete_property(call: Call) -> Response:
    name = call.variables["name"]
    archive_property(call.portal, call.kind, name)
    return Response(204, operation="delete", object_ids=(_log_id(call, name),))


def batch_read_properties(call: Call) -> Response:
    kind, archived = call.kind, bool(call.body().get("archived"))
    inputs = call.inputs()
    results, errors = each_singly(
        inputs, lambda each: _read(call, kind, _name(each), archived=archived)
    )
    return batch_response(call, results, errors, operation="read", items=len(inputs))


def batch_create_properties(call: Call) -> Response:
    kind, inputs = call.kind, call.inputs()
    results, errors = each_singly(inputs, lambda each: make_property(call.portal, kind, each))
    return batch_response(call, results, errors, ok=201, operation="create", items=len(inputs))


def batch_archive_properties(call: Call) -> Response:
    kind, inputs = call.kind, call.inputs()
    for each in inputs:
        archive_property(call.portal, kind, _name(each))
    return Response(204, operation="delete", items=len(inputs))


def list_groups(call: Call) -> Response:
    groups = list(groups_of(call.portal, call.kind).values())
    return json_response({"results": groups}, operation="list")


def create_group(call: Call) -> Response:
    group = make_group(call.portal, call.kind, call.body())
    return json_response(group, 201, operation="create")


def read_group(call: Call) -> Response:
    name = call.variables["name"]
    groups = groups_of(call.portal, call.kind)
    if name not in groups:
        raise no_property(name)
    return json_response(groups[name], operation="read")


def update_group(call: Call) -> Response:
    group, body = own_group(call.portal, call.kind, call.variables["name"]), call.body()
    group.update({key: body[key] for key in ("label", "displayOrder") if key in body})
    call.portal.changes += 1
    return json_response(group, operation="update")


def delete_group(call: Call) -> Response:
    own_group(call.portal, call.kind, call.variables["name"])["archived"] = True
    call.portal.changes += 1
    return Response(204, operation="delete")


def _read(call: Call, kind: ObjectType, name: str, *, archived: bool) -> dict[str, Any]:
    if archived:
        found = _archived(call, kind).get(name)
        if found is None:
            raise no_property(name)
        return found
    definition = call.portal.catalogue.of(kind.name).get(name)
    if definition is None:
        raise no_property(name)
    return definition.as_json()


def _archived(call: Call, kind: ObjectType) -> dict[str, dict[str, Any]]:
    own = call.portal.state["properties"][kind.name]
    return {name: definition for name, definition in own.items() if definition["archived"]}


def _name(each: dict[str, Any]) -> str:
    name = each.get("name")
    if not isinstance(name, str):
        raise invalid("Each input needs a name")
    return name


def _log_id(call: Call, name: str) -> str:
    return f"properties/{call.kind.name}.{name}"
