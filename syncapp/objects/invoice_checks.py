"""What may not be written, and what must agree, to the cent."""

from collections.abc import Mapping
from decimal import Decimal

from syncapp.engine.money import cents, show
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Line, LineKind, Pair, Presence, Side, Snapshot, Value
from syncapp.engine.rules import SyncRule
from syncapp.engine.said import joined, said
from syncapp.objects.invoice_booking import item_for
from syncapp.objects.invoice_currency import wrong_currency
from syncapp.objects.invoice_lines import total

HOME_COUNTRY = "US"
_NUMBER_LIMIT = 21  # quickbooks-api.md, section 8: DocNumber


def refusal_outbound(fields: Mapping[str, Value], pair: Pair, rule: SyncRule) -> Finding | None:
    invoice = pair.hubspot
    if invoice is None:
        return None
    number = str(fields.get("DocNumber") or "")
    if len(number) > _NUMBER_LIMIT:
        facts = {"field": "number", "limit": str(_NUMBER_LIMIT), "length": str(len(number))}
        return Finding(State.FAILING, "too_long", facts)
    is_new = pair.quickbooks is None
    if is_new and "CustomerRef" not in fields:
        reason = said("The invoice names no contact.")
        return Finding(State.FAILING, "contact_link", {"parent": "", "reason": reason})
    if not is_new and "Line" not in fields:
        return None
    return (
        (_abroad(rule) if is_new else None)
        or _refused_lines(invoice, rule)
        or _missing_catch_all(invoice, pair, rule)
        or wrong_currency(invoice, pair, rule)
        or _predicted_difference(fields, invoice)
    )


def _abroad(rule: SyncRule) -> Finding | None:
    """The go-live check keeps such a rule from being switched on; a company may move later."""
    country = str(rule.option("quickbooks.country") or HOME_COUNTRY)
    return (
        Finding(State.FAILING, "abroad", {"country": country}) if country != HOME_COUNTRY else None
    )


def _refused_lines(invoice: Snapshot, rule: SyncRule) -> Finding | None:
    lines = _lines(invoice.get("lines"))
    if not rule.option("tax_item") and any(line.kind is LineKind.TAX or line.tax for line in lines):
        return Finding(State.FAILING, "order_tax")
    if not rule.option("fee_item") and any(line.kind is LineKind.FEE for line in lines):
        return Finding(State.FAILING, "order_fee")
    if not any(line.kind is LineKind.ITEM for line in lines):
        return Finding(State.FAILING, "no_lines")
    has_discount = any(line.kind is LineKind.DISCOUNT for line in lines)
    if has_discount and rule.option("quickbooks.AllowDiscount") == "False":
        return Finding(State.FAILING, "order_discount")
    return None


def _missing_catch_all(invoice: Snapshot, pair: Pair, rule: SyncRule) -> Finding | None:
    if rule.catch_all_item is not None:
        return None
    lines = [line for line in _lines(invoice.get("lines")) if line.kind is LineKind.ITEM]
    if all(item_for(line, pair, None) for line in lines):
        return None
    if not rule.option("income_account"):
        return Finding(State.FAILING, "item_account")
    return Finding(State.WAITING, "catch_all")


def _predicted_difference(fields: Mapping[str, Value], invoice: Snapshot) -> Finding | None:
    """What QuickBooks will compute must be HubSpot's total, before anything is sent."""
    currency = str(invoice.get("hs_currency") or "USD")
    predicted = cents(total(_lines(fields.get("Line"))), currency)
    billed = invoice.get("hs_amount_billed")
    if isinstance(billed, Decimal) and cents(billed, currency) != predicted:
        return _totals(billed, predicted, currency)
    return None


def refusal_inbound(fields: Mapping[str, Value], pair: Pair) -> Finding | None:
    invoice = pair.quickbooks
    if invoice is None or (pair.hubspot is not None and "lines" not in fields):
        return None
    amount = invoice.get("TotalAmt")
    currency = str(invoice.get("CurrencyRef") or "USD")
    if not isinstance(amount, Decimal):
        return Finding(State.FAILING, "bad_value", {"field": "TotalAmt"})
    if amount < 0:
        return Finding(State.FAILING, "negative_total", {"amount": show(amount, currency)})
    written = total(_lines(fields.get("lines")))
    if written != amount and invoice.presence is not Presence.VOIDED:
        return _totals(written, amount, currency)
    return None


def totals(pair: Pair) -> dict[str, str]:
    """What each side bills, in words; a mirror by our own property."""
    here, there = pair.hubspot, pair.quickbooks
    if here is None or there is None:
        return {}
    ours = _shown_total(here, pair.origin) or here.get("hs_amount_billed")
    return _amounts(ours, there.get("TotalAmt"), _currency(here, there))


def totals_agree(here: Snapshot | None, there: Snapshot | None, origin: Side | None) -> bool:
    """May a payment go from one to the other?"""
    if here is None or there is None or not (here.is_live and there.is_live):
        return False
    ours = here.get("ledgerline_total" if origin is Side.QUICKBOOKS else "hs_amount_billed")
    return _equal(ours, there.get("TotalAmt"), _currency(here, there))


def _currency(here: Snapshot, there: Snapshot) -> str:
    return str(there.get("CurrencyRef") or here.get("hs_currency") or "USD")


def disagreement(pair: Pair, *, balance_only: bool = False) -> Finding | None:
    """Two linked invoices with nothing left to copy: do their amounts agree? `balance_only`: of one
    born in HubSpot our own property shows what is open."""
    here, there = pair.hubspot, pair.quickbooks
    if here is None or there is None:
        return None
    ours = "hs_amount_billed", "ledgerline_balance" if balance_only else "hs_balance_due"
    if pair.origin is Side.QUICKBOOKS:
        ours = "ledgerline_total", "ledgerline_balance"
    currency = _currency(here, there)
    if not _equal(here.get(ours[0]), there.get("TotalAmt"), currency):
        return _changed_copy(pair, ours[0], "TotalAmt", currency) or _totals(
            here.get(ours[0]), there.get("TotalAmt"), currency
        )
    shown = _shown_total(here, pair.origin)
    if shown is not None and not _equal(shown, there.get("TotalAmt"), currency):
        return _totals(shown, there.get("TotalAmt"), currency)
    if _equal(here.get(ours[1]), there.get("Balance"), currency):
        return _differing_status(pair, here, there)
    if pair.payments_due:
        return Finding(State.WAITING, "payments")
    changed = _changed_copy(pair, ours[1], "Balance", currency)
    if changed is not None:
        return changed
    facts = _amounts(here.get(ours[1]), there.get("Balance"), currency)
    return Finding(State.FAILING, "balance", {**facts, "remedy": _one_sided(pair, there, currency)})


def _one_sided(pair: Pair, booked: Snapshot, currency: str) -> str:
    """What only one side has, by name where it is known."""
    deposit = booked.get("Deposit")
    named = list(pair.lone_payments)
    if isinstance(deposit, Decimal) and deposit:
        named.append(
            said("deposit of {show} (on the invoice in QuickBooks)", show=show(deposit, currency))
        )
    if named:
        return said("Not the same on both sides: {listed}.", listed=joined("; ", *named))
    if booked.payments:
        return said(
            "Every payment is on both sides, so HubSpot has not counted one. If it never does,"
            " choose in the options to show payments as the balance only."
        )
    return said("A payment, credit or deposit is on one side only.")


def _changed_copy(pair: Pair, name: str, amount: str, currency: str) -> Finding | None:
    """A mirror's own copy of an amount is what differs, when a person has written over it."""
    here, there, agreed = pair.hubspot, pair.quickbooks, pair.baseline
    if pair.origin is not Side.QUICKBOOKS or here is None or there is None or agreed is None:
        return None
    kept = agreed.hubspot.get(f"{name}={amount}")
    if not _equal(kept, there.get(amount), currency):
        return None
    facts = {"field": name, **_amounts(here.get(name), there.get(amount), currency)}
    return Finding(State.FAILING, "mirror_amount", facts)


def _differing_status(pair: Pair, mirror: Snapshot, booked: Snapshot) -> Finding | None:
    """A mirror is paid when the books say so, not when a seller does."""
    shown, owed = mirror.get("hs_invoice_status"), booked.get("status")
    if pair.origin is not Side.QUICKBOOKS or shown == owed:
        return None
    if pair.payments_due:
        return Finding(State.WAITING, "payments")
    facts = {"hubspot": str(shown), "quickbooks": str(owed)}
    return Finding(State.FAILING, "mirror_status", facts)


def _shown_total(mirror: Snapshot, origin: Side | None) -> Decimal | None:
    """What the lines of a mirror add up to: our own property of its total is only a copy."""
    lines = mirror.get("lines")
    return total(lines) if origin is Side.QUICKBOOKS and isinstance(lines, tuple) else None


def _equal(here: Value, there: Value, currency: str) -> bool:
    both = [value if isinstance(value, Decimal) else Decimal(0) for value in (here, there)]
    return cents(both[0], currency) == cents(both[1], currency)


def _totals(here: Value, there: Value, currency: str) -> Finding:
    return Finding(State.FAILING, "totals", _amounts(here, there, currency))


def _amounts(here: Value, there: Value, currency: str) -> dict[str, str]:
    shown = [
        show(value if isinstance(value, Decimal) else None, currency) for value in (here, there)
    ]
    return {"hubspot": shown[0], "quickbooks": shown[1]}


def _lines(value: Value) -> tuple[Line, ...]:
    return value if isinstance(value, tuple) else ()
