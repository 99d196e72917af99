"""Batches: items worked one after another, each with its own answer or fault
(quickbooks-api.md 13)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import simplejson

from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.entities import KINDS
from sandbox.quickbooks.faults import Fault, broken_rule, missing
from sandbox.quickbooks.operations import Done, carry_out
from sandbox.quickbooks.query import run_query
from sandbox.quickbooks.replay import (
    LONGEST_IN_BATCH,
    check_request_id,
    fingerprint,
    first_answer,
    remember,
    remember_fault,
)
from sandbox.quickbooks.writes import kind_of


@dataclass(slots=True)
class BatchResult:
    answers: list[dict[str, Any]] = field(default_factory=list)
    object_ids: list[str] = field(default_factory=list)
    writes: int = 0
    noops: int = 0
    was_cut: bool = False


def run_batch(company: Company, body: Any, request_id: str, author: Author) -> BatchResult:
    items = _items(company, body)
    check_request_id(request_id, LONGEST_IN_BATCH)
    cut_after = company.options["batch_cut_after"]
    result = BatchResult()
    for number, item in enumerate(items):
        if cut_after is not None and number >= cut_after:
            result.was_cut = True
            break
        result.answers.append(_answer(company, item, request_id, author, result))
    company.options["batch_cut_after"] = None
    return result


def _items(company: Company, body: Any) -> list[dict[str, Any]]:
    items = body.get("BatchItemRequest") if isinstance(body, Mapping) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise missing("BatchItemRequest")
    most = company.options["batch_max"]
    if len(items) > most:
        raise Fault("1040", f"Batch size {len(items)} exceeds the limit of {most}")
    return items


def _answer(
    company: Company, item: dict[str, Any], request_id: str, author: Author, result: BatchResult
) -> dict[str, Any]:
    item_id = str(item.get("bId", ""))
    try:
        if "Query" in item:
            payload = {"QueryResponse": run_query(company, str(item["Query"]))}
        else:
            payload = _written(company, item, item_id, request_id, author, result)
    except Fault as fault:
        payload = {"Fault": fault.as_json()}
    return payload | {"bId": item_id}


def _written(
    company: Company,
    item: dict[str, Any],
    item_id: str,
    request_id: str,
    author: Author,
    result: BatchResult,
) -> dict[str, Any]:
    """quickbooks-api.md 13: whether a repeated batch replays is unverified; each item's own id is
    taken to be request id and bId together."""
    result.writes += 1
    if not request_id or company.options["batch_replay"] == "execute_again":
        return _carried_out(company, item, author, result).payload
    check_request_id(request_id + item_id)
    key = f"batch:{request_id}{item_id}"
    content = fingerprint(simplejson.dumps(item, use_decimal=True, sort_keys=True).encode())
    first = first_answer(company, key, content)
    if first is not None:
        result.noops += 1
        if company.options["batch_replay"] == "fault_6000":
            raise broken_rule("An unexpected error occurred while saving your data.")
        return first
    try:
        payload = _carried_out(company, item, author, result).payload
    except Fault as fault:
        remember_fault(company, key, content, {"Fault": fault.as_json()})
        raise
    remember(company, key, content, payload)
    return payload


def _carried_out(
    company: Company, item: dict[str, Any], author: Author, result: BatchResult
) -> Done:
    entity = next((name for name in item if name in KINDS), None)
    if entity is None:
        unknown = next((name for name in item if name not in ("bId", "operation")), "none")
        raise Fault("2000", f"Object Name: {unknown} is unsupported or invalid")
    options = frozenset(str(item.get("optionsData", "")).split(",")) - {""}
    operation = str(item.get("operation", ""))
    if not operation:
        raise missing("operation")
    is_void = operation == "void" or "void" in options
    if is_void and entity == "Invoice" and company.options["batch_void_invoice"] == "refused":
        raise Fault("500", "Operation void is not supported in a batch.")
    done = carry_out(company, kind_of(entity), operation, item[entity], options, author)
    result.object_ids.append(done.object_id)
    result.noops += done.is_noop
    return done
