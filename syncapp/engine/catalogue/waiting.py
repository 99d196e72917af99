"""Reasons why a record is not finished yet; nobody has to do anything."""

from collections.abc import Mapping

from syncapp.engine.catalogue.category import (
    AT_ONCE,
    BACK_OFF,
    CHANGED,
    PARENT_CHANGED,
    Category,
    Group,
    Place,
    Retry,
    When,
    Who,
)


def _waiting(
    title: str, happened: str, why: str, retry: Retry, group: Group = Group.WAITING
) -> Category:
    nothing = "There is nothing to do."
    return Category(title, group, happened, nothing, why, Who.NOBODY, Place.NOWHERE, retry)


WAITING: Mapping[str, Category] = {
    "new": _waiting(
        "Not decided yet",
        "Seen, not decided yet.",
        "It is on the list and comes up in a pass that runs now or next.",
        CHANGED,
    ),
    "parent": _waiting(
        "Waits for another record",
        "It waits until its {parent} has been decided.",
        "A document is never written without the customer that it names.",
        PARENT_CHANGED,
    ),
    "invoice": _waiting(
        "Payment waits for invoice",
        "It waits until its invoice ({parent}) is in sync. {reason}",
        "A payment is booked on an invoice whose total agrees, never before.",
        PARENT_CHANGED,
    ),
    "payments": _waiting(
        "Payments on their way",
        "Its payments are still on their way.",
        "The open balances agree as soon as they have arrived.",
        PARENT_CHANGED,
    ),
    "other_company_asked": _waiting(
        "Another company is booking",
        "Another company of this portal is booking it just now.",
        "Two companies must never book one document.",
        BACK_OFF,
    ),
    "other_payments": _waiting(
        "Other payments go first",
        "Other payments of its invoice are booked before it.",
        "Together they would be more than is open; one after the other they are checked.",
        BACK_OFF,
    ),
    "catch_all": _waiting(
        "Catch-all item in the making",
        "The item for lines without a product is being made.",
        "Lines that match no product are booked on one item, made on first need.",
        BACK_OFF,
    ),
    "unconfirmed": _waiting(
        "No answer came",
        "It was sent and no answer came. It is looked for before anything is sent again.",
        "The connection broke after sending: it may have arrived or not.",
        BACK_OFF,
    ),
    "version_clash": _waiting(
        "Changed at the same moment",
        "It was changed at the same moment. It is read and decided again.",
        "Somebody saved it between our reading and our writing; their change is respected.",
        Retry(When.PARKED, looks=3, gives_up_as="keeps_clashing"),
        Group.VERSION_CLASH,
    ),
    "name_taken": _waiting(
        "Another name is tried",
        "Its name is taken in QuickBooks. Another one is tried.",
        "Names are unique there; each refusal is a definite no, so nothing is made twice.",
        AT_ONCE,
    ),
    "limit": _waiting(
        "App is busy",
        "{side} is busy or limits us. It is tried again soon.",
        "Every app allows so many calls in a time and is out of order now and then.",
        Retry(When.PARKED, gives_up_as="parked"),
        Group.LIMIT,
    ),
    "more_to_write": _waiting(
        "More to write",
        "A part of it is still to be written.",
        "A document may take several steps; the next one is due.",
        AT_ONCE,
    ),
}
