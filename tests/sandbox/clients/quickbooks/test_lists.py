"""Customers, items, accounts and the small lists, by python-quickbooks."""

import pytest
from quickbooks import QuickBooks
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException
from quickbooks.objects.account import Account
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.customer import Customer
from quickbooks.objects.employee import Employee
from quickbooks.objects.item import Item
from quickbooks.objects.paymentmethod import PaymentMethod
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.taxcode import TaxCode
from quickbooks.objects.taxrate import TaxRate
from quickbooks.objects.term import Term
from quickbooks.objects.vendor import Vendor

from tests.sandbox_process import SandboxProcess


def test_a_customer_is_created_read_changed_and_found(qb: QuickBooks, customer: Customer) -> None:
    read = Customer.get(customer.Id, qb=qb)
    assert (read.DisplayName, read.PrimaryEmailAddr.Address) == ("Nordwind", "ada@nordwind.test")
    read.GivenName, read.Notes = "Ada", "called"
    saved = read.save(qb=qb)
    assert (saved.SyncToken, saved.GivenName) == ("1", "Ada")
    assert [c.Id for c in Customer.filter(Active=True, GivenName="Ada", qb=qb)] == [read.Id]
    assert [c.Id for c in Customer.choose(["Nordwind"], field="DisplayName", qb=qb)] == [read.Id]
    assert Customer.count("GivenName = 'Ada'", qb=qb) == 1
    assert len(Customer.all(order_by="DisplayName", qb=qb)) == 1


def test_a_customer_with_an_apostrophe_is_found(qb: QuickBooks, customer: Customer) -> None:
    customer.DisplayName = "O'Brien"
    customer.save(qb=qb)
    assert Customer.filter(DisplayName="O'Brien", qb=qb)[0].Id == customer.Id


def test_a_customer_is_made_inactive_and_comes_back(qb: QuickBooks, customer: Customer) -> None:
    customer.Active = False
    gone = customer.save(qb=qb)
    assert gone.DisplayName == "Nordwind (deleted)"
    assert Customer.all(qb=qb) == []
    gone.Active = True
    gone.DisplayName = "Nordwind"
    assert gone.save(qb=qb).DisplayName == "Nordwind"


def test_stale_and_duplicate_customers_are_refused(qb: QuickBooks, customer: Customer) -> None:
    old = Customer.get(customer.Id, qb=qb)
    customer.save(qb=qb)
    with pytest.raises(QuickbooksException) as stale:
        old.save(qb=qb)
    twin = Customer()
    twin.DisplayName = "Nordwind"
    with pytest.raises(QuickbooksException) as taken:
        twin.save(qb=qb)
    assert (stale.value.error_code, taken.value.error_code) == (5010, 6240)


def test_what_is_not_there_is_told_apart(qb: QuickBooks) -> None:
    with pytest.raises(ObjectNotFoundException) as missing:
        Customer.get(99, qb=qb)
    assert missing.value.error_code == 610


def test_an_item_is_created_read_changed_and_found(qb: QuickBooks, item: Item) -> None:
    read = Item.get(item.Id, qb=qb)
    assert (read.Name, read.Sku, read.UnitPrice) == ("Setup", "S-1", 100)
    read.Description = "Setting up"
    assert read.save(qb=qb).SyncToken == "1"
    assert Item.all(qb=qb)[0].Sku == "S-1"
    assert [one.Id for one in Item.filter(Sku="S-1", qb=qb)] == [read.Id]


def test_the_star_may_lack_the_stock_number_but_the_client_asks_for_it(
    qb: QuickBooks, item: Item, sandbox: SandboxProcess, realm: str
) -> None:
    sandbox.options(quickbooks={realm: {"sku_in_select_star": False}})
    assert Item.all(qb=qb)[0].Sku == item.Sku


def test_accounts_are_there_and_can_be_made(qb: QuickBooks) -> None:
    assert len(Account.all(qb=qb)) > 20
    account = Account()
    account.Name, account.AccountType, account.AccountSubType = (
        "Music sales",
        "Income",
        "SalesOfProductIncome",
    )
    saved = account.save(qb=qb)
    assert (saved.Classification, saved.FullyQualifiedName) == ("Revenue", "Music sales")


def test_terms_and_payment_methods_are_there_and_can_be_made(qb: QuickBooks) -> None:
    assert Term.filter(Name="Net 30", qb=qb)[0].DueDays == 30
    term = Term()
    term.Name, term.DueDays = "Net 45", 45
    assert Term.get(term.save(qb=qb).Id, qb=qb).Type == "STANDARD"
    method = PaymentMethod()
    method.Name, method.Type = "Stripe", "CREDIT_CARD"
    assert PaymentMethod.get(method.save(qb=qb).Id, qb=qb).Name == "Stripe"


def test_taxes_are_there(qb: QuickBooks) -> None:
    codes = {code.Id: code for code in TaxCode.all(qb=qb)}
    assert {"TAX", "NON"} <= codes.keys()
    detail = codes["3"].SalesTaxRateList.TaxRateDetail
    assert len(detail) == 2
    assert TaxRate.get("1", qb=qb).RateValue == 8


def test_company_and_preferences_can_be_read(qb: QuickBooks, realm: str) -> None:
    info = CompanyInfo.get(realm, qb=qb)
    assert info.Country == "US"
    assert CompanyInfo.all(qb=qb)[0].CompanyName == info.CompanyName
    preferences = Preferences.get(qb=qb)
    assert preferences.SalesFormsPrefs.CustomTxnNumbers is False
    assert preferences.CurrencyPrefs.HomeCurrency.value == "USD"


def test_a_preference_can_be_changed(qb: QuickBooks) -> None:
    preferences = Preferences.get(qb=qb)
    preferences.SalesFormsPrefs.AllowDiscount = False
    preferences.save(qb=qb)
    assert Preferences.get(qb=qb).SalesFormsPrefs.AllowDiscount is False
    assert Preferences.get(qb=qb).SalesFormsPrefs.AllowDeposit is True


def test_vendors_and_employees_are_read(qb: QuickBooks, sandbox: SandboxProcess) -> None:
    for entity in ("Vendor", "Employee"):
        fields = {"DisplayName": f"Acme {entity}"}
        sandbox.person("quickbooks", "create", entity, fields=fields)
    assert Vendor.all(qb=qb)[0].DisplayName == "Acme Vendor"
    assert Employee.all(qb=qb)[0].DisplayName == "Acme Employee"
