"""Up to 100 records in one call: read, create, update, upsert, archive: hubspot-api.md 4."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.billing.settling import settle
from sandbox.hubspot.call import Call, list_in
from sandbox.hubspot.change import Change
from sandbox.hubspot.endpoints.batch_answers import (
    Input,
    batch_response,
    each_singly,
    takes_errors_singly,
    traces_of,
    with_trace,
)
from sandbox.hubspot.endpoints.objects import is_listed, properties_of
from sandbox.hubspot.errors import ApiError, invalid, not_found
from sandbox.hubspot.portal import Record
from sandbox.hubspot.reading import EVERYTHING, View, shown, written_view
from sandbox.hubspot.uniqueness import fold
from sandbox.hubspot.writing import (
    apply,
    archive,
    check_id_property,
    existing,
    prepare_create,
    prepare_update,
    taken,
)
from sandbox.web import Response

Prepare = Callable[[Call, Input], Change]


@dataclass(frozen=True, slots=True)
class Written:
    input: Input
    change: Change
    record: Record


def batch_read(call: Call) -> Response:
    kind, body, inputs = call.kind, call.body(), call.inputs()
    asked = list_in(body, "properties", str) if "properties" in body else None
    view = View(asked, list_in(body, "propertiesWithHistory", str))
    ids = list(dict.fromkeys(str(each.get("id")) for each in inputs))
    found = {value: _find(call, str(body.get("idProperty") or ""), value) for value in ids}
    results = [shown(call.portal, kind, record, view) for record in found.values() if record]
    missing = [value for value, record in found.items() if record is None]
    if call.portal.option("missing_ids") == "omitted":
        missing = []
    errors = [_missing(kind.singular, missing).as_batch_error()] if missing else []
    return batch_response(
        call,
        results,
        errors,
        operation="read",
        items=len(inputs),
        object_ids=tuple(f"{kind.name}/{r['id']}" for r in results),
    )


def batch_create(call: Call) -> Response:
    return _write(call, _prepare_create, "create", ok=201)


def batch_update(call: Call) -> Response:
    return _write(call, _prepare_update, "update")


def batch_upsert(call: Call) -> Response:
    return _write(call, _prepare_upsert, "upsert")


def batch_archive(call: Call) -> Response:
    kind, inputs = call.kind, call.inputs()
    ids = [str(each.get("id")) for each in inputs]
    for record_id in ids:
        record = call.portal.live(kind.name, record_id)
        if record is not None:
            archive(call.portal, kind, record, call.actor)
    settle(call.portal)
    return Response(
        204,
        operation="delete",
        items=len(inputs),
        object_ids=tuple(f"{kind.name}/{record_id}" for record_id in ids),
    )


def _write(call: Call, prepare: Prepare, operation: str, ok: int = 200) -> Response:
    inputs = call.inputs()
    if _fails_singly(call, inputs, operation):
        written, errors = each_singly(inputs, lambda each: _applied(each, prepare(call, each)))
    else:
        changes = _prepare_all(call, inputs, prepare)
        written = [_applied(each, change) for each, change in zip(inputs, changes, strict=True)]
        errors = []
    settle(call.portal)
    results = [_result(call, each, operation) for each in written]
    return batch_response(
        call,
        results,
        errors,
        ok=ok,
        operation=operation,
        items=len(inputs),
        object_ids=tuple(f"{call.kind.name}/{result['id']}" for result in results),
        request_id=traces_of(inputs),
    )


def _applied(each: Input, change: Change) -> Written:
    return Written(each, change, apply(change))


def _result(call: Call, written: Written, operation: str) -> dict[str, Any]:
    change, is_new = written.change, written.change.record is None
    names = (*change.values, *change.system_values)
    view = EVERYTHING if is_new else written_view(call.kind, names)
    result = shown(call.portal, call.kind, written.record, view)
    if operation == "upsert":
        result["new"] = is_new
    return with_trace(result, written.input)


def _fails_singly(call: Call, inputs: list[Input], operation: str) -> bool:
    """Documented for create; for update unverified. By e-mail upserts are never partial [OBJ]."""
    if operation == "upsert" and any(each.get("idProperty") == "email" for each in inputs):
        return False
    if takes_errors_singly(inputs):
        return True
    per_record = call.portal.option("batch_without_trace") == "per_record"
    return operation == "update" and per_record


def _prepare_all(call: Call, inputs: list[Input], prepare: Prepare) -> list[Change]:
    """All or nothing; a unique value may appear once in the batch."""
    changes = [prepare(call, each) for each in inputs]
    claimed: dict[tuple[str, str], str] = {}
    for index, change in enumerate(changes):
        owner = change.record["id"] if change.record else f"number {index} of the batch"
        for name in call.portal.catalogue.unique_names(call.kind.name):
            value = change.values.get(name)
            if value and (other := claimed.setdefault((name, fold(name, value)), owner)) != owner:
                raise taken(change, name, value, other)
    return changes


def _prepare_create(call: Call, each: Input) -> Change:
    return prepare_create(
        call.portal,
        call.kind,
        properties_of(each),
        call.actor,
        call.version,
        list_in(each, "associations", dict),
    )


def _prepare_update(call: Call, each: Input) -> Change:
    record = existing(
        call.portal, call.kind, str(each.get("id")), str(each.get("idProperty") or "")
    )
    return prepare_update(
        call.portal, call.kind, record, properties_of(each), call.actor, call.version
    )


def _prepare_upsert(call: Call, each: Input) -> Change:
    """By a unique property; contacts also by e-mail. Takes no associations [SPEC]."""
    id_property = str(each.get("idProperty") or "")
    if not id_property or id_property == "hs_object_id":
        raise invalid("idProperty must name a unique property", code="INVALID_ID_PROPERTY")
    check_id_property(call.portal, call.kind, id_property)
    value, raw = str(each.get("id")), properties_of(each)
    holder = call.portal.unique.holder(call.kind.name, id_property, value)
    if holder is None:
        raw = {id_property: value, **raw}
        return prepare_create(call.portal, call.kind, raw, call.actor, call.version)
    record = call.portal.records(call.kind.name)[holder]
    return prepare_update(call.portal, call.kind, record, raw, call.actor, call.version)


def _find(call: Call, id_property: str, value: str) -> Record | None:
    if call.flag("archived"):
        record = call.portal.records(call.kind.name).get(value)
        return record if record and is_listed(record, archived=True) else None
    try:
        return existing(call.portal, call.kind, value, id_property)
    except ApiError as error:
        if error.status != 404:
            raise
        return None


def _missing(singular: str, ids: list[str]) -> ApiError:
    message = f"Could not get some {singular.upper()} objects, they may be deleted or not exist."
    return not_found(message, {"ids": ids})
