"""Discounts, fees and taxes of a whole invoice: hubspot-api.md 5.7."""

from sandbox.hubspot.change import Change
from sandbox.hubspot.links.store import linked_ids
from sandbox.hubspot.portal import Portal, Record
from sandbox.hubspot.rules.editing import check_members_editable
from sandbox.hubspot.rules.plain import Rules


class AdjustmentRules(Rules):
    def __init__(self, type_name: str) -> None:
        self._type_name = type_name

    def before_create(self, change: Change) -> None:
        change.default("hs_type", "FIXED")
        change.default("hs_sort_order", "0")

    def before_update(self, change: Change) -> None:
        if any(change.alters(name) for name in ("hs_type", "hs_value", "hs_sort_order")):
            for invoice in self._invoices(change.portal, change.existing):
                check_members_editable(change.portal, invoice)

    def before_archive(self, change: Change) -> None:
        for invoice in self._invoices(change.portal, change.existing):
            check_members_editable(change.portal, invoice)

    def after(self, portal: Portal, record: Record) -> None:
        for invoice in self._invoices(portal, record):
            portal.stale_invoices[invoice["id"]] = None

    def _invoices(self, portal: Portal, record: Record) -> list[Record]:
        ids = linked_ids(portal, self._type_name, record["id"], "invoices")
        return [portal.records("invoices")[invoice_id] for invoice_id in ids]
