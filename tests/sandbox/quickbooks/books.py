"""One QuickBooks company of the sandbox as an app sees it, and as its owner does."""

from decimal import Decimal
from typing import Any

import simplejson
from requests import Response

from tests.sandbox_process import SandboxProcess

Record = dict[str, Any]


class Refused(Exception):
    """QuickBooks answered with a fault."""

    def __init__(self, status: int, error: Record) -> None:
        super().__init__(f"{status} {error}")
        self.status = status
        self.code = error["code"]
        self.detail = error["Detail"]
        self.element = error["element"]


class Books:
    def __init__(self, sandbox: SandboxProcess, accounts: Record, realm: str = "") -> None:
        self.sandbox = sandbox
        self.app = accounts["quickbooks"]
        company = self.app["companies"][0]
        self.realm = realm or company["realm_id"]
        self.token = company["access_token"]

    def send(self, method: str, path: str, body: Any = None, **params: Any) -> Response:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        data = body if isinstance(body, bytes | None) else simplejson.dumps(body, use_decimal=True)
        url = f"/quickbooks/v3/company/{self.realm}/{path}"
        return self.sandbox.call(method, url, data=data, params=params, headers=headers)

    def ask(self, method: str, path: str, body: Any = None, **params: Any) -> Record:
        """The answer's body; raises Refused for a fault."""
        return understood(self.send(method, path, body, **params))

    def create(self, entity: str, fields: Record, **params: Any) -> Record:
        return self.ask("POST", entity.lower(), fields, **params)[entity]

    def update(self, entity: str, record: Record, fields: Record, **params: Any) -> Record:
        """A sparse one."""
        body = identity(record) | {"sparse": True} | fields
        return self.ask("POST", entity.lower(), body, **params)[entity]

    def replace(self, entity: str, record: Record, fields: Record) -> Record:
        """A full update."""
        return self.ask("POST", entity.lower(), identity(record) | fields)[entity]

    def read(self, entity: str, record_id: str) -> Record:
        return self.ask("GET", f"{entity.lower()}/{record_id}")[entity]

    def fresh(self, entity: str, record: Record) -> Record:
        return self.read(entity, record["Id"])

    def delete(self, entity: str, record: Record) -> Record:
        return self.ask("POST", entity.lower(), identity(record), operation="delete")[entity]

    def void_invoice(self, invoice: Record) -> Record:
        return self.ask("POST", "invoice", identity(invoice), operation="void")["Invoice"]

    def void_payment(self, payment: Record) -> Record:
        body = identity(payment) | {"sparse": True}
        answer = self.ask("POST", "payment", body, operation="update", include="void")
        return answer["Payment"]

    def query(self, statement: str) -> Record:
        return self.ask("GET", "query", query=statement)["QueryResponse"]

    def one(self, statement: str) -> Record:
        """The only record a query finds."""
        (records,) = [v for v in self.query(statement).values() if isinstance(v, list)]
        (record,) = records
        return record

    def batch(self, *items: Record, **params: Any) -> list[Record]:
        return self.ask("POST", "batch", {"BatchItemRequest": list(items)}, **params)[
            "BatchItemResponse"
        ]

    def changes(self, entities: str, since: str) -> dict[str, list[Record]]:
        answer = self.ask("GET", "cdc", entities=entities, changedSince=since)
        found = {}
        for response in answer["CDCResponse"][0]["QueryResponse"]:
            found |= {name: v for name, v in response.items() if isinstance(v, list)}
        return found

    def person(self, action: str, entity: str, record_id: str = "", **more: Any) -> str:
        return self.sandbox.person(
            "quickbooks", action, entity, record_id, realm=self.realm, **more
        )["id"]

    def options(self, **patch: Any) -> None:
        self.sandbox.options(quickbooks={self.realm: patch})

    def prefer(self, part: str, **preferences: Any) -> None:
        self.options(preferences={part: preferences})

    def world(self) -> Record:
        return self.sandbox.world()["quickbooks"]["companies"][self.realm]

    def account(self, account_type: str) -> Record:
        found = self.query(select("Account", f"AccountType = '{account_type}'"))
        return {"value": found["Account"][0]["Id"]}

    def customer(self, name: str = "Nordwind", **fields: Any) -> Record:
        return self.create("Customer", {"DisplayName": name} | fields)

    def item(self, name: str = "Setup", **fields: Any) -> Record:
        usual = {"Name": name, "Type": "Service", "UnitPrice": 100}
        return self.create("Item", usual | {"IncomeAccountRef": self.account("Income")} | fields)

    def invoice(self, customer: Record, *lines: Record, **fields: Any) -> Record:
        return self.create("Invoice", {"CustomerRef": ref(customer), "Line": list(lines)} | fields)

    def payment(self, customer: Record, total: Any, *lines: Record, **fields: Any) -> Record:
        body = {"CustomerRef": ref(customer), "TotalAmt": total, "Line": list(lines)}
        return self.create("Payment", body | fields)


def select(entity: str, condition: str) -> str:
    return " ".join(("select * from", entity, "where", condition))


def understood(response: Response) -> Record:
    body = simplejson.loads(response.content, use_decimal=True)
    if "Fault" in body:
        raise Refused(response.status_code, body["Fault"]["Error"][0])
    assert response.status_code == 200, body
    return body


def identity(record: Record) -> Record:
    return {"Id": record["Id"], "SyncToken": record["SyncToken"]}


def ref(record: Record) -> Record:
    return {"value": record["Id"]}


def sale(item: Record, amount: Any, **detail: Any) -> Record:
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": Decimal(str(amount)),
        "SalesItemLineDetail": {"ItemRef": ref(item)} | detail,
    }


def discount(**fields: Any) -> Record:
    detail = {
        name: fields.pop(name) for name in ("PercentBased", "DiscountPercent") & fields.keys()
    }
    return {"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail} | fields


def applied(target: Record, amount: Any, kind: str = "Invoice") -> Record:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": target["Id"], "TxnType": kind}]}
