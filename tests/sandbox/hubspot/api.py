"""The sandbox's HubSpot spoken to over HTTP; every answer is held against the interface
descriptions."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from requests import Response

from tests.sandbox.hubspot.interface import complaints, operation_for
from tests.sandbox_process import SandboxProcess

TYPE_IDS = {
    ("invoices", "contacts"): 177,
    ("invoices", "companies"): 179,
    ("invoices", "line_items"): 409,
    ("invoices", "discounts"): 411,
    ("invoices", "fees"): 413,
    ("invoices", "taxes"): 415,
    ("line_items", "invoices"): 410,
    ("commerce_payments", "invoices"): 542,
    ("commerce_payments", "contacts"): 387,
    ("contacts", "companies"): 279,
}


class HubSpotApi:
    def __init__(self, sandbox: SandboxProcess, account: dict[str, Any]) -> None:
        self.sandbox = sandbox
        self.account = account
        self.token = account["access_token"]

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Response:
        url = f"/hubspot{path}" + (f"?{urlencode(query, doseq=True)}" if query else "")
        response = self.sandbox.call(
            method, url, json=body, headers={"Authorization": f"Bearer {self.token}"}
        )
        _check(method, path, response)
        return response

    def get(self, path: str, **query: Any) -> Response:
        return self.call("GET", path, **query)

    def post(self, path: str, body: Any = None, **query: Any) -> Response:
        return self.call("POST", path, body or {}, **query)

    def patch(self, path: str, body: Any, **query: Any) -> Response:
        return self.call("PATCH", path, body, **query)

    def put(self, path: str, body: Any = None) -> Response:
        return self.call("PUT", path, body)

    def delete(self, path: str) -> Response:
        return self.call("DELETE", path)

    def form(self, path: str, **fields: str) -> Response:
        response = self.sandbox.call("POST", f"/hubspot{path}", data=fields)
        _check("POST", path, response)
        return response

    def create(self, type_name: str, links: dict[str, Any] | None = None, **values: Any) -> str:
        """The id of a new record."""
        response = self.try_create(type_name, links, **values)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    def try_create(
        self, type_name: str, links: dict[str, Any] | None = None, **values: Any
    ) -> Response:
        body = {"properties": values, "associations": inline(type_name, links or {})}
        return self.post(f"/crm/v3/objects/{type_name}", body)

    def update(self, type_name: str, record_id: str, **values: Any) -> Response:
        return self.patch(f"/crm/v3/objects/{type_name}/{record_id}", {"properties": values})

    def values(self, type_name: str, record_id: str, *names: str) -> dict[str, str | None]:
        """The named properties only."""
        response = self.get(f"/crm/v3/objects/{type_name}/{record_id}", properties=",".join(names))
        assert response.status_code == 200, response.text
        properties = response.json()["properties"]
        return {name: properties[name] for name in names}

    def value(self, type_name: str, record_id: str, name: str) -> str | None:
        return self.values(type_name, record_id, name)[name]

    def found(self, type_name: str, *filters: tuple[str, str, Any], **more: Any) -> list[str]:
        """Ids, of one group of filters (property, operator, value or values)."""
        body = {"filterGroups": [{"filters": [spec(*each) for each in filters]}], **more}
        response = self.post(f"/crm/v3/objects/{type_name}/search", body)
        assert response.status_code == 200, response.text
        return [each["id"] for each in response.json()["results"]]

    def person(self, action: str, type_name: str, record_id: str = "", **more: Any) -> Any:
        return self.sandbox.person("hubspot", action, type_name, record_id, **more)

    def options(self, **patch: Any) -> None:
        self.sandbox.options(hubspot=patch)

    def world(self) -> dict[str, Any]:
        world: dict[str, Any] = self.sandbox.world()["hubspot"]
        return world

    def last_call(self) -> dict[str, Any]:
        entry: dict[str, Any] = self.sandbox.requests(entries=True)["entries"][-1]
        return entry

    def draft(self, *prices: str, **values: Any) -> str:
        """An invoice with a contact and a line for each price."""
        contact = self.create("contacts", lastname="Berg")
        lines = [self.create("line_items", name=f"Line {p}", price=p) for p in prices]
        return self.create(
            "invoices", {"contacts": [contact], "line_items": lines}, hs_currency="USD", **values
        )

    def open_invoice(self, *prices: str) -> str:
        invoice = self.draft(*prices)
        assert self.update("invoices", invoice, hs_invoice_status="open").status_code == 200
        return invoice

    def mirror(self, *prices: str, **values: Any) -> str:
        return self.draft(*prices, **{"hs_invoice_billable": "false", **values})

    def pay(self, invoice: str, amount: str, **values: Any) -> Response:
        """As an app: a payment record associated with the invoice."""
        payment = {
            "hs_initial_amount": amount,
            "hs_initiated_date": "2026-03-02T12:00:00Z",
            "hs_latest_status": "succeeded",
            "hs_currency_code": "USD",
        }
        return self.try_create("commerce_payments", {"invoices": [invoice]}, **payment | values)


def inline(from_type: str, links: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"to": {"id": other}, "types": [association(TYPE_IDS[from_type, to_type])]}
        for to_type, others in links.items()
        for other in others
    ]


def association(type_id: int) -> dict[str, Any]:
    return {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}


def spec(name: str, operator: str, value: Any = None) -> dict[str, Any]:
    filled = {"propertyName": name, "operator": operator}
    if isinstance(value, list):
        return {**filled, "values": value}
    if isinstance(value, tuple):
        return {**filled, "value": value[0], "highValue": value[1]}
    return filled if value is None else {**filled, "value": value}


def error_codes(response: Response) -> list[str]:
    assert response.status_code == 400, response.text
    return [error.get("code") for error in response.json().get("errors", [])]


def _check(method: str, path: str, response: Response) -> None:
    operation = operation_for(method, urlsplit(path).path)
    if operation is None or response.status_code == 429:  # has a body of its own: 11 [USAGE]
        return
    if "json" not in response.headers.get("Content-Type", ""):
        return
    assert operation.allows(response.status_code), (method, path, response.status_code)
    assert complaints(operation, response.status_code, response.json()) == []
