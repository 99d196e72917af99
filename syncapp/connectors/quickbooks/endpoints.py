"""The calls of one QuickBooks company: paths, parameters, and what a refused call means.

https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from syncapp.connectors.answers import rate_limited
from syncapp.connectors.quickbooks import faults, query, values
from syncapp.connectors.quickbooks.faults import VendorError
from syncapp.connectors.transport import Request, Response, Transport
from syncapp.engine.said import said
from syncapp.engine.writes import FaultKind
from syncapp.errors import AuthorizationLost, Rejected, Unavailable

MINOR_VERSION = "75"  # quickbooks-api.md 1: everything below is answered as 75 anyway


@dataclass(frozen=True, slots=True)
class Reply:
    """A parsed answer; `errors` when it is a refusal, also one that came with status 200."""

    payload: Any
    errors: tuple[VendorError, ...]
    response: Response

    @property
    def request_id(self) -> str:
        return self.response.request_id


class Company:
    def __init__(self, transport: Transport, realm: str) -> None:
        self._transport = transport
        self.realm = realm

    def query(self, statement: str) -> Any:
        """POST: an address with hundreds of ids is too long for many servers, and ends in logs."""
        headers = {"Content-Type": "application/text"}
        data = statement.encode()
        return self._read("POST", "query", headers=headers, data=data).payload

    def rows(self, entity: str, *where: str) -> Iterator[dict[str, Any]]:
        """All rows of a statement that should have few."""
        start = 1
        while True:
            statement = query.select(entity, *where, order_by="Id", start=start)
            found = rows_in(self.query(statement), entity)
            yield from found
            if len(found) < query.PAGE:
                return
            start += query.PAGE

    def counts(self, statements: Mapping[str, str]) -> dict[str, int]:
        """What these say, by their names of at most ten characters."""
        items = [{"bId": name, "Query": statement} for name, statement in statements.items()]
        body = {"BatchItemRequest": items}
        payload = self._read("POST", "batch", json=body, family="batch").payload
        answers = payload.get("BatchItemResponse") if isinstance(payload, dict) else None
        parts = {str(one.get("bId")): one for one in answers or () if isinstance(one, dict)}
        return {name: count_in(parts.get(name)) for name in statements}

    def read(self, entity: str, id: str) -> dict[str, Any] | None:
        """One record; None when QuickBooks says that there is none (610)."""
        reply = self._call("GET", f"{entity.lower()}/{id}", is_read=True)
        if reply.errors and reply.errors[0].code == faults.NOT_FOUND:
            return None
        return record_in(self.accepted(reply).payload, entity)

    def changes(self, entities: Sequence[str], since: datetime) -> Reply:
        """Not yet `accepted`: a refusal may mean that `since` is too long ago."""
        params = {
            "entities": ",".join(entities),
            "changedSince": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        return self._call("GET", "cdc", params=params, is_read=True)

    def facts(self, resource: str, entity: str) -> dict[str, Any]:
        """CompanyInfo and Preferences: there is one of each."""
        return record_in(self._read("GET", resource).payload, entity)

    def write(
        self,
        entity: str,
        body: Any,
        request_id: str,
        params: dict[str, str] | None = None,
        *,
        family: str = "",
    ) -> Reply:
        asked = {"requestid": request_id, **(params or {})}
        return self._call("POST", entity.lower(), params=asked, json=body, family=family)

    def batch(self, items: Sequence[Any], request_id: str) -> Reply:
        return self._call(
            "POST",
            "batch",
            params={"requestid": request_id},
            json={"BatchItemRequest": list(items)},
            family="batch",
        )

    def accepted(self, reply: Reply) -> Reply:
        """Of a read, whose refusal hits nobody's record but the call as a whole."""
        if not reply.errors:
            return reply
        error = reply.errors[0]
        kind = faults.fault_of(reply.errors, "", is_create=False).kind
        raising = Unavailable if kind is FaultKind.BUSY else Rejected
        raise raising(
            said("QuickBooks refused to answer: {error_sentence}", error_sentence=error.sentence),
            code=error.code,
            **reply.response.evidence(),
        )

    def close(self) -> None:
        self._transport.close()

    def _read(self, method: str, path: str, **more: Any) -> Reply:
        return self.accepted(self._call(method, path, is_read=True, **more))

    def _call(
        self, method: str, path: str, params: dict[str, str] | None = None, **more: Any
    ) -> Reply:
        url = f"/v3/company/{self.realm}/{path}"
        asked = {"minorversion": MINOR_VERSION, **(params or {})}
        response = self._transport.send(Request(method, url, params=asked, **more))
        payload = response.json()
        errors = faults.errors_in(payload)
        if not errors and response.status >= 400:
            raise response.unreadable()
        for error in errors:
            _raise_for_connection(error, response)
        return Reply(payload, errors, response)


def rows_in(payload: Any, entity: str) -> list[dict[str, Any]]:
    """An answer without rows is an empty object; one without that object is no answer."""
    found = payload.get("QueryResponse") if isinstance(payload, dict) else None
    if not isinstance(found, dict):
        raise Unavailable(said("QuickBooks sent an answer that is none."), side="quickbooks")
    rows: list[dict[str, Any]] = found.get(entity) or []
    return rows


def count_in(payload: Any) -> int:
    found = payload.get("QueryResponse") if isinstance(payload, dict) else None
    if not isinstance(found, dict) or "totalCount" not in found:
        raise Unavailable(said("QuickBooks sent an answer that is none."), side="quickbooks")
    return int(found["totalCount"])


def record_in(payload: Any, entity: str) -> dict[str, Any]:
    found = payload.get(entity) if isinstance(payload, dict) else None
    if not isinstance(found, dict):
        raise Unavailable(said("QuickBooks sent an answer that is none."), side="quickbooks")
    return found


def time_in(payload: Any) -> datetime:
    """QuickBooks' own time: cursors follow no other clock."""
    at = values.instant(payload.get("time")) if isinstance(payload, dict) else None
    if at is None:
        raise Unavailable(said("QuickBooks sent an answer without its time."), side="quickbooks")
    return at


def _raise_for_connection(error: VendorError, response: Response) -> None:
    if error.code in faults.AUTHORIZATION_CODES and response.status in (401, 403):
        raise AuthorizationLost(
            said(
                "QuickBooks refuses our access to the company: {error_sentence}",
                error_sentence=error.sentence,
            ),
            code=error.code,
            **response.evidence(),
        )
    if error.code == faults.THROTTLED:
        raise rate_limited(response)
