"""Commerce payments: hubspot-api.md 5.6 and 7.4."""

from sandbox.hubspot import records
from sandbox.hubspot.actors import CALCULATED, Actor
from sandbox.hubspot.billing.amounts import amount_of, as_text
from sandbox.hubspot.billing.received import is_from_app
from sandbox.hubspot.change import Change
from sandbox.hubspot.errors import ApiError, invalid
from sandbox.hubspot.links.store import linked_ids
from sandbox.hubspot.object_types import OBJECT_TYPES
from sandbox.hubspot.portal import Portal, Record
from sandbox.hubspot.rules.plain import Rules, need

PAYMENTS = OBJECT_TYPES["commerce_payments"]
_PROCESSORS = ("hs_payments", "byo_stripe")


class PaymentRules(Rules):
    def before_create(self, change: Change) -> None:
        if change.actor.is_app and change.portal.option("api_payments") == "refused":
            raise _no_processor()
        need(change, "hs_initial_amount", "hs_initiated_date")
        change.default("hs_latest_status", "processing")  # 5.6: an example without one
        change.default("hs_currency_code", change.portal.option("currency"))
        change.default("hs_processor_type", "none")
        _check_single_invoice(change)
        change.system_values["hs_payment_creation_method"] = (
            "OTHER" if change.actor.is_app else "MANUAL"
        )
        change.system_values["hs_hubspot_payments_enabled"] = "false"

    def before_update(self, change: Change) -> None:
        _check_processor(change.existing, change.actor)
        for name in ("hs_initial_amount", "hs_initiated_date", "hs_currency_code"):
            if name in change.values:
                need(change, name)

    def before_archive(self, change: Change) -> None:
        _check_processor(change.existing, change.actor)

    def after(self, portal: Portal, record: Record) -> None:
        invoices = linked_ids(portal, PAYMENTS.name, record["id"], "invoices")
        portal.stale_invoices.update(dict.fromkeys(invoices))
        if record["archived"]:
            return
        values = _calculated(record["properties"], len(invoices))
        values["hs_payment_id"] = record["id"]
        records.change(portal, PAYMENTS, record, values, CALCULATED)


def _check_single_invoice(change: Change) -> None:
    """7.4: whether one payment may settle several invoices is unverified."""
    invoices = sum(kind.name == "invoices" for _, kind, _ in change.links)
    if invoices > 1 and change.portal.option("payment_on_many_invoices") == "refused":
        raise invalid("A payment belongs to one invoice only", code="PAYMENT_NOT_ALLOWED")


def _calculated(properties: dict[str, str], invoices: int) -> dict[str, str | None]:
    currency = properties["hs_currency_code"]
    net = amount_of(properties, "hs_initial_amount") - amount_of(properties, "hs_fees_amount")
    refunds = amount_of(properties, "hs_refunds_amount")
    return {
        "hs_net_amount": as_text(net, currency),
        "hs_net_amount_after_refunds": as_text(net - refunds, currency),
        "hs_has_associated_invoice": "true" if invoices else "false",
        "hs_number_of_associated_invoices": str(invoices),
    }


def _check_processor(payment: Record, actor: Actor) -> None:
    """5.6 [PAY]: what HubSpot payments or Stripe made cannot be changed or deleted by an app."""
    made_by_processor = payment["properties"].get("hs_processor_type") in _PROCESSORS
    if made_by_processor and not is_from_app(payment) and actor.is_app:
        raise invalid(
            f"Payment {payment['id']} was made by a payment processor and cannot be changed",
            code="PAYMENT_NOT_EDITABLE",
        )


def _no_processor() -> ApiError:
    """1 (3) [PAY]: the guide of March 2026 demands HubSpot payments or Stripe."""
    return ApiError(
        403,
        "PERMISSION_DENIED",
        "This account has not set up HubSpot payments or Stripe payment processing",
    )
