"""HubSpot's calls: paths, pages and batch envelopes. Knows records as HubSpot's JSON only.

Reference: https://developers.hubspot.com/docs/api/crm/understanding-the-crm
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from syncapp.connectors.hubspot.objects import ObjectType
from syncapp.connectors.hubspot.replies import (
    Associated,
    BatchAnswer,
    BatchRead,
    Page,
    Record,
    after_of,
    associated_of,
    batch_answer,
    batch_read_of,
    checked,
    denial,
    page_of,
)
from syncapp.connectors.transport import Request, Response, Transport

# hubspot-api.md 2: 2026-09 makes the account's form rules bind apps too, 2026-03 does not
API_VERSION = "2026-03"

BATCH = 100  # hubspot-api.md 4 [OBJ][USAGE]
BATCH_WITH_HISTORY = 50  # history lowers the maximum: 4 [OBJ]
LIST_PAGE = 100
SEARCH_PAGE = 200  # hubspot-api.md 8
ASSOCIATIONS_BATCH = 1000  # hubspot-api.md 6.2 [ASSOC]


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
        return page_of(checked(response, f"to list {kind.title}"), response)

    def search(self, kind: ObjectType, body: Record) -> Page:
        response = self._transport.send(
            Request("POST", f"{_objects(kind)}/search", json=body, is_read=True, family="search")
        )
        return page_of(checked(response, f"to search {kind.title}"), response)

    def read(
        self, kind: ObjectType, id: str, properties: Iterable[str], associations: Sequence[str] = ()
    ) -> Record | None:
        """One record, also by the id of one merged into it; None when HubSpot says that it is
        archived or unknown."""
        params = {"properties": ",".join(properties)}
        if associations:
            params["associations"] = ",".join(associations)
        response = self._transport.send(
            Request("GET", f"{_objects(kind)}/{id}", params=params, is_read=True)
        )
        doing = f"to read {kind.title}"
        if response.status == 404:
            denial(response, doing)
            return None
        record = checked(response, doing)
        if not record.get("id"):
            raise response.unreadable()
        return record

    def batch_read(
        self,
        kind: ObjectType,
        ids: Collection[str],
        properties: Iterable[str],
        *,
        archived: bool = False,
        id_property: str = "",
        history: Iterable[str] = (),
    ) -> BatchRead:
        """One call, so at most `BATCH` ids."""
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
        return batch_read_of(response, f"to read {kind.title}")

    def associated(
        self, source: ObjectType, target: ObjectType, ids: Collection[str]
    ) -> dict[str, tuple[Associated, ...]]:
        """What each id is associated with, all pages of it; ids without any are absent. One call
        a round, so at most `ASSOCIATIONS_BATCH` ids.

        An answer that holds nothing at all is asked for once more: mostly HubSpot names those that
        have none, hubspot-api.md 6.2 **T**."""
        found: dict[str, list[Associated]] = {}
        inputs = [{"id": id} for id in ids]
        is_sure = False
        while inputs:
            answer = self._associations_page(source, target, inputs)
            is_empty = not (answer.get("results") or answer.get("errors"))
            if is_empty and not is_sure:
                is_sure = True
                continue
            inputs = []
            for result in answer.get("results") or ():
                id = str(result["from"]["id"])
                found.setdefault(id, []).extend(associated_of(to) for to in result["to"])
                after = after_of(result)
                if after:
                    inputs.append({"id": id, "after": after})
        return {id: tuple(to) for id, to in found.items()}

    def batch(self, kind: ObjectType, action: str, inputs: Sequence[Record]) -> BatchAnswer:
        """`action`: create, update, upsert or archive."""
        response = self._write(f"{_objects(kind)}/batch/{action}", {"inputs": list(inputs)})
        return batch_answer(response)

    def associate(
        self, source: ObjectType, target: ObjectType, action: str, inputs: Sequence[Record]
    ) -> BatchAnswer:
        """`action`: create or archive."""
        path = f"{_associations(source, target)}/batch/{action}"
        response = self._write(path, {"inputs": list(inputs)}, family="associations")
        return batch_answer(response, has_records=False)

    def _associations_page(
        self, source: ObjectType, target: ObjectType, inputs: Sequence[Record]
    ) -> Record:
        response = self._transport.send(
            Request(
                "POST",
                f"{_associations(source, target)}/batch/read",
                json={"inputs": list(inputs)},
                is_read=True,
                family="associations",
            )
        )
        doing = f"to read the {target.title or target.name} of {source.title}"
        if response.status == 404:
            return {"errors": [denial(response, doing)]}
        return checked(response, doing)

    def _read(self, method: str, path: str, doing: str) -> Record:
        return checked(self._transport.send(Request(method, path, is_read=True)), doing)

    def _write(self, path: str, body: Record, family: str = "") -> Response:
        return self._transport.send(Request("POST", path, json=body, family=family))


def _objects(kind: ObjectType) -> str:
    return f"/crm/objects/{API_VERSION}/{kind.name}"


def _associations(source: ObjectType, target: ObjectType) -> str:
    return f"/crm/associations/{API_VERSION}/{source.name}/{target.name}"
