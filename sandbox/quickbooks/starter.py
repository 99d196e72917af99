"""What a new company comes with: chart of accounts, terms, payment methods, tax codes, company
data and preferences. No business records."""

from decimal import Decimal
from typing import Any

from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.currency import currency_reference
from sandbox.quickbooks.schema import read_data
from sandbox.quickbooks.table import Record, Table
from sandbox.quickbooks.writes import create, kind_of

QUICKBOOKS = Author("QuickBooks")


def open_books(company: Company) -> None:
    starter = read_data("starter")
    info = dict(starter["company_info"]) | {"Id": "1", "Country": "US"}
    company.add("CompanyInfo", info, QUICKBOOKS)
    company.add("Preferences", dict(starter["preferences"]) | {"Id": "1"}, QUICKBOOKS)
    use_country(company, "US")
    for entity, name in (
        ("Account", "accounts"),
        ("Term", "terms"),
        ("PaymentMethod", "payment_methods"),
    ):
        for fields in starter[name]:
            create(company, kind_of(entity), fields, QUICKBOOKS)


def use_country(company: Company, country: str) -> None:
    """Sets the country's address, home currency, and tax codes and rates. Raises ValueError for
    a country that is not prepared."""
    countries = read_data("taxes")["countries"]
    if country not in countries:
        raise ValueError(f"country is one of {', '.join(countries)}.")
    local = countries[country]
    address = {"Id": "1", **local["address"]}
    addresses = dict.fromkeys(("CompanyAddr", "CustomerCommunicationAddr", "LegalAddr"), address)
    info = company.info | addresses | {"Country": country}
    company.change("CompanyInfo", company.info, info, QUICKBOOKS)
    _use_tax_regime(company, has_line_codes=local["line_codes"])
    use_home_currency(company, local["currency"])
    _install_taxes(company, local)


def use_home_currency(company: Company, code: str) -> None:
    preferences = company.tables["Preferences"].records["1"]
    prefs = preferences["CurrencyPrefs"] | {"HomeCurrency": currency_reference(code)}
    company.change("Preferences", preferences, preferences | {"CurrencyPrefs": prefs}, QUICKBOOKS)


def _use_tax_regime(company: Company, *, has_line_codes: bool) -> None:
    """quickbooks-api.md 7 and 17: in the US automated tax that nobody has set up yet, elsewhere
    tax by line."""
    regime = {"UsingSalesTax": has_line_codes}
    if not has_line_codes:
        regime["PartnerTaxEnabled"] = False
    preferences = company.tables["Preferences"].records["1"]
    company.change("Preferences", preferences, preferences | {"TaxPrefs": regime}, QUICKBOOKS)


def _install_taxes(company: Company, local: dict[str, Any]) -> None:
    company.tables["TaxCode"], company.tables["TaxRate"] = Table(), Table()
    rates = {rate["Id"]: _tax_rate(company, rate) for rate in local["tax_rates"]}
    for code in local["tax_codes"]:
        details = [_rate_detail(rates[rate_id], n) for n, rate_id in enumerate(code["rates"])]
        fields = {name: value for name, value in code.items() if name != "rates"}
        fields |= {"Active": True, "Hidden": False, "TaxCodeConfigType": "USER_DEFINED"}
        if details:
            fields["SalesTaxRateList"] = {"TaxRateDetail": details}
            fields["PurchaseTaxRateList"] = {"TaxRateDetail": []}
        company.add("TaxCode", fields, QUICKBOOKS)


def _tax_rate(company: Company, rate: dict[str, Any]) -> Record:
    value = Decimal(rate["RateValue"])
    fields = {
        "Id": rate["Id"],
        "Name": rate["Name"],
        "Description": rate["Name"],
        "Active": True,
        "RateValue": value,
        "AgencyRef": {"value": "1"},
        "EffectiveTaxRate": [{"RateValue": value, "EffectiveDate": "2010-01-01T00:00:00-08:00"}],
        "SpecialTaxType": "NONE",
        "DisplayType": "ReadOnly",
    }
    return company.add("TaxRate", fields, QUICKBOOKS)


def _rate_detail(rate: Record, order: int) -> Record:
    return {
        "TaxRateRef": {"value": rate["Id"], "name": rate["Name"]},
        "TaxTypeApplicable": "TaxOnAmount",
        "TaxOrder": order,
    }
