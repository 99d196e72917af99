"""`python-quickbooks` and `intuit-oauth`, unmodified apart from their addresses."""

from collections.abc import Callable
from typing import Any

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.objects.account import Account
from quickbooks.objects.base import EmailAddress
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item

from tests.sandbox_process import SandboxProcess

CALLBACK = "http://127.0.0.1:9/callback"


@pytest.fixture
def auth_client(
    sandbox: SandboxProcess, accounts: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> AuthClient:
    base = f"{sandbox.url}/quickbooks"
    monkeypatch.setattr(QuickBooks, "api_url_v3", f"{base}/v3")
    monkeypatch.setattr(QuickBooks, "sandbox_api_url_v3", f"{base}/v3")
    app = accounts["quickbooks"]
    return AuthClient(
        client_id=app["client_id"],
        client_secret=app["client_secret"],
        redirect_uri=CALLBACK,
        environment=f"{base}/.well-known/openid_sandbox_configuration/",
        access_token=app["companies"][0]["access_token"],
        refresh_token=app["companies"][0]["refresh_token"],
    )


@pytest.fixture
def realm(accounts: dict[str, Any]) -> str:
    return accounts["quickbooks"]["companies"][0]["realm_id"]


@pytest.fixture
def qb(auth_client: AuthClient, realm: str) -> QuickBooks:
    return QuickBooks(
        auth_client=auth_client,
        refresh_token=auth_client.refresh_token,
        company_id=realm,
        minorversion=75,
    )


@pytest.fixture
def customer(qb: QuickBooks) -> Customer:
    made = Customer()
    made.DisplayName = "Nordwind"
    made.PrimaryEmailAddr = EmailAddress()
    made.PrimaryEmailAddr.Address = "ada@nordwind.test"
    return made.save(qb=qb)


@pytest.fixture
def item(qb: QuickBooks) -> Item:
    made = Item()
    made.Name, made.Type, made.UnitPrice, made.Sku = "Setup", "Service", 100, "S-1"
    made.IncomeAccountRef = Account.filter(AccountType="Income", qb=qb)[0].to_ref()
    return made.save(qb=qb)


@pytest.fixture
def bill(qb: QuickBooks, customer: Customer, item: Item) -> Callable[..., Invoice]:
    def made(amount: float = 100, **fields: Any) -> Invoice:
        line = SalesItemLine()
        line.Amount = amount
        line.Description = "Setting up"
        line.SalesItemLineDetail = SalesItemLineDetail()
        line.SalesItemLineDetail.ItemRef = item.to_ref()
        line.SalesItemLineDetail.Qty, line.SalesItemLineDetail.UnitPrice = 1, amount
        invoice = Invoice()
        invoice.CustomerRef = customer.to_ref()
        invoice.Line = [line]
        for name, value in fields.items():
            setattr(invoice, name, value)
        return invoice.save(qb=qb)

    return made
