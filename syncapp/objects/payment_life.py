"""What became of a payment: taken back, charged back, moved to another invoice; by origin."""

from decimal import Decimal

from syncapp.engine.locked import Locked, first_failing
from syncapp.engine.money import show
from syncapp.engine.plan import Finding, Plan, State, excluded, failing
from syncapp.engine.records import Pair, Parent, Presence, RecordRef, Side, Snapshot, Value
from syncapp.engine.rules import SyncRule
from syncapp.engine.writes import Operation, Write

INVOICE = {Side.HUBSPOT: "invoice", Side.QUICKBOOKS: "Invoice"}
AMOUNT = {Side.HUBSPOT: "hs_initial_amount", Side.QUICKBOOKS: "Amount"}
# Options of the invoice rule, by where the invoice was born
_SHOWN_AS = {Side.HUBSPOT: "hubspot_payments", Side.QUICKBOOKS: "hubspot_mirror_payments"}
_AS_BALANCE = "properties"

_RETURNED = ("refunded", "failed")  # the money went back, or never came
_LOST = "disputed_lost"
_IN_PART = "partially_refunded"
_COUNTING = (
    *("succeeded", _IN_PART, "processing_refund", "disputed_won"),
    *("disputed_action_required", "disputed_awaiting_decision"),
)
_IN_WORDS = {
    "processing": "still being processed",
    "failed": "failed",
    "partially_refunded": "refunded in part",
    "processing_refund": "being refunded",
    _LOST: "charged back",
    "disputed_won": "disputed",
    "disputed_action_required": "disputed",
    "disputed_awaiting_decision": "disputed",
}


def shows_balance_only(rule: SyncRule, born_in: Side = Side.HUBSPOT) -> bool:
    """Of invoices born there: payments of QuickBooks become no records in HubSpot."""
    return rule.option(_SHOWN_AS[born_in]) == _AS_BALANCE


def lifecycle(pair: Pair, rule: SyncRule) -> Plan | None:
    here, there = pair.hubspot, pair.quickbooks
    if here is None or there is None:
        only = here or there
        return _before_link(only, pair, rule) if only else None
    if not there.is_live and (_is_taken_back(here) or here.get("hs_latest_status") == _LOST):
        return excluded("taken_back")
    if there.is_live and here.is_live and (plan := _in_dispute(here, there)):
        return plan
    if pair.origin is None:
        return _entered_twice(here, there) or _elsewhere(here, there, pair)
    if pair.origin is Side.QUICKBOOKS:
        return _copy_in_hubspot(here, there, pair, rule) or _elsewhere(here, there, pair)
    return _copy_in_quickbooks(here, there, pair, rule) or _elsewhere(here, there, pair)


def counted(payment: Snapshot) -> Decimal:
    """What a HubSpot payment takes off its invoice there."""
    paid, refunded = payment.get("hs_initial_amount"), payment.get("hs_refunds_amount")
    if not payment.is_live or payment.get("hs_latest_status") not in _COUNTING:
        return Decimal(0)
    back = refunded if isinstance(refunded, Decimal) else Decimal(0)
    return paid - back if isinstance(paid, Decimal) else Decimal(0)


PAID = Locked(
    "payment_status",
    "that have succeeded",
    lambda payment: payment.get("hs_latest_status") == "succeeded",
    facts=lambda payment: {"status": _status_in_words(payment)},
)


def _status_in_words(payment: Snapshot) -> str:
    status = str(payment.get("hs_latest_status") or "")
    return _IN_WORDS.get(status, status or "not finished")


def _not_paid(payment: Snapshot) -> Finding | None:
    return None if payment.ref.side is Side.QUICKBOOKS else first_failing((PAID,), payment)


def _before_link(payment: Snapshot, pair: Pair, rule: SyncRule) -> Plan | None:
    """An unlinked payment follows its invoice."""
    if not payment.is_live or payment.get("hs_latest_status") == "refunded":
        return excluded("deleted")
    unpaid = _not_paid(payment)
    if unpaid is not None:
        return Plan(unpaid)
    if _invoice_count(payment) > 1:
        return Plan(Finding(State.NEEDS_DECISION, "several_invoices"))
    ref = payment.get(INVOICE[payment.ref.side])
    if not isinstance(ref, RecordRef):
        return _without_invoice(payment)
    invoice = pair.parents.get(ref, Parent(ref))
    return _follow(invoice) or _not_on_this_invoice(payment, invoice, rule)


def _without_invoice(payment: Snapshot) -> Plan:
    rest = payment.get("UnappliedAmt")
    if not isinstance(rest, Decimal):
        return excluded("no_invoice")
    return excluded("unapplied", amount=show(rest)) if rest else excluded("applied")


def _follow(invoice: Parent) -> Plan | None:
    # Filters guard creation only: payments of a linked invoice ignore them.
    is_filtered = invoice.partner is not None and invoice.category == "filter"
    if invoice.state is State.EXCLUDED and not is_filtered:
        return excluded("invoice_excluded", reason=invoice.reason)
    if invoice.partner is not None and invoice.total_agrees:
        return None
    facts = {"parent": invoice.label or "invoice", "reason": invoice.reason}
    waiting_for = () if invoice.is_decided else (invoice.ref,)
    return Plan(Finding(State.WAITING, "invoice", facts), waiting_for=waiting_for)


def _not_on_this_invoice(payment: Snapshot, invoice: Parent, rule: SyncRule) -> Plan | None:
    side = payment.ref.side
    if side is Side.QUICKBOOKS:
        is_hidden = shows_balance_only(rule, invoice.origin or Side.HUBSPOT)
        return excluded("shown_as_balance") if is_hidden else None
    currency = str(payment.get("hs_currency_code") or "")
    if not currency or not invoice.currency or currency == invoice.currency:
        return None
    return failing("payment_currency", currency=currency, invoice=invoice.currency)


def _in_dispute(here: Snapshot, there: Snapshot) -> Plan | None:
    """What the books must say afterwards only a book-keeper knows."""
    if here.get("hs_latest_status") == _LOST:
        return failing("chargeback")
    if here.get("hs_latest_status") != _IN_PART:
        return None
    paid, refunded = here.get("hs_initial_amount"), here.get("hs_refunds_amount")
    if not isinstance(paid, Decimal) or not isinstance(refunded, Decimal):
        return failing("partial_refund")
    left = paid - refunded
    return Plan() if there.get("Amount") == left else failing("partial_refund", left=show(left))


def _entered_twice(here: Snapshot, there: Snapshot) -> Plan | None:
    """People entered it on both sides and it was recognised: neither is ours to take away."""
    if not there.is_live:
        return failing("payment_removed", side=Side.QUICKBOOKS.product_name)
    if _is_taken_back(here):
        return failing("payment_removed", side=Side.HUBSPOT.product_name)
    return None


def _copy_in_hubspot(here: Snapshot, there: Snapshot, pair: Pair, rule: SyncRule) -> Plan | None:
    """Born in QuickBooks: removed there, its copy is archived; the copy removed, it is let go."""
    if not there.is_live:
        return Plan(writes=(_change(here, Operation.ARCHIVE, pair, rule),))
    if _is_taken_back(here):
        return excluded("deleted_there", side=Side.HUBSPOT.product_name)
    return None


def _copy_in_quickbooks(here: Snapshot, there: Snapshot, pair: Pair, rule: SyncRule) -> Plan | None:
    if not there.is_live:
        return failing("payment_removed", side=Side.QUICKBOOKS.product_name)
    if not _is_taken_back(here):
        return None
    if there.get("is_deposited"):
        return failing("deposited")
    if there.get("Amount") != there.get("TotalAmt"):
        return failing("shared_payment")
    return Plan(writes=(_change(there, Operation.VOID, pair, rule),))


def _elsewhere(here: Snapshot, there: Snapshot, pair: Pair) -> Plan | None:
    """Somebody took it off its invoice in HubSpot, or put it on another one as well."""
    if _invoice_count(here) > 1:
        return Plan(Finding(State.NEEDS_DECISION, "several_invoices"))
    ours, theirs = here.get(INVOICE[Side.HUBSPOT]), there.get(INVOICE[Side.QUICKBOOKS])
    # Of a copy that was just made only the original's invoice has been looked up.
    is_known = isinstance(ours, RecordRef) and isinstance(theirs, RecordRef)
    if is_known and (theirs == _partner(pair, ours) or ours == _partner(pair, theirs)):
        return None
    category = "copy_moved" if pair.origin is Side.QUICKBOOKS else "payment_moved"
    return failing(category)


def _partner(pair: Pair, invoice: Value) -> RecordRef | None:
    return pair.partner_of(invoice) if isinstance(invoice, RecordRef) else None


def _is_taken_back(here: Snapshot) -> bool:
    return here.presence is Presence.GONE or here.get("hs_latest_status") in _RETURNED


def _invoice_count(payment: Snapshot) -> Decimal:
    count = payment.get("invoice_count")
    return count if isinstance(count, Decimal) else Decimal(0)


def _change(snapshot: Snapshot, operation: Operation, pair: Pair, rule: SyncRule) -> Write:
    return Write(
        snapshot.ref.side,
        rule.entity,
        operation,
        target=snapshot.ref,
        expected_version=snapshot.version,
        before=snapshot,
        generation=pair.generation,
    )
