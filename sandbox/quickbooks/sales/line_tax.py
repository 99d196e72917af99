"""The tax code of a line: two words in the US, a code of the list elsewhere
(quickbooks-api.md 17)."""

from decimal import Decimal

from sandbox.quickbooks.amounts import rounded
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, broken_rule
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.references import resolve
from sandbox.quickbooks.schema import read_data
from sandbox.quickbooks.table import Record

US_CODES = ("TAX", "NON")


def settle_line_tax_code(change: Change, line: Record, detail: Record, item: Record | None) -> None:
    if change.company.country == "US":
        _settle_us(change, detail, item)
    else:
        _settle_elsewhere(change, line, detail)


def rates_of(company: Company, code_id: str) -> list[Record]:
    """The rates behind a tax code, in their order; none for pseudo codes."""
    code = company.tables["TaxCode"].records[code_id]
    details = code.get("SalesTaxRateList", {}).get("TaxRateDetail", [])
    return [company.tables["TaxRate"].records[d["TaxRateRef"]["value"]] for d in details]


def total_rate(company: Company, code_id: str) -> Decimal:
    return sum((rate["RateValue"] for rate in rates_of(company, code_id)), Decimal(0))


def _settle_us(change: Change, detail: Record, item: Record | None) -> None:
    reference = detail.get("TaxCodeRef")
    if reference is None:
        uses_tax = change.company.preference("TaxPrefs", "UsingSalesTax")
        by_item = change.company.options["line_without_tax_code"] == "by_item"
        is_taxed = uses_tax and by_item and item is not None and item["Taxable"]
        detail["TaxCodeRef"] = {"value": "TAX" if is_taxed else "NON"}
    elif reference["value"].upper() not in US_CODES:
        given = f"For US, specify TAX or NON. Supplied value:{reference['value']}"
        raise Fault("6100", given, "Line.SalesItemLineDetail.TaxCodeRef")
    else:
        detail["TaxCodeRef"] = {"value": reference["value"].upper()}


def _settle_elsewhere(change: Change, line: Record, detail: Record) -> None:
    calculation = change.record.setdefault("GlobalTaxCalculation", "TaxExcluded")
    if calculation == "NotApplicable" or not change.company.preference("TaxPrefs", "UsingSalesTax"):
        detail.pop("TaxCodeRef", None)
        detail.pop("TaxInclusiveAmt", None)
        return
    if "TaxCodeRef" not in detail:
        word = read_data("taxes")["countries"][change.company.country]["tax_word"]
        # 6000 with the local tax's name
        raise broken_rule(f"Make sure all your transactions have a {word} rate before you save.")
    element = "Line.SalesItemLineDetail.TaxCodeRef"
    resolve(change.company, detail, "TaxCodeRef", "TaxCode", element)
    if calculation == "TaxInclusive":
        _settle_gross(change.company, line, detail)
    else:
        detail.pop("TaxInclusiveAmt", None)


def _settle_gross(company: Company, line: Record, detail: Record) -> None:
    """Net in Amount, gross in TaxInclusiveAmt; which wins when they disagree is unverified."""
    factor = 1 + total_rate(company, detail["TaxCodeRef"]["value"]) / 100
    gross = detail.get("TaxInclusiveAmt")
    if not gross or company.options["tax_inclusive_wins"] == "Amount":
        detail["TaxInclusiveAmt"] = rounded(line["Amount"] * factor)
        return
    line["Amount"] = rounded(gross / factor)
    if detail.get("Qty"):
        detail["UnitPrice"] = (line["Amount"] / detail["Qty"]).quantize(Decimal("0.0000001"))
