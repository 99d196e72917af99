"""The few vendor calls the tests of the sandbox's core need: make a record, look for one."""

from typing import Any

from requests import Response

from tests.sandbox_process import SandboxProcess

CONTACTS = "/hubspot/crm/v3/objects/contacts"


class Callers:
    """Both vendors' APIs with the credentials of one reset."""

    def __init__(self, sandbox: SandboxProcess, accounts: dict[str, Any]) -> None:
        self._sandbox = sandbox
        company = accounts["quickbooks"]["companies"][0]
        self.realm_id = company["realm_id"]
        self.company_path = f"/quickbooks/v3/company/{self.realm_id}"
        self._tokens = {
            "hubspot": accounts["hubspot"]["access_token"],
            "quickbooks": company["access_token"],
        }

    def create_contact(self, email: str) -> Response:
        return self.hubspot("POST", CONTACTS, {"properties": {"email": email}})

    def list_contacts(self) -> Response:
        return self.hubspot("GET", CONTACTS)

    def create_customer(self, name: str) -> Response:
        return self.quickbooks("POST", f"{self.company_path}/customer", {"DisplayName": name})

    def customer_names(self) -> set[str]:
        text = {"query": "select DisplayName from Customer"}
        answer = self.quickbooks("GET", f"{self.company_path}/query", params=text).json()
        return {row["DisplayName"] for row in answer["QueryResponse"].get("Customer", [])}

    def hubspot(self, method: str, path: str, body: Any = None) -> Response:
        return self._call("hubspot", method, path, body)

    def quickbooks(self, method: str, path: str, body: Any = None, **more: Any) -> Response:
        return self._call("quickbooks", method, path, body, **more)

    def _call(self, vendor: str, method: str, path: str, body: Any, **more: Any) -> Response:
        headers = {"Authorization": f"Bearer {self._tokens[vendor]}", "Accept": "application/json"}
        return self._sandbox.call(method, path, json=body, headers=headers, **more)
