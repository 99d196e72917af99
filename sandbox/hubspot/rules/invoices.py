"""The life of an invoice: draft -> open -> paid | voided: hubspot-api.md 7."""

from sandbox.hubspot.billing.settling import is_mirror
from sandbox.hubspot.change import Change
from sandbox.hubspot.errors import ApiError, invalid
from sandbox.hubspot.portal import Portal, Record
from sandbox.hubspot.rules.editing import check_invoice_editable
from sandbox.hubspot.rules.opening import check_has_lines, check_openable, number_and_link
from sandbox.hubspot.rules.plain import Rules, need, refuse_read_only

_FINALISED = ("open", "paid", "voided")
# where a billable invoice may go from a status; what HubSpot itself does is not listed
_STEPS = {"draft": ("open", "voided"), "open": ("paid", "voided"), "paid": (), "voided": ()}


class InvoiceRules(Rules):
    def before_create(self, change: Change) -> None:
        need(change, "hs_currency")
        now = change.portal.now()
        change.default("hs_invoice_status", "draft")
        change.default("hs_invoice_date", now)
        change.default("hs_due_date", now)  # 7.1: due today when none is sent
        change.default("hs_invoice_billable", "true")
        if not change.values.get("hs_invoice_source"):
            change.system_values["hs_invoice_source"] = "hubspot"
        if change.values["hs_invoice_billable"] == "false":
            self._create_mirror(change)
        else:
            self._create_billable(change)

    def before_update(self, change: Change) -> None:
        if "hs_currency" in change.values:
            need(change, "hs_currency")
        self._check_billable_switch(change)
        check_invoice_editable(change)
        status = change.values.get("hs_invoice_status")
        if is_mirror(change.existing):
            self._move_mirror(change, status)
        else:
            _check_computed(change)
            self._move_billable(change, status)
        if any(change.alters(name) for name in change.values):
            change.existing["edited"] = True  # for the stale header total: 13 **T**

    def before_archive(self, change: Change) -> None:
        """hubspot-api.md 7.3 [INV]; the error's text is unverified."""
        status = change.before("hs_invoice_status")
        if status == "draft" or (status == "open" and change.portal.option("delete_open_invoices")):
            return
        raise invalid(
            f"Invoice {change.existing['id']} is {status} and cannot be deleted",
            code="INVOICE_NOT_DELETABLE",
        )

    def after(self, portal: Portal, record: Record) -> None:
        portal.stale_invoices[record["id"]] = None

    def _create_mirror(self, change: Change) -> None:
        """7.5: third parties post any status directly [T-lex]."""
        if change.values["hs_invoice_status"] in _FINALISED:
            number_and_link(change)

    def _create_billable(self, change: Change) -> None:
        _check_computed(change)
        status = change.values["hs_invoice_status"]
        if status == "draft":
            return
        if status != "open" or not change.portal.option("open_in_create"):
            raise _refused_step("draft", status)
        self._open(change)

    def _move_mirror(self, change: Change, status: str | None) -> None:
        if not change.alters("hs_invoice_status"):
            return
        if status in ("open", "paid") and change.portal.option("mirror_status_needs_lines"):
            check_has_lines(change)
        if status in _FINALISED:
            number_and_link(change)

    def _move_billable(self, change: Change, status: str | None) -> None:
        old = change.before("hs_invoice_status") or "draft"
        if status == old or "hs_invoice_status" not in change.values:
            return
        if status not in _STEPS[old] or not _may_step(change, status):
            raise _refused_step(old, status)
        if status == "open":
            self._open(change)
        elif old == "draft":
            number_and_link(change)  # voided: finalised, then voided (7.3)

    def _open(self, change: Change) -> None:
        check_openable(change)
        if change.portal.option("sender_details_complete") or change.actor.is_person:
            number_and_link(change)
        else:
            change.values["hs_invoice_status"] = "draft"  # 7.1 **T** [T-mollie]

    def _check_billable_switch(self, change: Change) -> None:
        """hubspot-api.md 1 (4): documented as a choice at creation only."""
        if not change.alters("hs_invoice_billable") or change.actor.is_person:
            return
        if not change.portal.option("billable_switch"):
            refuse_read_only(change.kind, "hs_invoice_billable")


def _may_step(change: Change, status: str) -> bool:
    if change.actor.is_person:  # the app has its own button for payments
        return status != "paid"
    options = {"voided": "void_billable", "paid": "pay_by_status"}
    return status not in options or bool(change.portal.option(options[status]))


def _check_computed(change: Change) -> None:
    """5.5: HubSpot computes and numbers billable invoices itself."""
    becomes_mirror = change.value("hs_invoice_billable") == "false"
    if becomes_mirror:
        return
    if change.alters("hs_amount_billed"):
        refuse_read_only(change.kind, "hs_amount_billed")
    writable = change.actor.is_person or change.portal.option("billable_number_writable")
    if change.alters("hs_number") and not writable:
        refuse_read_only(change.kind, "hs_number")


def _refused_step(old: str, new: str | None) -> ApiError:
    return invalid(
        f"An invoice cannot change its status from {old} to {new or 'nothing'}",
        code="INVALID_STATUS_CHANGE",
        context={"propertyName": ["hs_invoice_status"]},
    )
