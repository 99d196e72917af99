"""May an invoice that is no draft any more still be edited? hubspot-api.md 7.2, all unverified."""

from sandbox.hubspot.billing.amounts import amount_of
from sandbox.hubspot.billing.settling import is_mirror
from sandbox.hubspot.change import Change
from sandbox.hubspot.errors import ApiError, invalid
from sandbox.hubspot.portal import Portal, Record

# written by HubSpot's own logic or never locked
_ALWAYS_OPEN = ("hs_invoice_status", "hs_invoice_billable", "hubspot_owner_id")


def check_invoice_editable(change: Change) -> None:
    """Custom properties stay writable; mirrors are not validated (7.5)."""
    invoice = change.existing
    if is_mirror(invoice) or not _is_finalised(invoice):
        return
    definitions = change.portal.catalogue.of("invoices")
    content = [
        name
        for name in change.values
        if definitions[name].hubspot_defined and name not in _ALWAYS_OPEN and change.alters(name)
    ]
    if not content:
        return
    if not change.portal.option("edit_open_invoices"):
        raise _locked(invoice, content)
    _check_payments(change.portal, invoice, content)


def check_members_editable(portal: Portal, invoice: Record) -> None:
    """Lines and order-level records."""
    if not _is_finalised(invoice):
        return
    if not portal.option("edit_open_lines"):
        raise _locked(invoice, ["line_items"])
    if not is_mirror(invoice):
        _check_payments(portal, invoice, ["line_items"])


def _check_payments(portal: Portal, invoice: Record, names: list[str]) -> None:
    paid = amount_of(invoice["properties"], "hs_amount_paid") > 0
    if paid and not portal.option("edit_invoices_with_payments"):
        raise _locked(invoice, names)


def _is_finalised(invoice: Record) -> bool:
    return bool(invoice["properties"]["hs_invoice_status"] != "draft")


def _locked(invoice: Record, names: list[str]) -> ApiError:
    status = invoice["properties"]["hs_invoice_status"]
    return invalid(
        f"Invoice {invoice['id']} is {status} and cannot be edited: {', '.join(names)}",
        code="INVOICE_NOT_EDITABLE",
        context={"propertyName": names},
    )
