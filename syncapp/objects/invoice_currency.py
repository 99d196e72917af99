"""In which currency an invoice may go to QuickBooks: there a customer has one for good."""

from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Pair, RecordRef, Side, Snapshot
from syncapp.engine.rules import SyncRule


def wrong_currency(invoice: Snapshot, pair: Pair, rule: SyncRule) -> Finding | None:
    ours, home = str(invoice.get("hs_currency") or ""), rule.option("quickbooks.currency")
    is_multi = rule.option("quickbooks.MultiCurrencyEnabled") == "True"
    if home and ours != home and not is_multi:
        return Finding(State.FAILING, "other_currency", {"currency": ours, "home": home})
    own = _customers_own(pair)
    if not is_multi or not own or own == ours:
        return None
    return Finding(State.FAILING, "customer_currency", {"currency": ours, "own": own})


def _customers_own(pair: Pair) -> str:
    contact = pair.value(Side.HUBSPOT, "contact")
    customer = pair.parents.get(contact) if isinstance(contact, RecordRef) else None
    return customer.currency if customer and customer.partner else ""
