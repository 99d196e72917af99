"""What a rehearsal cannot know, because a vendor tells it only in answer to a write."""

from collections.abc import Set

from syncapp.engine.records import Entity, Side

SENTENCES: dict[tuple[Side, Entity, str], str] = {
    (Side.QUICKBOOKS, Entity.CONTACT, "created"): (
        "QuickBooks refuses a customer whose name a vendor or an employee has already; those are"
        " not read beforehand."
    ),
    (Side.QUICKBOOKS, Entity.PRODUCT, "created"): (
        "QuickBooks refuses an item on an account that was closed or is of the wrong type."
    ),
    (Side.QUICKBOOKS, Entity.INVOICE, "created"): (
        "QuickBooks refuses an invoice in a closed period or with a number that another document"
        " has; automated sales tax shows in its answer only."
    ),
    (Side.QUICKBOOKS, Entity.PAYMENT, "created"): (
        "QuickBooks refuses a payment in a closed period."
    ),
    (Side.QUICKBOOKS, Entity.INVOICE, "voided"): (
        "QuickBooks refuses to void an invoice in a closed period."
    ),
    (Side.QUICKBOOKS, Entity.PAYMENT, "voided"): (
        "QuickBooks refuses to void a payment that is matched to a bank transaction."
    ),
    (Side.HUBSPOT, Entity.CONTACT, "created"): (
        "HubSpot refuses a contact whose e-mail address another one has as a second address."
    ),
    (Side.HUBSPOT, Entity.PAYMENT, "created"): (
        "Whether this HubSpot account takes payments from an app shows with the first one."
    ),
}


def unforeseen(kinds: Set[tuple[str, str, str]]) -> tuple[str, ...]:
    """Of what is planned: side, entity and action."""
    return tuple(
        sentence
        for (side, entity, action), sentence in SENTENCES.items()
        if (side.value, entity.value, action) in kinds
    )
