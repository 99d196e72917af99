"""Why a record is in its state, in a sentence: what happened, what to do, who can do it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from syncapp.engine.plan import Finding


@dataclass(frozen=True, slots=True)
class Category:
    """`heals_itself`: it goes on without anybody in Ledgerline, at the latest when the record
    is put right in HubSpot or QuickBooks."""

    sentence: str
    heals_itself: bool = True


_NOT_BY_ITSELF = False

CATEGORIES: Mapping[str, Category] = {
    # excluded
    "rule_off": Category("This sync is switched off. Switch it on to go on where it stopped."),
    "direction": Category("The sync does not run towards {side}. Change its direction to let it."),
    "filter": Category("It does not pass the filter: {why}. It comes in as soon as it does."),
    "no_email": Category("It has no e-mail address, by which customers are recognised. Add one."),
    "no_sku": Category("It has no SKU, by which products are recognised. Add one."),
    "inactive": Category("It is inactive in QuickBooks. Make it active there to sync it."),
    "sub_customer": Category(
        "It is a sub-customer or project and shares its parent's e-mail address; only top-level"
        " customers are synced."
    ),
    "item_type": Category("QuickBooks' {type} is not a product: only services and goods sync."),
    "catch_all_item": Category("It is the item for lines that match no product."),
    "not_born_here": Category("It came from an accounting system and never goes back to one."),
    "draft": Category("It is a draft. Finalize it in HubSpot to send it."),
    "voided_before": Category("It was voided before it was ever synced."),
    "older": Category(
        "It was finalized before the sync was switched on and has not been changed since. Change"
        " it in HubSpot to send it, or enter it in QuickBooks by hand."
    ),
    "other_company": Category("Another company of this portal has booked it already."),
    "deleted": Category("It was deleted before it was ever synced."),
    "deleted_there": Category("It was deleted in {side}. The other one was left as it is."),
    "taken_back": Category("It was taken back on both sides."),
    "no_invoice": Category("The payment settles no invoice, so there is nothing to book it on."),
    "invoice_excluded": Category("Its invoice is not synced: {reason}"),
    "payment_status": Category("The payment is {status}; only a successful one is booked."),
    # waiting
    "new": Category("Seen, not decided yet."),
    "parent": Category("It waits until its {parent} has been decided."),
    "invoice": Category("It waits until its invoice ({parent}) is in sync. {reason}"),
    "payments": Category("Its payments are still on their way."),
    "other_company_asked": Category("Another company of this portal is booking it just now."),
    "other_payments": Category("Other payments of its invoice are booked before it."),
    "catch_all": Category("The item for lines without a product is being made."),
    "unconfirmed": Category(
        "It was sent and no answer came. It is looked for before anything is sent again."
    ),
    "version_clash": Category("It was changed at the same moment. It is read and decided again."),
    "limit": Category("{side} is busy or limits us. It is tried again soon."),
    "more_to_write": Category("A part of it is still to be written."),
    # needs decision
    "ambiguous": Category(
        "Several records have the same key ({key}): {candidates}. Choose which one it is, or make"
        " the keys different.",
        _NOT_BY_ITSELF,
    ),
    "conflict": Category(
        "Changed on both sides: {field}. Choose which one counts.", _NOT_BY_ITSELF
    ),
    "deleted_in_quickbooks": Category(
        "It was deleted in QuickBooks. Decide whether to send it again or to let it go.",
        _NOT_BY_ITSELF,
    ),
    "several_invoices": Category(
        "The payment is on several invoices in HubSpot, which does not say how it is split."
        " Record one payment per invoice.",
    ),
    # failing
    "contact_link": Category(
        "Its customer {parent} is not linked. {reason} Put the contact on the invoice whose e-mail"
        " address the customer has, or let the contact sync bring it over."
    ),
    "invoice_link": Category("Its invoice {parent} is not linked. {reason}"),
    "product_link": Category("Its product {parent} is not linked. {reason}"),
    "customer_name": Category(
        "QuickBooks has another customer, vendor or employee with this name, and names must be"
        " unique there. Rename one of them."
    ),
    "item_account": Category(
        "No income account is chosen for items made in QuickBooks. Choose one in the sync's"
        " options.",
    ),
    "number_clash": Category(
        "The number is used by another document in QuickBooks. Switch off custom transaction"
        " numbers there, or renumber one of the two."
    ),
    "protected_change": Category(
        "It was changed in {side} by {author}, but it belongs to {owner} ({field}): was {before},"
        " is {after}. {remedy}"
    ),
    "voided_there": Category(
        "It was voided in {side}, where it was not born. Void it on the other side too."
    ),
    "mirror_billable": Category(
        "Somebody made this copy of a QuickBooks invoice billable in HubSpot: the customer could be"
        " charged twice. Make it non-billable again."
    ),
    "mirror_status": Category(
        "This copy of a QuickBooks invoice is {hubspot} in HubSpot, but {quickbooks} in QuickBooks."
        " Set it to {quickbooks} in HubSpot; a payment belongs on the invoice."
    ),
    "payments_applied": Category(
        "It is voided in HubSpot, but payments are applied to it in QuickBooks. Take the payment"
        " off its deposit, then off the invoice; the void follows."
    ),
    "payment_removed": Category(
        "The payment was removed in {side}, where it was not recorded. Record it there again, or"
        " remove it on the other side."
    ),
    "partial_refund": Category(
        "The payment was refunded in part. Enter a refund receipt in QuickBooks by hand."
    ),
    "deposited": Category(
        "The payment was refunded in HubSpot, but in QuickBooks it is part of a deposit. Take it"
        " off the deposit first."
    ),
    "shared_payment": Category(
        "The payment was refunded in HubSpot, but in QuickBooks it settles other invoices too."
        " Correct it there by hand."
    ),
    "overpaid": Category(
        "The payment of {amount} is more than the {open} still open in {side}. Correct the payment"
        " or the invoice."
    ),
    "payment_amount": Category(
        "The payment is {hubspot} in HubSpot, {quickbooks} of it settles the invoice in QuickBooks."
        " Correct it where it was entered."
    ),
    "totals": Category(
        "The totals differ: {hubspot} in HubSpot, {quickbooks} in QuickBooks. Correct the invoice"
        " where it was made."
    ),
    "balance": Category(
        "The open balances differ: {hubspot} in HubSpot, {quickbooks} in QuickBooks. A payment,"
        " credit or deposit is on one side only."
    ),
    "no_lines": Category("The invoice has no lines. Add one in HubSpot."),
    "order_tax": Category(
        "The invoice has tax, which QuickBooks would compute anew. Enter the tax as an ordinary"
        " line, best with an item synced from QuickBooks."
    ),
    "order_fee": Category(
        "The invoice has a fee on the whole order, which QuickBooks does not know. Enter it as an"
        " ordinary line."
    ),
    "order_discount": Category(
        "The invoice has a discount on the whole order, and discounts are switched off in"
        " QuickBooks. Switch them on there, or discount the lines."
    ),
    "other_currency": Category(
        "The invoice is in {currency}, the QuickBooks company keeps its books in {home}."
    ),
    "parked": Category(
        "{side} was busy {tries} times in a row. It is tried again when the record changes, or when"
        " somebody asks for it."
    ),
    "too_long": Category(
        "Its {field} has {length} characters; QuickBooks takes {limit}. It is never cut: shorten"
        " it in HubSpot."
    ),
    "negative_total": Category(
        "Its total is {amount}; HubSpot has no negative invoices. Enter a credit memo instead."
    ),
    "tax": Category("{side} did not take its tax. Correct the tax code or the company's settings."),
    "currency": Category("{side} did not take its currency. Use the customer's own."),
    "customer_link": Category(
        "{side} did not accept the customer on it. Check that the two belong together."
    ),
    "email_taken": Category(
        "Another contact in HubSpot has this e-mail address already. Merge the two, or correct one."
    ),
    "key_taken": Category("Another record in HubSpot carries its key. Merge the two there."),
    "value_taken": Category(
        "A value that must be unique is taken by another record in {side}. Correct one of them."
    ),
    "field_missing": Category(
        "{side} has no such field any more. Switch the mapping off, or make the field again."
    ),
    "field_read_only": Category(
        "{side} lets nobody write this field. Switch the mapping off, or let it run the other way."
    ),
    "bad_value": Category("{side} refused a value on it. Correct the value."),
    "closed_period": Category("The period is closed in QuickBooks. Open it, or change the date."),
    "subscription": Category("QuickBooks is read-only: its subscription has ended. Renew it."),
    "permission": Category(
        "We are not permitted to do this in {side}. Reconnect with an account that is."
    ),
    "gone": Category("It refers to something that no longer exists in {side}. Choose another."),
    "refused": Category("{side} refused it. Correct what it names."),
    "does_not_settle": Category(
        "It was written several times and still differs, so it was stopped. Please report it.",
        _NOT_BY_ITSELF,
    ),
    "our_mistake": Category(
        "Ledgerline could not decide about it, so it was left alone: {message} Please report it.",
        _NOT_BY_ITSELF,
    ),
}

_UNKNOWN = Category("{side} refused it. Correct what it names.")


def explain(finding: Finding | None) -> str:
    """Empty for a record in sync. A vendor's own words come last, as a quotation."""
    if finding is None:
        return ""
    template = CATEGORIES.get(finding.category, _UNKNOWN).sentence
    sentence = template.format_map(defaultdict(str, finding.facts)) + _worth(finding, template)
    said = finding.facts.get("message", "")
    if said and "{message}" not in template:
        field = f" ({finding.facts['field']})" if finding.facts.get("field") else ""
        sentence += f" {finding.facts.get('side', '')} says{field}: “{said}”"
    return " ".join(sentence.split())


def _worth(finding: Finding, template: str) -> str:
    """Both amounts, where the sentence itself does not name them."""
    facts = finding.facts
    if not (facts.get("hubspot") and facts.get("quickbooks")) or "{hubspot}" in template:
        return ""
    return f" It is {facts['hubspot']} in HubSpot and {facts['quickbooks']} in QuickBooks."


def heals_itself(finding: Finding | None) -> bool:
    return finding is None or CATEGORIES.get(finding.category, _UNKNOWN).heals_itself
