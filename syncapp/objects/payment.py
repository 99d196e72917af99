"""Payments as allocations: the part of one payment that settles one invoice."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from syncapp.engine.locked import Locked
from syncapp.engine.money import cents, show
from syncapp.engine.plan import Finding, Plan, State
from syncapp.engine.records import Entity, Pair, Parent, RecordRef, Side, Snapshot, Value
from syncapp.engine.rules import FieldKind, FieldMapping, SyncRule
from syncapp.objects import payment_life, payment_methods
from syncapp.objects.payment_life import AMOUNT, INVOICE
from syncapp.objects.plain import PlainRules

MAPPINGS = (
    FieldMapping("hs_initial_amount", "Amount", kind=FieldKind.NUMBER, by_origin=True,
                 is_protected=True),
    FieldMapping("hs_initiated_date", "TxnDate", kind=FieldKind.DATE, by_origin=True),
    FieldMapping("hs_reference_number", "PaymentRefNum", by_origin=True),
    FieldMapping("hs_payment_method_type", "PaymentMethodRef", by_origin=True, on_create=True),
    FieldMapping("hs_currency_code", "CurrencyRef", by_origin=True, on_create=True),
    FieldMapping("invoice", "Invoice", kind=FieldKind.REFERENCE, by_origin=True, on_create=True),
)  # fmt: skip

CURRENCY = {Side.HUBSPOT: "hs_currency_code", Side.QUICKBOOKS: "CurrencyRef"}
_REFERENCE_LIMIT = 21  # quickbooks-api.md, section 9


class PaymentRules(PlainRules):
    entity = Entity.PAYMENT

    def present(self, snapshot: Snapshot, rule: SyncRule) -> Snapshot:  # noqa: ARG002
        """A credit memo reaches an invoice through a payment of zero and is shown as a credit."""
        if not snapshot.get("is_credit"):
            return snapshot
        credit = f"Credit memo {snapshot.get('credit_number') or ''}".strip()
        fields = {**snapshot.fields, "PaymentRefNum": credit, "PaymentMethodRef": "other"}
        return replace(snapshot, fields=fields)

    def locked(self, target: Side, rule: SyncRule) -> tuple[Locked, ...]:  # noqa: ARG002
        return () if target is Side.HUBSPOT else (payment_life.PAID,)

    def lifecycle(self, pair: Pair, rule: SyncRule) -> Plan | None:
        return payment_life.lifecycle(pair, rule)

    def translate(
        self, mapping: FieldMapping, value: Value, target: Side, pair: Pair, rule: SyncRule
    ) -> Value:
        if mapping.hubspot != "hs_payment_method_type" or not isinstance(value, str):
            return super().translate(mapping, value, target, pair, rule)
        if target is Side.QUICKBOOKS:
            return payment_methods.in_quickbooks(value)
        return payment_methods.in_hubspot(value)

    def extras(self, target: Side, pair: Pair, rule: SyncRule) -> Mapping[str, Value]:
        invoice = _invoice(pair, target.other)
        customer = invoice.customers.get(target) if invoice else None
        if target is Side.HUBSPOT:
            return {
                "hs_latest_status": "succeeded",
                "hs_processor_type": "quickbooks",
                **({"contact": customer} if customer else {}),
            }
        chosen = {
            "CustomerRef": customer,
            "DepositToAccountRef": rule.option("deposit_account"),
            "DefaultMethod": rule.option("payment_method"),
        }
        return {name: value for name, value in chosen.items() if value}

    def refusal(
        self,
        fields: Mapping[str, Value],
        target: Side,
        pair: Pair,
        rule: SyncRule,  # noqa: ARG002
    ) -> Finding | None:
        reference = str(fields.get("PaymentRefNum") or "")
        if target is Side.QUICKBOOKS and len(reference) > _REFERENCE_LIMIT:
            facts = {"field": "reference", "limit": str(_REFERENCE_LIMIT),
                     "length": str(len(reference))}  # fmt: skip
            return Finding(State.FAILING, "too_long", facts)
        return _below_cents(fields, target, pair) or _beyond_balance(fields, target, pair)

    def amounts(self, pair: Pair) -> Mapping[str, str]:
        here, there = (
            pair.value(Side.HUBSPOT, AMOUNT[Side.HUBSPOT]),
            pair.value(Side.QUICKBOOKS, AMOUNT[Side.QUICKBOOKS]),
        )
        if not isinstance(here, Decimal) or not isinstance(there, Decimal):
            return {}
        currency = str(pair.value(Side.QUICKBOOKS, "CurrencyRef") or "")
        return {"hubspot": show(here, currency), "quickbooks": show(there, currency)}

    def agreement(self, pair: Pair, rule: SyncRule) -> Finding | None:  # noqa: ARG002
        """QuickBooks may take a part of a payment only (quickbooks-api.md 9)."""
        values = [pair.value(side, AMOUNT[side]) for side in Side]
        if values[0] == values[1]:
            return None
        return Finding(State.FAILING, "payment_amount", self.amounts(pair))


def _invoice(pair: Pair, side: Side) -> Parent | None:
    ref = pair.value(side, INVOICE[side])
    return pair.parents.get(ref) if isinstance(ref, RecordRef) else None


def growth(pair: Pair, side: Side, amount: Value) -> Decimal:
    """By how much a write of this amount raises what is paid on that side."""
    held = pair.value(side, AMOUNT[side])
    before = held if isinstance(held, Decimal) else Decimal(0)
    return amount - before if isinstance(amount, Decimal) else Decimal(0)


def _below_cents(fields: Mapping[str, Value], target: Side, pair: Pair) -> Finding | None:
    """The books would round it, and the two amounts would never agree."""
    amount = fields.get(AMOUNT[target])
    currency = str(pair.value(target.other, CURRENCY[target.other]) or "USD")
    if not isinstance(amount, Decimal) or amount == cents(amount, currency):
        return None
    facts = {"amount": f"{amount.normalize():f} {currency}"}
    return Finding(State.FAILING, "below_cents", facts)


def _beyond_balance(fields: Mapping[str, Value], target: Side, pair: Pair) -> Finding | None:
    invoice = _invoice(pair, target.other)
    still_open = invoice.open_amounts.get(target) if invoice else None
    amount = fields.get(AMOUNT[target])
    if still_open is None or not isinstance(amount, Decimal):
        return None
    more = growth(pair, target, amount)
    if more <= max(still_open, Decimal(0)):
        return None
    facts = {
        "amount": show(amount),
        "open": show(still_open + amount - more),
        "side": target.product_name,
    }
    return Finding(State.FAILING, "overpaid", facts)
