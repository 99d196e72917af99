"""One operation a client asks for, single or inside a batch, and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.quickbooks.cdc import deleted_answer
from sandbox.quickbooks.company import Author, Company, answered
from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.kinds import Kind
from sandbox.quickbooks.table import Record
from sandbox.quickbooks.writes import create, delete, update, void


@dataclass(frozen=True, slots=True)
class Done:
    payload: dict[str, Any]
    operation: str
    object_id: str = ""
    is_noop: bool = False


def carry_out(
    company: Company,
    kind: Kind,
    operation: str,
    body: Mapping[str, Any],
    include: frozenset[str],
    author: Author,
) -> Done:
    """`operation` as the client named it, possibly not at all. Raises Fault."""
    if not isinstance(body, Mapping):
        raise Fault("2010", "The body must be a JSON object")
    operation = _operation(operation, body, include)
    match operation:
        case "create":
            return _created(company, kind, body, include, author)
        case "update":
            record = update(company, kind, body, author, include)
            return _done(kind, operation, record)
        case "delete":
            record = delete(company, kind, body, author)
            payload = {kind.entity: deleted_answer(record)}
            return Done(payload, operation, f"{kind.entity}/{record['Id']}")
        case "void":
            return _done(kind, operation, void(company, kind, body, author))
        case _:
            raise Fault("500", f"Operation {operation} is not supported.")


def _operation(operation: str, body: Mapping[str, Any], include: frozenset[str]) -> str:
    if operation == "update" and "void" in include:
        return "void"  # quickbooks-api.md 1: how payments are voided
    return operation or ("update" if body.get("Id") else "create")


def _created(
    company: Company,
    kind: Kind,
    body: Mapping[str, Any],
    include: frozenset[str],
    author: Author,
) -> Done:
    record = create(company, kind, body, author, include)
    if company.options["auto_apply_when"] == "before_answer":
        kind.afterwards(company, record, author)
        return _done(kind, "create", company.tables[kind.entity].records[record["Id"]])
    done = _done(kind, "create", record)
    kind.afterwards(company, record, author)
    return done


def _done(kind: Kind, operation: str, record: Record) -> Done:
    is_noop = operation == "update" and "replaced" not in record["_history"][-1]
    payload = {kind.entity: answered(record)}
    return Done(payload, operation, f"{kind.entity}/{record['Id']}", is_noop)
