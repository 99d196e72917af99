"""What pages call the engine's names, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from syncapp.admin.scaffold import Text

OBJECTS: Mapping[str, Text] = {
    "contact": _("Contacts"),
    "product": _("Products"),
    "invoice": _("Invoices"),
    "payment": _("Payments"),
}
OBJECT: Mapping[str, Text] = {
    "contact": _("Contact"),
    "product": _("Product"),
    "invoice": _("Invoice"),
    "payment": _("Payment"),
}
STATES: Mapping[str, Text] = {
    "in_sync": _("In sync"),
    "failing": _("Failing"),
    "needs_decision": _("Needs decision"),
    "waiting": _("Waiting"),
    "excluded": _("Excluded"),
}
STATES_EXPLAINED: Mapping[str, Text] = {
    "in_sync": _("The same in HubSpot and QuickBooks, as far as the rule goes."),
    "failing": _("Not taken over, and somebody has to put something right."),
    "needs_decision": _("Ledgerline asks which record or which value is meant."),
    "waiting": _("Goes on by itself: it needs another record first, or is tried again."),
    "excluded": _("Left out on purpose, by a filter or a rule."),
}
DIRECTIONS: Mapping[str, Text] = {
    "both": _("Both ways"),
    "to_quickbooks": _("HubSpot to QuickBooks"),
    "to_hubspot": _("QuickBooks to HubSpot"),
}
ACTIONS: Mapping[str, Text] = {
    "created": _("Created"),
    "updated": _("Updated"),
    "voided": _("Voided"),
    "archived": _("Archived"),
    "linked": _("Linked"),
    "refused": _("Refused"),
    "decided": _("Decided by a person"),
    "detached": _("Left alone"),
    "taken back": _("Taken back"),
    "unconfirmed": _("Sent, not answered yet"),
    **STATES,
}
