"""Sending an invoice by e-mail: nothing leaves, the invoice is marked (quickbooks-api.md 1, 8)."""

from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.schema import cleaned
from sandbox.quickbooks.stamps import stamp
from sandbox.quickbooks.table import Record


def send_invoice(company: Company, invoice_id: str, address: str, author: Author) -> Record:
    """The token moves, too (quickbooks-api.md 18 no. 1)."""
    invoice = company.read("Invoice", invoice_id)
    if address:
        invoice = invoice | cleaned("Invoice", {"BillEmail": {"Address": address}})
    if not invoice.get("BillEmail"):
        raise Fault("6420", "An e-mail address is needed to send the invoice", "BillEmail")
    delivery = {"DeliveryType": "Email", "DeliveryTime": stamp(company.now_ms(author))}
    after = invoice | {"EmailStatus": "EmailSent", "DeliveryInfo": delivery}
    before = company.read("Invoice", invoice_id)
    return company.change("Invoice", before, after, author, "Emailed")
