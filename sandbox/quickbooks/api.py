"""The Accounting API's paths below /v3/company/{realm}/: read, write, query, CDC and batch."""

from collections.abc import Callable
from typing import Any

from sandbox.quickbooks.batch import run_batch
from sandbox.quickbooks.cdc import changes_since
from sandbox.quickbooks.company import Author, Company, answered
from sandbox.quickbooks.entities import KINDS
from sandbox.quickbooks.faults import Fault, not_found
from sandbox.quickbooks.kinds import Kind
from sandbox.quickbooks.mailing import send_invoice
from sandbox.quickbooks.operations import Done, carry_out
from sandbox.quickbooks.query import run_query
from sandbox.quickbooks.replay import (
    check_request_id,
    fingerprint,
    first_answer,
    remember,
    remember_fault,
)
from sandbox.quickbooks.stamps import stamp_with_milliseconds
from sandbox.web import Request, Response, Router, json_response

ROOT = "/v3/company/{realm}"
CompanyHandler = Callable[[Company, Author, Request, dict[str, str]], Response]
Admission = Callable[[CompanyHandler], Callable[[Request, dict[str, str]], Response]]


def add_routes(router: Router, admitted: Admission) -> None:
    """`admitted` wraps a handler with the check of the token."""
    router.add("POST", f"{ROOT}/batch", admitted(_batch))
    router.add("GET", f"{ROOT}/cdc", admitted(_cdc))
    for method in ("GET", "POST"):
        router.add(method, f"{ROOT}/query", admitted(_query))
    for kind in KINDS.values():
        router.add("POST", f"{ROOT}/{kind.resource}", admitted(_writing(kind)))
        router.add("GET", f"{ROOT}/{kind.resource}/{{id}}", admitted(_reading(kind)))
    router.add("GET", f"{ROOT}/preferences", admitted(_reading(KINDS["Preferences"])))
    router.add("POST", f"{ROOT}/invoice/{{id}}/send", admitted(_send))
    for method in ("GET", "POST"):
        router.add(method, f"{ROOT}/{{resource}}", admitted(_unsupported))
        router.add(method, f"{ROOT}/{{resource}}/{{id}}", admitted(_unsupported))


def fault_response(company: Company, fault: Fault, **log: Any) -> Response:
    status = fault.status
    if company.options["faults_with_status_200"]:
        status = 200  # quickbooks-api.md 15: rarely, also for single calls
    status = company.options["fault_status"].get(fault.code, status)
    body = {"Fault": fault.as_json(), "time": _time(company)}
    return json_response(body, status, **log)


def _reading(kind: Kind) -> CompanyHandler:
    def read(
        company: Company, _author: Author, _request: Request, found: dict[str, str]
    ) -> Response:
        record_id = found.get("id", "1")
        if kind.entity == "CompanyInfo":
            record_id = "1" if record_id in ("1", company.realm_id) else record_id
        try:
            if not record_id.isalnum():
                raise Fault("2030", f"Invalid ID. Supplied value:{record_id}", "Id")
            record = company.find(kind.entity, record_id)
            if record is None:
                raise not_found(kind.entity, record_id)
        except Fault as fault:
            return fault_response(company, fault, operation="read")
        name = f"{kind.entity}/{record_id}"
        body = {kind.entity: answered(record), "time": _time(company)}
        return json_response(body, operation="read", object_ids=(name,))

    return read


def _writing(kind: Kind) -> CompanyHandler:
    def write(
        company: Company, author: Author, request: Request, _found: dict[str, str]
    ) -> Response:
        request_id = request.arg("requestid")
        asked = request.arg("operation")
        include = frozenset(request.arg("include").split(",")) - {""}
        content = fingerprint(
            request.path.encode(), asked.encode(), ",".join(sorted(include)).encode(), request.body
        )
        log: dict[str, Any] = {
            "is_write": True,
            "operation": asked or "write",
            "request_id": request_id,
        }
        try:
            check_request_id(request_id)
            first = first_answer(company, request_id, content) if request_id else None
            if first is not None:
                return json_response(first, **log | {"is_noop": True})
            done = carry_out(company, kind, asked, _body(request), include, author)
        except Fault as fault:
            if request_id:
                kept = {"Fault": fault.as_json(), "time": _time(company)}
                remember_fault(company, request_id, content, kept)
            return fault_response(company, fault, **log)
        return _written(company, done, request_id, content)

    return write


def _written(company: Company, done: Done, request_id: str, content: str) -> Response:
    body = done.payload | {"time": _time(company)}
    if request_id:
        remember(company, request_id, content, body)
    return json_response(
        body,
        is_write=True,
        is_noop=done.is_noop,
        operation=done.operation,
        object_ids=(done.object_id,),
        request_id=request_id,
    )


def _query(company: Company, _author: Author, request: Request, _found: dict[str, str]) -> Response:
    text = request.arg("query")
    if request.method == "POST" and not text:
        text = request.body.decode("utf-8", "replace")
    try:
        if not text.strip():
            raise Fault("4000", "QueryParserError: the statement is empty")
        answer = run_query(company, text)
    except Fault as fault:
        return fault_response(company, fault, operation="query")
    body = {"QueryResponse": answer, "time": _time(company)}
    return json_response(body, operation="query", items=max(1, answer.get("maxResults", 1)))


def _cdc(company: Company, _author: Author, request: Request, _found: dict[str, str]) -> Response:
    try:
        answers = changes_since(company, request.arg("entities"), request.arg("changedSince"))
    except Fault as fault:
        return fault_response(company, fault, operation="cdc")
    body = {"CDCResponse": [{"QueryResponse": answers}], "time": _time(company)}
    items = sum(answer.get("maxResults", 0) for answer in answers)
    return json_response(body, operation="cdc", items=max(1, items))


def _batch(company: Company, author: Author, request: Request, _found: dict[str, str]) -> Response:
    request_id = request.arg("requestid")
    try:
        result = run_batch(company, _body(request), request_id, author)
    except Fault as fault:
        return fault_response(company, fault, operation="batch", request_id=request_id)
    log: dict[str, Any] = {
        "operation": "batch",
        "is_write": bool(result.writes),
        "is_noop": bool(result.writes) and result.noops == result.writes,
        "object_ids": tuple(result.object_ids),
        "request_id": request_id,
        "items": max(1, len(result.answers)),
    }
    if result.was_cut:  # quickbooks-api.md 1: an outage can answer with plain text
        return Response(504, b"stream timeout", {"Content-Type": "text/plain"}, **log)
    body = {"BatchItemResponse": result.answers, "time": _time(company)}
    return json_response(body, **log)


def _send(company: Company, author: Author, request: Request, found: dict[str, str]) -> Response:
    try:
        record = send_invoice(company, found["id"], request.arg("sendTo"), author)
    except Fault as fault:
        return fault_response(company, fault, operation="send")
    body = {"Invoice": answered(record), "time": _time(company)}
    name = f"Invoice/{found['id']}"
    return json_response(body, is_write=True, operation="send", object_ids=(name,))


def _unsupported(
    company: Company, _author: Author, _request: Request, found: dict[str, str]
) -> Response:
    return fault_response(company, Fault("500", f"Operation {found['resource']} is not supported."))


def _body(request: Request) -> Any:
    try:
        return request.json()
    except ValueError:
        raise Fault("2010", "The body is not valid JSON") from None


def _time(company: Company) -> str:
    return stamp_with_milliseconds(company.now_ms())
