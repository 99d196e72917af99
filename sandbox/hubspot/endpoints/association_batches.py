"""Associations of many records in one call: hubspot-api.md 6.2 [ASSOC]."""

from collections.abc import Callable
from typing import Any

from sandbox.hubspot.billing.settling import settle
from sandbox.hubspot.call import Call, list_in
from sandbox.hubspot.endpoints.associations import (
    PAGE,
    both_directions,
    labels_between,
    log_ids,
    partners_of,
)
from sandbox.hubspot.endpoints.batch_answers import Input, batch_response, each_singly
from sandbox.hubspot.errors import ApiError, invalid
from sandbox.hubspot.links.linking import link, party, types_of_specs, unlink
from sandbox.hubspot.links.rules import Party
from sandbox.web import Response

# limits of the association calls [ASSOC]
MOST_READ, MOST_WRITTEN = 1_000, 2_000


def batch_read(call: Call) -> Response:
    inputs = call.inputs(MOST_READ)
    found, errors = each_singly(inputs, lambda each: _read(call, each))
    results = [result for result in found if result is not None]
    return batch_response(call, results, errors, operation="read", items=len(inputs))


def batch_default(call: Call) -> Response:
    def associate(each: Input) -> list[dict[str, Any]]:
        one, other = ends(call, each)
        link(call.portal, one, other)
        return both_directions(one, other)

    inputs = call.inputs(MOST_WRITTEN)
    pairs, errors = each_singly(inputs, associate)
    settle(call.portal)
    results = [way for pair in pairs for way in pair]
    return batch_response(call, results, errors, operation="associate", items=len(inputs))


def batch_create(call: Call) -> Response:
    def associate(each: Input) -> tuple[Party, Party]:
        one, other = ends(call, each)
        types = types_of_specs(one[0].name, other[0].name, each.get("types"))
        link(call.portal, one, other, types)
        return one, other

    inputs = call.inputs(MOST_WRITTEN)
    pairs, errors = each_singly(inputs, associate)
    settle(call.portal)
    return batch_response(
        call,
        [labels_between(call.portal, one, other) for one, other in pairs],
        errors,
        ok=200 if call.folds_errors else 201,
        operation="associate",
        items=len(inputs),
        object_ids=tuple(log_id for one, other in pairs for log_id in log_ids(one, other)),
    )


def batch_archive(call: Call) -> Response:
    def dissociate(each: Input) -> None:
        start = _end(call, "from", each.get("from"))
        for target in list_in(each, "to", dict):
            unlink(call.portal, start, _end(call, "to", target))

    return _removed(call, dissociate)


def batch_archive_labels(call: Call) -> Response:
    def dissociate(each: Input) -> None:
        one, other = ends(call, each)
        types = types_of_specs(one[0].name, other[0].name, each.get("types"))
        unlink(call.portal, one, other, types)

    return _removed(call, dissociate)


def ends(call: Call, each: Input) -> tuple[Party, Party]:
    return _end(call, "from", each.get("from")), _end(call, "to", each.get("to"))


def _end(call: Call, which: str, value: Any) -> Party:
    if not isinstance(value, dict) or "id" not in value:
        raise invalid(f"Each input needs {which}.id")
    return party(call.portal, call.variables[which], value["id"])


def _read(call: Call, each: Input) -> dict[str, Any] | None:
    one = party(call.portal, call.variables["from"], each.get("id"))
    partners = partners_of(call.portal, one, call.variables["to"])
    if not partners:
        if call.portal.option("empty_association_reads") == "omitted":
            return None
        raise _nothing_found(call, one)
    after = str(each.get("after") or "0")
    start = int(after) if after.isdigit() else 0
    result: dict[str, Any] = {
        "from": {"id": one[1]["id"]},
        "to": partners[start : start + PAGE],
    }
    if start + PAGE < len(partners):
        result["paging"] = {"next": {"after": str(start + PAGE)}}
    return result


def _nothing_found(call: Call, one: Party) -> ApiError:
    """That such records are reported as errors is not in the sheet: a switch."""
    kind, record = one
    to_type = call.variables["to"]
    return ApiError(
        404,
        "OBJECT_NOT_FOUND",
        f"No {to_type} is associated with {kind.singular} {record['id']}.",
        context={
            "fromObjectId": [record["id"]],
            "fromObjectType": [kind.singular],
            "toObjectType": [to_type],
        },
        sub_category="crm.associations.NO_ASSOCIATIONS_FOUND",
    )


def _removed(call: Call, dissociate: Callable[[Input], None]) -> Response:
    """204 in the fourth version, 200 with a batch body in dated ones: hubspot-api.md 2 [SPEC]."""
    inputs = call.inputs(MOST_WRITTEN)
    _, errors = each_singly(inputs, dissociate)
    settle(call.portal)
    is_dated = call.version != "v4" and call.portal.option("dated_batches_follow_spec")
    if is_dated or errors:
        return batch_response(call, [], errors, operation="dissociate", items=len(inputs))
    return Response(204, operation="dissociate", items=len(inputs))
