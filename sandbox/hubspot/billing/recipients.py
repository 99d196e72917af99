"""What an invoice takes over from the contact and company it is associated with: 5.5 [INV]."""

from sandbox.hubspot.definitions.billing import RECIPIENT
from sandbox.hubspot.links.store import linked_ids
from sandbox.hubspot.portal import Portal, Record

_PREFIX = "hs_recipient_company_"


def recipient_values(portal: Portal, invoice: Record) -> dict[str, str | None]:
    contact = _latest(portal, invoice, "contacts")
    company = _latest(portal, invoice, "companies")
    values: dict[str, str | None] = {
        "hs_invoice_latest_contact_email": contact.get("email"),
        "hs_invoice_latest_company_name": company.get("name"),
    }
    if invoice["properties"]["hs_invoice_status"] == "draft":
        values |= _address(invoice["properties"], company or contact)
    return values


def _address(properties: dict[str, str], source: dict[str, str]) -> dict[str, str | None]:
    return {
        name: source.get(name.removeprefix(_PREFIX))
        for name in RECIPIENT
        if not properties.get(name)
    }


def _latest(portal: Portal, invoice: Record, type_name: str) -> dict[str, str]:
    ids = linked_ids(portal, "invoices", invoice["id"], type_name)
    if not ids:
        return {}
    properties: dict[str, str] = portal.records(type_name)[ids[-1]]["properties"]
    return properties
