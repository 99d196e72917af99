"""HubSpot's calls: paths, pages and batch envelopes. Knows records as HubSpot's JSON only.

Reference: https://developers.hubspot.com/docs/api/crm/understanding-the-crm
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from syncapp.connectors.hubspot.faults import VendorError, error_in, parsed, rejected
from syncapp.connectors.hubspot.objects import ObjectType
from syncapp.connectors.transport import Request, Response, Transport
from syncapp.engine.records import Side
from syncapp.errors import Unavailable

# hubspot-api.md 2: 2026-09 makes the account's form rules bind apps too, 2026-03 does not
API_VERSION = "2026-03"

BATCH = 100  # hubspot-api.md 4 [OBJ][USAGE]
BATCH_WITH_HISTORY = 50  # history lowers the maximum: 4 [OBJ]
LIST_PAGE = 100
SEARCH_PAGE = 200  # hubspot-api.md 8
ASSOCIATIONS_BATCH = 1000  # hubspot-api.md 6.2 [ASSOC]

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    records: tuple[Record, ...]
    after: str = ""
    total: int | None = None
    asked_at: datetime | None = None  # by HubSpot's clock


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """`refusal`: the whole call was refused. `errors` concern single inputs."""

    results: tuple[Record, ...] = ()
    errors: tuple[VendorError, ...] = ()
    refusal: VendorError | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Associated:
    id: str
    type_ids: frozenset[int] = field(default_factory=frozenset)


class Endpoints:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def account(self) -> Record:
        return self._read("GET", f"/account-info/{API_VERSION}/details", "to show the account")

    def definitions(self, kind: ObjectType) -> list[Record]:
        path = f"/crm/properties/{API_VERSION}/{kind.name}"
        answer = self._read("GET", path, f"to list the properties of {kind.title}")
        return list(answer["results"])

    def create_group(self, kind: ObjectType, body: Record) -> Response:
        return self._write(f"/crm/properties/{API_VERSION}/{kind.name}/groups", body)

    def create_property(self, kind: ObjectType, body: Record) -> Response:
        return self._write(f"/crm/properties/{API_VERSION}/{kind.name}", body)

    def list(
        self,
        kind: ObjectType,
        properties: Iterable[str],
        *,
        associations: Sequence[str] = (),
        after: str = "",
        archived: bool = False,
    ) -> Page:
        params = {"limit": str(LIST_PAGE), "properties": ",".join(properties)}
        if associations:
            params["associations"] = ",".join(associations)
        if after:
            params["after"] = after
        if archived:
            params["archived"] = "true"
        response = self._transport.send(Request("GET", _objects(kind), params=params, is_read=True))
        return _page(_checked(response, f"to list {kind.title}"), response)

    def search(self, kind: ObjectType, body: Record) -> Page:
        response = self._transport.send(
            Request("POST", f"{_objects(kind)}/search", json=body, is_read=True, family="search")
        )
        return _page(_checked(response, f"to search {kind.title}"), response)

    def read(
        self, kind: ObjectType, id: str, properties: Iterable[str], associations: Sequence[str] = ()
    ) -> Record | None:
        """One record, also by the id of one merged into it; None when it is archived or unknown."""
        params = {"properties": ",".join(properties)}
        if associations:
            params["associations"] = ",".join(associations)
        response = self._transport.send(
            Request("GET", f"{_objects(kind)}/{id}", params=params, is_read=True)
        )
        if response.status == 404:
            return None
        return _checked(response, f"to read {kind.title}")

    def batch_read(
        self,
        kind: ObjectType,
        ids: Collection[str],
        properties: Iterable[str],
        *,
        archived: bool = False,
        id_property: str = "",
        history: Iterable[str] = (),
    ) -> tuple[Record, ...]:
        """Those that exist; one call, so at most `BATCH` ids."""
        body: dict[str, Any] = {
            "inputs": [{"id": id} for id in ids],
            "properties": list(properties),
            "propertiesWithHistory": list(history),
        }
        if id_property:
            body["idProperty"] = id_property
        response = self._transport.send(
            Request(
                "POST",
                f"{_objects(kind)}/batch/read",
                params={"archived": "true"} if archived else {},
                json=body,
                is_read=True,
            )
        )
        if response.status == 404:  # some accounts answer so when none of them exists
            return ()
        return _records(_checked(response, f"to read {kind.title}"), response)

    def associated(
        self, source: ObjectType, target: ObjectType, ids: Collection[str]
    ) -> dict[str, tuple[Associated, ...]]:
        """What each id is associated with, all pages of it; ids without any are absent. One call
        a round, so at most `ASSOCIATIONS_BATCH` ids."""
        found: dict[str, list[Associated]] = {}
        inputs = [{"id": id} for id in ids]
        while inputs:
            answer = self._associations_page(source, target, inputs)
            inputs = []
            for result in answer.get("results") or ():
                id = str(result["from"]["id"])
                found.setdefault(id, []).extend(_associated(to) for to in result["to"])
                after = _after(result)
                if after:
                    inputs.append({"id": id, "after": after})
        return {id: tuple(to) for id, to in found.items()}

    def batch(self, kind: ObjectType, action: str, inputs: Sequence[Record]) -> BatchAnswer:
        """`action`: create, update, upsert or archive."""
        response = self._write(f"{_objects(kind)}/batch/{action}", {"inputs": list(inputs)})
        return _batch_answer(response)

    def associate(
        self, source: ObjectType, target: ObjectType, action: str, inputs: Sequence[Record]
    ) -> BatchAnswer:
        """`action`: create or archive."""
        path = f"{_associations(source, target)}/batch/{action}"
        response = self._write(path, {"inputs": list(inputs)})
        return _batch_answer(response, has_records=False)

    def _associations_page(
        self, source: ObjectType, target: ObjectType, inputs: Sequence[Record]
    ) -> Record:
        response = self._transport.send(
            Request(
                "POST",
                f"{_associations(source, target)}/batch/read",
                json={"inputs": list(inputs)},
                is_read=True,
            )
        )
        if response.status == 404:
            return {}
        return _checked(response, f"to read the {target.title or target.name} of {source.title}")

    def _read(self, method: str, path: str, doing: str) -> Record:
        return _checked(self._transport.send(Request(method, path, is_read=True)), doing)

    def _write(self, path: str, body: Record) -> Response:
        return self._transport.send(Request("POST", path, json=body))


def _objects(kind: ObjectType) -> str:
    return f"/crm/objects/{API_VERSION}/{kind.name}"


def _associations(source: ObjectType, target: ObjectType) -> str:
    return f"/crm/associations/{API_VERSION}/{source.name}/{target.name}"


def _checked(response: Response, doing: str) -> Record:
    if response.status == 423:  # hubspot-api.md 12: locked, again after two seconds
        raise Unavailable(
            "HubSpot has locked the records for a moment.",
            side=Side.HUBSPOT.value,
            status=423,
            request_id=response.request_id,
        )
    if response.status >= 400:
        raise rejected(response, doing)
    body = response.json()
    if not isinstance(body, Mapping):
        raise response.unreadable()
    return body


def _page(body: Record, response: Response) -> Page:
    return Page(_records(body, response), _after(body), body.get("total"), _date(response))


def _records(body: Record, response: Response) -> tuple[Record, ...]:
    """An answer without the list is no empty list."""
    records = body.get("results")
    if not isinstance(records, list) or not all(
        isinstance(record, Mapping) and record.get("id") for record in records
    ):
        raise response.unreadable()
    return tuple(records)


def _after(body: Record) -> str:
    following = (body.get("paging") or {}).get("next") or {}
    return str(following.get("after") or "")


def _date(response: Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return None


def _associated(to: Record) -> Associated:
    """Ids are texts in the specification and numbers in examples: hubspot-api.md 6.2."""
    types = to.get("associationTypes") or ()
    return Associated(str(to["toObjectId"]), frozenset(int(kind["typeId"]) for kind in types))


def _batch_answer(response: Response, *, has_records: bool = True) -> BatchAnswer:
    """Error entries stand in `errors` whatever the status says: hubspot-api.md 2, 4 [ERR]."""
    if response.status >= 400:
        error = error_in(response)
        return BatchAnswer(refusal=error, request_id=error.correlation_id)
    if response.status == 204 or not response.body:
        return BatchAnswer(request_id=response.request_id)
    body = response.json()
    if not isinstance(body, Mapping):
        raise response.unreadable()
    correlation_id = str(body.get("correlationId") or response.request_id)
    return BatchAnswer(
        results=_records({"results": [], **body}, response) if has_records else (),
        errors=tuple(
            parsed(error, correlation_id=correlation_id) for error in body.get("errors") or ()
        ),
        request_id=correlation_id,
    )
