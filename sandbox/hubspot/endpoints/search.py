"""POST …/search: hubspot-api.md 8 [SEARCH]."""

from collections.abc import Sequence
from typing import Any

from sandbox.hubspot.call import Call, list_in, number_or_refuse
from sandbox.hubspot.errors import ApiError, invalid
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.portal import Record
from sandbox.hubspot.reading import View, shown
from sandbox.hubspot.searching.filters import changed_since, filter_for, query_for, unknown_property
from sandbox.hubspot.searching.operators import sort_key
from sandbox.hubspot.searchlag import indexed_records
from sandbox.web import Response, json_response

LARGEST_PAGE = 200
LAST_REACHABLE = 10_000
LONGEST_BODY = 3_000


def search(call: Call) -> Response:
    kind, body = call.kind, call.body()
    if len(call.request.body.decode(errors="replace")) > LONGEST_BODY:
        raise invalid(f"The request body is longer than {LONGEST_BODY} characters")
    limit, after = _page_of(body)
    found = _sorted(call, kind, _found(call, kind, body), _sorts_of(body))
    page = found[after : after + limit]
    view = View(list_in(body, "properties", str) or None)
    answer: dict[str, Any] = {
        "total": len(found),
        "results": [shown(call.portal, kind, record, view) for record in page],
    }
    if after + limit < len(found):
        answer["paging"] = {"next": {"after": str(after + limit)}}
    return json_response(answer, operation="search", items=len(page))


def _page_of(body: dict[str, Any]) -> tuple[int, int]:
    """`after` is an offset here, not a record id."""
    limit = number_or_refuse(body.get("limit"), "limit", 10, LARGEST_PAGE)
    start = body.get("after", body.get("offset"))
    after = number_or_refuse(start or None, "after", 0, 10**12)
    if after + limit > LAST_REACHABLE:
        raise ApiError(400, "VALIDATION_ERROR", f"Paging past {LAST_REACHABLE} results")
    return limit, after


def _sorts_of(body: dict[str, Any]) -> list[Any]:
    sorts = body.get("sorts") or []
    if not isinstance(sorts, list):
        raise invalid("sorts must be a list", code="INVALID_LIST")
    return sorts


def _found(call: Call, kind: ObjectType, body: dict[str, Any]) -> list[Record]:
    groups = list_in(body, "filterGroups", dict)
    fits = filter_for(call.portal, kind, groups)
    since = changed_since(kind, groups)
    found = [record for record in indexed_records(call.portal, kind.name, since) if fits(record)]
    if query := str(body.get("query") or ""):
        asked = query_for(kind, query)
        found = [record for record in found if asked(record)]
    return found


def _sorted(
    call: Call, kind: ObjectType, found: list[Record], sorts: Sequence[Any]
) -> list[Record]:
    """Oldest created first unless told otherwise; records without the value come last."""
    if len(sorts) > 1:
        raise invalid("Only one sort rule is possible", code="TOO_MANY_SORTS")
    if not sorts:
        return sorted(found, key=lambda record: (record["created_at"], int(record["id"])))
    name, descending = _rule(sorts[0])
    definition = call.portal.catalogue.of(kind.name).get(name)
    if definition is None:
        raise unknown_property(kind, name)
    with_value = [record for record in found if record["properties"].get(name) is not None]
    without = [record for record in found if record["properties"].get(name) is None]
    with_value.sort(
        key=lambda record: sort_key(definition, record["properties"][name]), reverse=descending
    )
    return with_value + without


def _rule(sort: Any) -> tuple[str, bool]:
    """An object, or the plain name that the interface description allows [SPEC]."""
    if isinstance(sort, str):
        return sort.lstrip("-"), sort.startswith("-")
    if isinstance(sort, dict) and isinstance(sort.get("propertyName"), str):
        return sort["propertyName"], sort.get("direction") == "DESCENDING"
    raise invalid("A sort rule needs propertyName and direction")
