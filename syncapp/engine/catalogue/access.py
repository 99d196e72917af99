"""What keeps us from an app as a whole, and calls that are our own fault."""

from collections.abc import Mapping

from syncapp.engine.catalogue.category import CHANGED, HOURLY, Category, Group, Place, Who

ACCESS: Mapping[str, Category] = {
    "permission": Category(
        "Not permitted",
        Group.CONNECTION,
        "We are not permitted to do this in {side}.",
        "Reconnect with an account that is.",
        "The connection may do what the person may who connected it, and what the app was granted.",
        Who.ADMIN,
        Place.CONNECTION,
        HOURLY,
    ),
    "subscription": Category(
        "QuickBooks is read-only",
        Group.CONNECTION,
        "QuickBooks is read-only: its subscription has ended.",
        "Renew it.",
        "Without a subscription a company's books can be looked at only.",
        Who.ADMIN,
        Place.COMPANY,
        HOURLY,
    ),
    "not_in_plan": Category(
        "Not in this edition",
        Group.CONNECTION,
        "{side} does not offer this in the account's plan.",
        "Change the plan, or switch off what needs it.",
        "Some features belong to larger plans only.",
        Who.ADMIN,
        Place.COMPANY,
        HOURLY,
    ),
    "parked": Category(
        "Parked after an outage",
        Group.LIMIT,
        "{side} was busy {tries} times in a row.",
        "It is tried again when the record changes, or when somebody asks for it.",
        "Trying for ever would use up the calls of the others.",
        Who.ADMIN,
        Place.DECISION,
        CHANGED,
    ),
    "keeps_clashing": Category(
        "Changed again and again",
        Group.VERSION_CLASH,
        "It was changed in {side} each of the {tries} times that we wanted to write it.",
        "It is tried again when the record changes, or when somebody asks for it.",
        "Another program or person saves it all the time.",
        Who.ADMIN,
        Place.DECISION,
        CHANGED,
    ),
    "our_request": Category(
        "Our call was wrong",
        Group.OURS,
        "{side} did not understand what Ledgerline sent.",
        "Please report it.",
        "The call itself was wrong, not the record.",
        Who.ADMIN,
        Place.NOWHERE,
        heals_itself=False,
    ),
}
