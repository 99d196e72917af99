"""Discount lines (quickbooks-api.md 7, 8)."""

from collections.abc import Sequence
from decimal import Decimal

from sandbox.quickbooks.amounts import ZERO, rounded
from sandbox.quickbooks.faults import Fault, broken_rule
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.table import Record

DISCOUNT = "DiscountLineDetail"


def discount(lines: Sequence[Record]) -> Decimal:
    return sum((line["Amount"] for line in lines if line["DetailType"] == DISCOUNT), ZERO)


def complete_discounts(change: Change, lines: Sequence[Record], base: Decimal) -> None:
    company = change.company
    discounts = [line for line in lines if line["DetailType"] == DISCOUNT]
    if not discounts:
        return
    if not company.preference("SalesFormsPrefs", "AllowDiscount"):
        code = company.options["feature_off_code"]
        raise broken_rule("Discounts are switched off in this company.", "Line", code)
    if len(discounts) > 1 and company.options["discount_lines"] == "one":
        raise broken_rule("A sales form can have one discount line.", "Line")
    for line in discounts:
        _complete_discount(change, line, base)


def _complete_discount(change: Change, line: Record, base: Decimal) -> None:
    detail = dict(line.get(DISCOUNT) or {})
    percent = detail.get("DiscountPercent") if detail.get("PercentBased") else None
    if percent is None and line.get("Amount") is None:
        raise Fault("6090", "A discount amount or percent is required.", "Line.DiscountLineDetail")
    if percent is not None:
        if not 0 <= percent <= 100:
            raise Fault("2150", f"Invalid Percent. Supplied value:{percent}", "DiscountPercent")
        line["Amount"] = rounded(base * percent / 100)
    elif line["Amount"] < 0:  # the amount is given positive (quickbooks-api.md 8)
        raise Fault("2290", "The discount amount must be positive", "Line.Amount")
    detail["PercentBased"] = percent is not None
    if percent is None:
        detail.pop("DiscountPercent", None)
    detail.setdefault("DiscountAccountRef", _discount_account(change))
    line["Amount"] = rounded(line["Amount"])
    line[DISCOUNT] = detail


def _discount_account(change: Change) -> Record:
    chosen = change.company.preference("SalesFormsPrefs", "DefaultDiscountAccount")
    accounts = change.company.tables["Account"]
    given = accounts.get(str(chosen)) if chosen else None
    account = given or next(iter(accounts.with_value("AccountSubType", "discountsrefundsgiven")))
    return {"value": account["Id"], "name": account["Name"]}
