"""Single records: list, create, read, update, archive: hubspot-api.md 4."""

from bisect import bisect_right
from typing import Any

from sandbox.hubspot.billing.settling import settle
from sandbox.hubspot.call import Call, list_in
from sandbox.hubspot.errors import ApiError, invalid, not_found
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.portal import Portal, Record
from sandbox.hubspot.reading import EVERYTHING, View, shown, written_view
from sandbox.hubspot.writing import (
    apply,
    archive,
    check_id_property,
    existing,
    prepare_create,
    prepare_update,
)
from sandbox.web import Response, json_response

LARGEST_PAGE = 100
LARGEST_PAGE_WITH_HISTORY = 50  # 4: "lowers the maximum per call"


def list_records(call: Call) -> Response:
    kind, view = call.kind, view_of(call)
    most = LARGEST_PAGE_WITH_HISTORY if view.history else LARGEST_PAGE
    page, more = _page(call, kind, call.count("limit", 10, most))
    answer: dict[str, Any] = {
        "results": [shown(call.portal, kind, record, view) for record in page]
    }
    if more:
        after = page[-1]["id"]
        answer["paging"] = {"next": {"after": after, "link": call.page_link(after)}}
    return json_response(answer, operation="list", items=len(page))


def create_record(call: Call) -> Response:
    kind, body = call.kind, call.body()
    change = prepare_create(
        call.portal,
        kind,
        properties_of(body),
        call.actor,
        call.version,
        list_in(body, "associations", dict),
    )
    record = apply(change)
    settle(call.portal)
    return json_response(
        shown(call.portal, kind, record, EVERYTHING),
        201,
        operation="create",
        object_ids=(f"{kind.name}/{record['id']}",),
    )


def read_record(call: Call) -> Response:
    kind = call.kind
    try:
        record = _asked_record(call, kind)
    except ApiError as error:
        if error.status == 404 and call.portal.option("bare_not_found"):
            error.category = ""
        raise
    return json_response(
        shown(call.portal, kind, record, view_of(call)),
        operation="read",
        object_ids=(f"{kind.name}/{record['id']}",),
    )


def update_record(call: Call) -> Response:
    kind, raw = call.kind, properties_of(call.body())
    record = existing(call.portal, kind, _surviving_id(call, kind), call.request.arg("idProperty"))
    change = prepare_update(call.portal, kind, record, raw, call.actor, call.version)
    apply(change)
    settle(call.portal)
    names = (*raw, *change.system_values)
    return json_response(
        shown(call.portal, kind, record, written_view(kind, names)),
        operation="update",
        object_ids=(f"{kind.name}/{record['id']}",),
    )


def archive_record(call: Call) -> Response:
    kind, record_id = call.kind, call.variables["id"]
    record = call.portal.records(kind.name).get(record_id)
    if record is None:
        raise not_found("resource not found")
    if not record["archived"]:
        archive(call.portal, kind, record, call.actor)
        settle(call.portal)
    return Response(204, operation="delete", object_ids=(f"{kind.name}/{record_id}",))


def view_of(call: Call) -> View:
    return View(
        properties=call.names("properties"),
        history=call.names("propertiesWithHistory") or (),
        associations=call.names("associations") or (),
    )


def properties_of(body: dict[str, Any]) -> dict[str, Any]:
    properties = body.get("properties", {})
    if not isinstance(properties, dict):
        raise invalid("properties must be an object")
    return properties


def is_listed(record: Record, *, archived: bool) -> bool:
    """A merged record is neither here nor in the recycle bin; nor is an erased one."""
    if record["archived"] != archived:
        return False
    return "merged_into" not in record and not record.get("gdpr_deleted")


def _page(call: Call, kind: ObjectType, limit: int) -> tuple[list[Record], bool]:
    """`after` is a record id here: 4 [OBJ]."""
    records, ids = call.portal.records(kind.name), call.portal.ids[kind.name]
    archived = call.flag("archived")
    page: list[Record] = []
    for index in range(bisect_right(ids, call.after()), len(ids)):
        record = records[str(ids[index])]
        if is_listed(record, archived=archived):
            if len(page) == limit:
                return page, True
            page.append(record)
    return page, False


def _asked_record(call: Call, kind: ObjectType) -> Record:
    id_property = call.request.arg("idProperty")
    if not call.flag("archived"):
        return existing(call.portal, kind, _surviving_id(call, kind), id_property)
    found = _archived_record(call.portal, kind, call.variables["id"], id_property)
    if found is None:
        raise not_found("resource not found")
    return found


def _archived_record(
    portal: Portal, kind: ObjectType, value: str, id_property: str
) -> Record | None:
    """hubspot-api.md 4: reading an archived record needs archived=true."""
    records = portal.records(kind.name)
    if not id_property or id_property == "hs_object_id":
        record = records.get(value)
        return record if record and is_listed(record, archived=True) else None
    check_id_property(portal, kind, id_property)
    for record in records.values():
        if record["properties"].get(id_property) == value and is_listed(record, archived=True):
            return record
    return None


def _surviving_id(call: Call, kind: ObjectType) -> str:
    """hubspot-api.md 13 [OBJ]: single calls accept the id of a merged record."""
    record_id = call.variables["id"]
    record = call.portal.records(kind.name).get(record_id)
    while record is not None and "merged_into" in record:
        record_id = record["merged_into"]
        record = call.portal.records(kind.name).get(record_id)
    return record_id
