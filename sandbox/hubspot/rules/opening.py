"""When an invoice may be opened: hubspot-api.md 7.1 [INV]."""

import uuid

from sandbox.hubspot.change import Change
from sandbox.hubspot.errors import ApiError, invalid
from sandbox.hubspot.links.store import linked_ids
from sandbox.hubspot.portal import Record

LINK_BASE = "https://app.hubspot.com/invoice"


def check_openable(change: Change) -> None:
    """A contact, a line item and no recurring line; a company does not replace the contact."""
    if not partners(change, "contacts"):
        raise _missing("INVOICE_TO_CONTACT")
    lines = partners(change, "line_items")
    if not lines:
        raise _missing("INVOICE_TO_LINE_ITEM")
    for line in lines:
        if line["properties"].get("recurringbillingfrequency"):  # 5.4 **T** [T-mollie]
            raise invalid(
                f"Line item {line['id']} is recurring; an invoice takes one-time items only",
                code="RECURRING_LINE_ITEM",
                context={"lineItemId": [line["id"]]},
            )


def check_has_lines(change: Change) -> None:
    """hubspot-api.md 7.5 **T**: seen even on mirrors."""
    if not partners(change, "line_items"):
        raise _missing("INVOICE_TO_LINE_ITEM")


def number_and_link(change: Change) -> None:
    """Assigned when finalised; a mirror has no document and so no link: 5.5, 7.5 [INV]."""
    portal = change.portal
    if not change.value("hs_number"):
        portal.account["invoice_number"] += 1
        number = f"{portal.option('invoice_prefix')}{portal.account['invoice_number']}"
        change.system_values["hs_number"] = number
    if change.value("hs_invoice_billable") != "false":
        link = f"{LINK_BASE}/{portal.account['portal_id']}/{uuid.uuid4()}"
        change.system_values["hs_invoice_link"] = link
        change.system_values["hs_pdf_download_link"] = f"{link}/pdf"


def partners(change: Change, type_name: str) -> list[Record]:
    """Those the invoice has and those the change brings along."""
    found = [record for record, kind, _ in change.links if kind.name == type_name]
    if change.record is not None:
        ids = linked_ids(change.portal, "invoices", change.record["id"], type_name)
        found += [change.portal.records(type_name)[partner] for partner in ids]
    return found


def _missing(association: str) -> ApiError:
    """The token is documented, the rest of the body is not: 7.1 **T** [T-lex]."""
    return invalid(
        f"The invoice cannot be finalized, a required association is missing: {association}",
        code="MISSING_ASSOCIATION",
        context={"missingAssociations": [association]},
    )
