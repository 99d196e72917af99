"""The words of the setup: choices with their consequence."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from syncapp.admin.scaffold import Text
from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction

DIRECTION_TEXTS: Mapping[str, Text] = {
    Direction.BOTH.value: _("Both ways"),
    Direction.TO_QUICKBOOKS.value: _("HubSpot to QuickBooks"),
    Direction.TO_HUBSPOT.value: _("QuickBooks to HubSpot"),
}
_USUAL_CONSEQUENCES: Mapping[str, Text] = {
    Direction.BOTH.value: _("What changes in either app is taken over by the other."),
    Direction.TO_QUICKBOOKS.value: _("HubSpot sends. Changes in QuickBooks stay there."),
    Direction.TO_HUBSPOT.value: _("QuickBooks sends. Changes in HubSpot stay there."),
}
_INVOICE_CONSEQUENCES: Mapping[str, Text] = {
    Direction.BOTH.value: _(
        "Finalized invoices of HubSpot go to QuickBooks, those of QuickBooks come in. Payments"
        " travel both ways."
    ),
    Direction.TO_QUICKBOOKS.value: _(
        "Finalized invoices of HubSpot go to QuickBooks. Payments travel both ways."
    ),
    Direction.TO_HUBSPOT.value: _("Invoices of QuickBooks come into HubSpot. Payments do not."),
}
CONFLICTS: Mapping[str, Text] = {
    "hubspot": _("HubSpot’s value counts"),
    "quickbooks": _("QuickBooks’ value counts"),
    "ask": _("A person decides: the record waits in “Needs decision”"),
}
MATCHING: Mapping[str, Text] = {
    "default": _("The usual way"),
    "field": _("By a field of your choice"),
    "none": _("No matching: nothing that exists is linked"),
}
MATCHING_CONSEQUENCES: Mapping[str, Text] = {
    "field": _(
        "Only this field counts then. Records it does not tell apart, or does not hold, are not"
        " linked and may be doubled."
    ),
    "none": _("Whatever is on both sides already is made a second time on each of them."),
}
_MATCHING_USUAL: Mapping[Entity, Text] = {
    Entity.CONTACT: _("By e-mail address, letter case ignored."),
    Entity.PRODUCT: _("By SKU, letter case ignored."),
}


def consequences(entity: Entity) -> Mapping[str, Text]:
    return _INVOICE_CONSEQUENCES if entity is Entity.INVOICE else _USUAL_CONSEQUENCES


def matching_usual(entity: Entity) -> Text:
    return _MATCHING_USUAL.get(entity, "")
