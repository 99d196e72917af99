"""What a person does in QuickBooks itself (`/control/person`): the same engine, without the
limits that only bind apps."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.stamps import milliseconds
from sandbox.quickbooks.writes import create, kind_of, update

Action = Mapping[str, Any]
Deed = Callable[[Company, Action, Author], dict[str, Any]]
USUAL_PERSON = "Ada"


def act(company: Company, action: Action) -> dict[str, Any]:
    """Raises ValueError with a sentence when QuickBooks would not let them."""
    name = str(action.get("action", ""))
    if name not in DEEDS:
        raise ValueError(f"Nobody can {name!r} in QuickBooks; known: {', '.join(sorted(DEEDS))}.")
    at = action.get("at")
    author = Author(
        str(action.get("by", USUAL_PERSON)), at_ms=None if at is None else milliseconds(str(at))
    )
    try:
        return DEEDS[name](company, action, author)
    except Fault as fault:
        raise ValueError(f"{fault.detail} ({fault.code})") from fault


def _create(company: Company, action: Action, author: Author) -> dict[str, Any]:
    record = create(company, kind_of(_type(action)), _fields(action), author)
    return {"id": record["Id"]}


def _edit(company: Company, action: Action, author: Author) -> dict[str, Any]:
    record = _chosen(company, action)
    body = _fields(action) | _identity(record) | {"sparse": True}
    return {"id": update(company, kind_of(_type(action)), body, author)["Id"]}


def _type(action: Action) -> str:
    return str(action.get("type", ""))


def _fields(action: Action) -> dict[str, Any]:
    fields = action.get("fields", {})
    if not isinstance(fields, Mapping):
        raise ValueError("fields must be an object.")
    return dict(fields)


def _chosen(company: Company, action: Action) -> dict[str, Any]:
    kind = kind_of(_type(action))
    return company.read(kind.entity, str(action.get("id", "")))


def _identity(record: Mapping[str, Any]) -> dict[str, Any]:
    return {"Id": record["Id"], "SyncToken": record["SyncToken"]}


DEEDS: dict[str, Deed] = {"create": _create, "edit": _edit}
