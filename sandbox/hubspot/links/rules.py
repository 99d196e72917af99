"""Who may be associated with whom, beyond the association types."""

from collections.abc import Callable

from sandbox.hubspot.billing.amounts import amount_of
from sandbox.hubspot.billing.received import counting_amount
from sandbox.hubspot.billing.settling import is_mirror, settle
from sandbox.hubspot.errors import ApiError, invalid
from sandbox.hubspot.links.store import linked_ids
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.portal import Portal, Record
from sandbox.hubspot.rules.editing import check_members_editable

# a record that is being created has no id yet
Party = tuple[ObjectType, Record]


def check_connect(portal: Portal, one: Party, other: Party) -> None:
    (kind, record), (other_kind, other_record) = _invoice_first(one, other)
    check = _CHECKS.get((kind.name, other_kind.name))
    if check and not _are_linked(portal, kind.name, record, other_kind.name, other_record):
        check(portal, record, other_record)


def check_disconnect(portal: Portal, one: Party, other: Party) -> None:
    (kind, record), (other_kind, _) = _invoice_first(one, other)
    if kind.name == "invoices" and other_kind.name in _MEMBERS:
        check_members_editable(portal, record)


def _invoice_first(one: Party, other: Party) -> tuple[Party, Party]:
    return (other, one) if other[0].name == "invoices" else (one, other)


def _are_linked(
    portal: Portal, type_name: str, record: Record, other_type: str, other: Record
) -> bool:
    if not record["id"] or not other["id"]:
        return False
    return other["id"] in linked_ids(portal, type_name, record["id"], other_type)


def _check_line(portal: Portal, invoice: Record, line: Record) -> None:
    """hubspot-api.md 5.4 [LI]: one parent only."""
    _check_sole_parent(portal, "line_items", line)
    _check_member(portal, invoice, line)


def _check_tax(portal: Portal, invoice: Record, tax: Record) -> None:
    """hubspot-api.md 5.7: exactly one invoice."""
    _check_sole_parent(portal, "taxes", tax)
    _check_member(portal, invoice, tax)


def _check_member(portal: Portal, invoice: Record, _member: Record) -> None:
    if invoice["id"]:  # one that is being created takes what it likes
        check_members_editable(portal, invoice)


def _check_sole_parent(portal: Portal, type_name: str, member: Record) -> None:
    if member["id"] and linked_ids(portal, type_name, member["id"], "invoices"):
        raise invalid(
            f"{member['id']} already belongs to another invoice",
            code="ALREADY_ASSOCIATED",
            context={"objectId": [member["id"]]},
        )


def _check_payment(portal: Portal, invoice: Record, payment: Record) -> None:
    """hubspot-api.md 7.4: everything here is unverified and therefore a switch."""
    status = invoice["properties"]["hs_invoice_status"]
    if status in ("draft", "voided") and portal.option(f"payments_on_{status}") == "refused":
        raise _refused(invoice, f"it is {status}")
    if is_mirror(invoice) and not portal.option("payments_on_mirror"):
        raise _refused(invoice, "it is not billable")
    own, other = (
        payment["properties"].get("hs_currency_code"),
        invoice["properties"]["hs_currency"],
    )
    if own != other and portal.option("payment_currency_mismatch") == "refused":
        raise _refused(invoice, f"its currency is {other}, not {own}")
    _check_amount(portal, invoice, payment)


def _check_amount(portal: Portal, invoice: Record, payment: Record) -> None:
    settled = payment["id"] and linked_ids(portal, "commerce_payments", payment["id"], "invoices")
    if settled and portal.option("payment_on_many_invoices") == "refused":
        raise _refused(invoice, "the payment belongs to another invoice")
    if portal.option("overpayment") == "refused" and invoice["id"]:
        settle(portal)
        if counting_amount(payment) > amount_of(invoice["properties"], "hs_balance_due"):
            raise _refused(invoice, "the payment is larger than its balance")


def _refused(invoice: Record, reason: str) -> ApiError:
    return invalid(
        f"Invoice {invoice['id']} does not take this payment: {reason}",
        code="PAYMENT_NOT_ALLOWED",
    )


_MEMBERS = ("line_items", "discounts", "fees", "taxes")
_CHECKS: dict[tuple[str, str], Callable[[Portal, Record, Record], None]] = {
    ("invoices", "line_items"): _check_line,
    ("invoices", "taxes"): _check_tax,
    ("invoices", "discounts"): _check_member,
    ("invoices", "fees"): _check_member,
    ("invoices", "commerce_payments"): _check_payment,
}
