"""What a person does in HubSpot, and what a test wants to know of it afterwards."""

from typing import Any

from tests.sandbox_process import SandboxProcess


class Portal:
    def __init__(self, sandbox: SandboxProcess, credentials: dict[str, Any]) -> None:
        self.sandbox = sandbox
        self.token = credentials["access_token"]
        self.id = str(credentials["portal_id"])

    def create(self, type: str, *, associations: Any = (), **properties: str) -> str:
        """`associations` as (type, id) pairs."""
        linked = [{"type": name, "id": id} for name, id in associations]
        return str(self.person("create", type, properties=properties, associations=linked)["id"])

    def invoice(
        self, *lines: dict[str, str], contact: str = "", company: str = "", **properties: str
    ) -> str:
        parties = {name: id for name, id in (("contact", contact), ("company", company)) if id}
        properties = {"hs_currency": "USD"} | properties
        asked = {"properties": properties, "lines": list(lines), **parties}
        return str(self.person("create", "invoices", **asked)["id"])

    def edit(self, type: str, id: str, **properties: str) -> None:
        self.person("edit", type, id=id, properties=properties)

    def person(self, action: str, type: str, **more: Any) -> Any:
        return self.sandbox.person("hubspot", action, type, **more)

    def options(self, **options: Any) -> None:
        self.sandbox.options(hubspot=options)

    def withdraw_scope(self, name: str) -> None:
        granted = self.sandbox.world()["hubspot"]["portal"]["options"]["scopes"]
        self.options(scopes=[scope for scope in granted if scope != name])

    def define(self, record_type: str, **definition: str) -> None:
        """A property of the account's own."""
        body = {"groupName": "contactinformation", "label": "Own"} | definition
        self._post(f"/crm/v3/properties/{record_type}", body)

    def batch_create(self, type: str, records: list[dict[str, str]]) -> None:
        inputs = [{"properties": properties} for properties in records]
        self._post(f"/crm/v3/objects/{type}/batch/create", {"inputs": inputs})

    def records(self, type: str) -> list[dict[str, Any]]:
        """All of them, archived ones too."""
        return list(self.sandbox.world()["hubspot"]["objects"][type].values())

    def live(self, type: str) -> list[dict[str, Any]]:
        return [record for record in self.records(type) if not record["archived"]]

    def record(self, type: str, id: str) -> dict[str, Any]:
        return next(record for record in self.records(type) if record["id"] == id)

    def values(self, type: str, id: str) -> dict[str, str]:
        return dict(self.record(type, id)["properties"])

    def partners(self, type: str, id: str, of_type: str) -> list[str]:
        """The ids of the associated records of that type."""
        associations = self.sandbox.world()["hubspot"]["associations"]
        return list(associations[type].get(id, {}).get(of_type, {}))

    def calls(self) -> dict[str, int]:
        """By endpoint, since the last time they were forgotten."""
        return dict(self.sandbox.requests()["by_endpoint"])

    def forget_calls(self) -> None:
        self.sandbox.forget_requests()

    def _post(self, path: str, body: Any) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.sandbox.call("POST", f"/hubspot{path}", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
