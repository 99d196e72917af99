"""Currencies: one for each customer, one home currency, fixed rates (quickbooks-api.md 17)."""

from decimal import Decimal

from sandbox.quickbooks.amounts import rounded
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, broken_rule, missing
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.schema import read_data
from sandbox.quickbooks.table import Record


def currency_reference(code: str) -> Record:
    known = read_data("currencies").get(code)
    if known is None:
        raise Fault("2220", f"Invalid Currency Type. Supplied value:{code}", "CurrencyRef")
    return {"value": code, "name": known["name"]}


def exchange_rate(company: Company, code: str) -> Decimal:
    """Home units for one foreign unit."""
    currencies = read_data("currencies")
    rate = Decimal(currencies[code]["in_usd"]) / Decimal(
        currencies[company.home_currency]["in_usd"]
    )
    return rate.quantize(Decimal("0.000001"))


def settle_own_currency(change: Change) -> None:
    """A customer's or an account's: chosen once, by default the home currency."""
    company, record = change.company, change.record
    if change.before is not None:
        record["CurrencyRef"] = change.before["CurrencyRef"]
        return
    code = record.get("CurrencyRef", {}).get("value", company.home_currency)
    _check_enabled(company, code)
    record["CurrencyRef"] = currency_reference(code)


def settle_transaction_currency(change: Change, customer: Record) -> None:
    company, record = change.company, change.record
    own = customer["CurrencyRef"]["value"]
    if "CurrencyRef" not in record:
        if company.is_multicurrency and change.is_new and change.author.is_app:
            raise missing("CurrencyRef")  # quickbooks-api.md 8, 9
        record["CurrencyRef"] = {"value": own}
    code = record["CurrencyRef"]["value"]
    _check_enabled(company, code)
    reference = currency_reference(code)
    if code != own:
        raise broken_rule(
            f"The customer's currency is {own}, the transaction's {code}.",
            "CurrencyRef",
            company.options["currency_mismatch_code"],
        )
    record["CurrencyRef"] = reference
    if not company.is_multicurrency:
        record.pop("ExchangeRate", None)
    elif not record.get("ExchangeRate") or (code == company.home_currency):
        record["ExchangeRate"] = exchange_rate(company, code)


def in_home_currency(record: Record, amount: Decimal) -> Decimal:
    return rounded(amount * record.get("ExchangeRate", Decimal(1)))


def _check_enabled(company: Company, code: str) -> None:
    if code != company.home_currency and not company.is_multicurrency:
        currency_reference(code)
        raise broken_rule("Multi Currency should be enabled to use a currency.", "CurrencyRef")
