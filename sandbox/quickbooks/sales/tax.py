"""The tax of a whole sales form: automated or classic in the US, by line elsewhere
(quickbooks-api.md 17)."""

from collections.abc import Iterable
from decimal import Decimal

from sandbox.quickbooks.amounts import ZERO, rounded
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, broken_rule
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.sales.discounts import discount
from sandbox.quickbooks.sales.line_tax import rates_of
from sandbox.quickbooks.sales.lines import item_lines, subtotal
from sandbox.quickbooks.schema import read_data
from sandbox.quickbooks.table import Record

AUTOMATED_CODE = "2"
AUTOMATED_RATE = "1"


def settle_tax(change: Change, customer: Record) -> None:
    """Recomputed with the lines, honoured when sent, else as it was."""
    record, sent = change.record, change.sent.get("TxnTaxDetail")
    if record.get("GlobalTaxCalculation") == "NotApplicable" and sent:
        raise Fault("6170", "TxnTaxDetail is not allowed with NotApplicable", "TxnTaxDetail")
    if not change.company.preference("TaxPrefs", "UsingSalesTax"):
        record["TxnTaxDetail"] = {"TotalTax": ZERO}
        return
    if sent is None and "Line" not in change.sent and change.before:
        record["TxnTaxDetail"] = change.before["TxnTaxDetail"]
        return
    if change.company.country != "US":
        computed = _by_line(change)
    elif change.company.preference("TaxPrefs", "PartnerTaxEnabled"):
        computed = _automated(change, customer)
    else:
        computed = _classic(change, sent or {})
    record["TxnTaxDetail"] = _with_sent_total(computed, sent or {})


def _automated(change: Change, customer: Record) -> Record:
    """quickbooks-api.md 17: by where it is shipped, else where the company is; a code that was
    sent is replaced."""
    taxable = _taxable(change.record, ("TAX",)) if customer.get("Taxable", True) else ZERO
    rate = _state_rate(change.company, change.record, customer)
    lines = [_tax_line(AUTOMATED_RATE, rate, taxable)] if taxable else []
    return _detail(AUTOMATED_CODE if lines else None, lines)


def _state_rate(company: Company, record: Record, customer: Record) -> Decimal:
    address = record.get("ShipAddr") or customer.get("ShipAddr") or {}
    own = company.info["LegalAddr"].get("CountrySubDivisionCode", "")
    state = address.get("CountrySubDivisionCode") or own
    rates = read_data("taxes")["us_state_rates"]
    return Decimal(rates.get(state, rates.get(own, 0)))


def _classic(change: Change, sent: Record) -> Record:
    reference = sent.get("TxnTaxCodeRef")
    if reference is None:
        return {"TotalTax": ZERO}
    code = reference["value"]
    if code == "CustomSalesTax":
        number = "6160" if change.is_new else "6230"
        raise broken_rule("CustomSalesTax cannot be used.", "TxnTaxDetail.TxnTaxCodeRef", number)
    if change.company.find("TaxCode", code) is None:
        detail = f"Invalid Reference Id : TaxCode {code} not found"
        raise Fault("2500", detail, "TxnTaxDetail.TxnTaxCodeRef")
    taxable = _taxable(change.record, ("TAX",))
    rates = rates_of(change.company, code)
    lines = [_tax_line(rate["Id"], rate["RateValue"], taxable) for rate in rates]
    return _detail(code, lines)


def _by_line(change: Change) -> Record:
    record = change.record
    if record.get("GlobalTaxCalculation") == "NotApplicable":
        return {"TotalTax": ZERO}
    codes = {line["SalesItemLineDetail"]["TaxCodeRef"]["value"] for line in _taxed_lines(record)}
    by_rate: dict[str, Decimal] = {}
    for code in sorted(codes):
        for rate in rates_of(change.company, code):
            by_rate[rate["Id"]] = by_rate.get(rate["Id"], ZERO) + _taxable(record, (code,))
    rates = change.company.tables["TaxRate"].records
    lines = [_tax_line(rate, rates[rate]["RateValue"], net) for rate, net in by_rate.items()]
    return _detail(None, lines)


def _taxed_lines(record: Record) -> Iterable[Record]:
    return (
        line for line in item_lines(record["Line"]) if "TaxCodeRef" in line["SalesItemLineDetail"]
    )


def _taxable(record: Record, codes: tuple[str, ...]) -> Decimal:
    """What the codes apply to, less its part of a discount that counts before tax."""
    net = sum(
        (
            line["Amount"]
            for line in _taxed_lines(record)
            if line["SalesItemLineDetail"]["TaxCodeRef"]["value"] in codes
        ),
        ZERO,
    )
    base = subtotal(record["Line"])
    if record.get("ApplyTaxAfterDiscount") and base:
        net -= net * discount(record["Line"]) / base
    return rounded(net)


def _tax_line(rate_id: str, percent: Decimal, net: Decimal) -> Record:
    detail = {
        "TaxRateRef": {"value": rate_id},
        "PercentBased": True,
        "TaxPercent": percent,
        "NetAmountTaxable": net,
    }
    return {
        "Amount": rounded(net * percent / 100),
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": detail,
    }


def _detail(code: str | None, lines: list[Record]) -> Record:
    total = sum((line["Amount"] for line in lines), ZERO)
    detail: Record = {"TotalTax": rounded(total)}
    if code:
        detail["TxnTaxCodeRef"] = {"value": code}
    return detail | ({"TaxLine": lines} if lines else {})


def _with_sent_total(computed: Record, sent: Record) -> Record:
    """quickbooks-api.md 17: an explicit total is honoured and spread over the tax lines."""
    total = sent.get("TotalTax")
    if total is None and sent.get("TaxLine"):
        total = sum((line.get("Amount", ZERO) for line in sent["TaxLine"]), ZERO)
    if total is None or total == computed["TotalTax"]:
        return computed
    lines = [dict(line) for line in computed.get("TaxLine", [])]
    left = rounded(total)
    for line in lines[:-1]:
        share = line["Amount"] / computed["TotalTax"] if computed["TotalTax"] else ZERO
        line["Amount"] = rounded(total * share)
        left -= line["Amount"]
    if lines:
        lines[-1]["Amount"] = left
    return computed | {"TotalTax": rounded(total)} | ({"TaxLine": lines} if lines else {})
