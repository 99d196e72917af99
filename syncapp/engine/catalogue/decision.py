"""Questions that only a person can answer."""

from collections.abc import Mapping

from syncapp.engine.catalogue.category import NEVER, Category, Group, Place, Retry, When, Who

DECISIONS: Mapping[str, Category] = {
    "ambiguous": Category(
        "Several possible partners",
        Group.NEEDS_DECISION,
        "Several records have the same key ({key}): {candidates}.",
        "Choose which one it is, or make the keys different.",
        "Linking the wrong one would mix two customers' or products' data.",
        Who.BOOKKEEPER,
        Place.DECISION,
        Retry(When.PARENT_CHANGED),
        heals_itself=False,
    ),
    "taken_apart": Category(
        "Taken apart",
        Group.NEEDS_DECISION,
        "Somebody took it apart from {other}.",
        "Link it with the right one, or keep it apart to let it have a copy of its own.",
        "Left to themselves the two would find each other again by their key.",
        Who.BOOKKEEPER,
        Place.DECISION,
        NEVER,
        heals_itself=False,
    ),
    "conflict": Category(
        "Changed on both sides",
        Group.NEEDS_DECISION,
        "Changed on both sides: {values}.",
        "Choose which one counts.",
        "The sync is set to ask when both sides hold something new.",
        Who.BOOKKEEPER,
        Place.DECISION,
        NEVER,
        heals_itself=False,
    ),
    "deleted_in_quickbooks": Category(
        "Invoice deleted in QuickBooks",
        Group.NEEDS_DECISION,
        "It was deleted in QuickBooks.",
        "Decide whether to send it again or to let it go.",
        "Sending a deleted document again by itself would undo somebody's correction.",
        Who.BOOKKEEPER,
        Place.DECISION,
        NEVER,
        heals_itself=False,
    ),
    "several_invoices": Category(
        "Payment on several invoices",
        Group.NEEDS_DECISION,
        "The payment is on several invoices in HubSpot, which does not say how it is split.",
        "Record one payment per invoice.",
        "A split that is guessed would leave wrong balances.",
        Who.SELLER,
        Place.HUBSPOT_RECORD,
    ),
}
