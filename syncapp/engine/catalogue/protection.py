"""What was done in the app where a document does not belong, and what its payments allow."""

from collections.abc import Mapping

from syncapp.engine.catalogue.category import PARENT_CHANGED, Category, Group, Place, Who

PROTECTION: Mapping[str, Category] = {
    "protected_change": Category(
        "Money changed elsewhere",
        Group.PROTECTED_CHANGE,
        "It was changed in {side} by {author}, but it belongs to {owner} ({field}): was {before},"
        " is {after}.",
        "Undo the change in {side} and make it in {owner}.",
        "The app where an invoice was made owns its lines, amounts and tax.",
        Who.BOOKKEEPER,
        Place.RECORD_THERE,
    ),
    "voided_there": Category(
        "Voided in the other app",
        Group.PROTECTED_CHANGE,
        "It was voided in {side}, where it was not born.",
        "Void it on the other side too.",
        "The app where a document was made decides whether it counts.",
        Who.BOOKKEEPER,
        Place.DECISION,
    ),
    "mirror_billable": Category(
        "Copy made billable",
        Group.PROTECTED_CHANGE,
        "Somebody made this copy of a QuickBooks invoice billable in HubSpot: the customer could be"
        " charged twice.",
        "Make it non-billable again.",
        "QuickBooks collects the money of its own invoices.",
        Who.SELLER,
        Place.HUBSPOT_RECORD,
    ),
    "mirror_amount": Category(
        "Amount of the copy changed",
        Group.PROTECTED_CHANGE,
        "Somebody changed {field} on this copy of a QuickBooks invoice: it is {hubspot} in HubSpot,"
        " the invoice in QuickBooks says {quickbooks}.",
        "Set {field} in HubSpot back to {quickbooks}.",
        "The amounts of a QuickBooks invoice are decided there; the invoice itself is right.",
        Who.SELLER,
        Place.HUBSPOT_RECORD,
    ),
    "mirror_status": Category(
        "Status of the copy differs",
        Group.PROTECTED_CHANGE,
        "This copy of a QuickBooks invoice is {hubspot} in HubSpot, but {quickbooks} in"
        " QuickBooks.",
        "Set it to {quickbooks} in HubSpot; a payment belongs on the invoice.",
        "Whether a QuickBooks invoice is paid is decided by its payments there.",
        Who.SELLER,
        Place.HUBSPOT_RECORD,
        PARENT_CHANGED,
    ),
    "payments_applied": Category(
        "Paid, so not voided",
        Group.PROTECTED_CHANGE,
        "It is voided in HubSpot, but payments are applied to it in QuickBooks.",
        "Take the payment off its deposit, then off the invoice; the void follows.",
        "Voiding a paid invoice would leave its payments without a home.",
        Who.BOOKKEEPER,
        Place.QUICKBOOKS_RECORD,
    ),
    "payment_removed": Category(
        "Payment removed elsewhere",
        Group.PROTECTED_CHANGE,
        "The payment was removed in {side}, where it was not recorded.",
        "Record it there again, or remove it on the other side.",
        "Only the app where a payment was recorded may take it back.",
        Who.BOOKKEEPER,
        Place.RECORD_THERE,
    ),
    "shared_payment": Category(
        "Refunded but shared",
        Group.PROTECTED_CHANGE,
        "The payment was refunded in HubSpot, but in QuickBooks it settles other invoices too.",
        "Correct it there by hand.",
        "Voiding it would open invoices that nobody refunded.",
        Who.BOOKKEEPER,
        Place.QUICKBOOKS_RECORD,
    ),
    "overpaid": Category(
        "More than is open",
        Group.AMOUNTS,
        "The payment of {amount} is more than the {open} still open in {side}.",
        "Correct the payment or the invoice.",
        "A payment is never booked beyond what is owed.",
        Who.BOOKKEEPER,
        Place.RECORD_THERE,
        PARENT_CHANGED,
    ),
    "below_cents": Category(
        "Smaller than a cent",
        Group.AMOUNTS,
        "The payment is {amount}, which has no such coin.",
        "Correct its amount where it was entered.",
        "The books would round it, and the two apps would never agree.",
        Who.SELLER,
        Place.RECORD_THERE,
    ),
    "payment_amount": Category(
        "Payment amounts differ",
        Group.AMOUNTS,
        "The payment is {hubspot} in HubSpot, {quickbooks} of it settles the invoice in"
        " QuickBooks.",
        "Correct it where it was entered.",
        "Both apps must say the same of the money that arrived.",
        Who.BOOKKEEPER,
        Place.DECISION,
    ),
}
