"""What is left of a voided sales form: zeros, its number and its note (quickbooks-api.md 8)."""

from sandbox.quickbooks.amounts import ZERO
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.table import Record


def voided_note(company: Company, record: Record) -> str:
    prefix = str(company.options["void_note_prefix"])
    note = record.get("PrivateNote", "")
    if note.startswith(prefix):
        return str(note)
    return f"{prefix} - {note}" if note else prefix


def zeroed_form(company: Company, record: Record) -> Record:
    zero = {"TotalAmt": ZERO, "Balance": ZERO, "LinkedTxn": [], "TxnTaxDetail": {"TotalTax": ZERO}}
    for field in ("HomeTotalAmt", "HomeBalance", "RemainingCredit"):
        if field in record:
            zero[field] = ZERO
    kept = {name: value for name, value in record.items() if name not in ("Deposit", "_applied")}
    lines = [_zeroed_line(line) for line in record["Line"]]
    note = {"PrivateNote": voided_note(company, record)}
    return kept | zero | note | {"Line": lines, "_voided": True}


def _zeroed_line(line: Record) -> Record:
    zero = dict(line)
    if "Amount" in zero:
        zero["Amount"] = ZERO
    for detail_name in ("SalesItemLineDetail", "GroupLineDetail"):
        if detail_name in zero:
            detail = dict(zero[detail_name])
            detail.pop("UnitPrice", None)
            detail.pop("TaxInclusiveAmt", None)
            if detail_name == "GroupLineDetail":
                detail["Quantity"] = ZERO
                detail["Line"] = [_zeroed_line(child) for child in detail.get("Line", [])]
            else:
                detail["Qty"] = ZERO
            zero[detail_name] = detail
    return zero
