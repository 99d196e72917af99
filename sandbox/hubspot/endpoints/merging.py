"""Merging two contacts or companies, and erasing a contact for good: hubspot-api.md 4."""

from sandbox.hubspot.call import Call
from sandbox.hubspot.errors import invalid, not_found
from sandbox.hubspot.merging import erase, merge
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.portal import Portal, Record
from sandbox.hubspot.reading import EVERYTHING, shown
from sandbox.hubspot.writing import existing
from sandbox.web import Response, json_response


def merge_records(call: Call) -> Response:
    kind, body = call.kind, call.body()
    if not kind.mergeable:
        raise invalid(f"{kind.name} cannot be merged")
    primary = existing(call.portal, kind, str(body.get("primaryObjectId")))
    loser = existing(call.portal, kind, str(body.get("objectIdToMerge")))
    merge(call.portal, kind, primary, loser, call.actor)
    return json_response(
        shown(call.portal, kind, primary, EVERYTHING),
        operation="merge",
        object_ids=(f"{kind.name}/{primary['id']}", f"{kind.name}/{loser['id']}"),
    )


def gdpr_delete(call: Call) -> Response:
    kind, body = call.kind, call.body()
    value, id_property = str(body.get("objectId")), str(body.get("idProperty") or "")
    record = _live_or_archived(call.portal, kind, value, id_property)
    if record is None:
        raise not_found("resource not found")
    erase(call.portal, kind, record)
    return Response(204, operation="gdpr-delete", object_ids=(f"{kind.name}/{record['id']}",))


def _live_or_archived(
    portal: Portal, kind: ObjectType, value: str, id_property: str
) -> Record | None:
    if id_property:
        return existing(portal, kind, value, id_property)
    return portal.records(kind.name).get(value)
