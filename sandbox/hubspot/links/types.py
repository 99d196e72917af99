"""The association types HubSpot defines: hubspot-api.md 6.1 [ASSOC]."""

from dataclasses import dataclass

from sandbox.hubspot.errors import invalid
from sandbox.hubspot.object_types import OBJECT_TYPES

CATEGORY = "HUBSPOT_DEFINED"
PRIMARY = 1  # contact -> primary company


@dataclass(frozen=True, slots=True)
class AssociationType:
    from_type: str
    to_type: str
    type_id: int
    reverse_id: int | None
    label: str | None = None

    def reversed(self) -> "AssociationType | None":
        if self.reverse_id is None:
            return None
        return AssociationType(
            self.to_type, self.from_type, self.reverse_id, self.type_id, self.label
        )

    @property
    def v3_name(self) -> str:
        """`invoice_to_line_item`; of contact and company the bare name is the primary one."""
        name = f"{OBJECT_TYPES[self.from_type].singular}_to_{OBJECT_TYPES[self.to_type].singular}"
        if self.type_id in (930, 931):
            return f"billing_{name}"
        return f"{name}_unlabeled" if self.type_id in (279, 280) else name

    def spec(self) -> dict[str, object]:
        return {"associationCategory": CATEGORY, "associationTypeId": self.type_id}

    def labelled(self) -> dict[str, object]:
        return {"category": CATEGORY, "typeId": self.type_id, "label": self.label}


# of a pair of types the unlabelled one comes first: it is the default
_FORWARD = (
    AssociationType("contacts", "companies", 279, 280),
    AssociationType("contacts", "companies", PRIMARY, 2, "Primary"),
    AssociationType("contacts", "companies", 931, 930, "Billing contact"),
    AssociationType("invoices", "contacts", 177, 178),
    AssociationType("invoices", "companies", 179, 180),
    AssociationType("invoices", "line_items", 409, 410),
    AssociationType("invoices", "discounts", 411, 412),
    AssociationType("invoices", "fees", 413, 414),
    AssociationType("invoices", "taxes", 415, 416),
    AssociationType("invoices", "commerce_payments", 541, 542),
    AssociationType("commerce_payments", "contacts", 387, 388),
    AssociationType("commerce_payments", "companies", 389, 390),
    AssociationType("commerce_payments", "line_items", 395, 396),
    AssociationType("commerce_payments", "discounts", 428, None),
    AssociationType("commerce_payments", "fees", 1326, 1327),
    AssociationType("line_items", "discounts", 368, 367),
)

ASSOCIATION_TYPES = (*_FORWARD, *(back for kind in _FORWARD if (back := kind.reversed())))

_BY_PAIR: dict[tuple[str, str], tuple[AssociationType, ...]] = {}
for _kind in ASSOCIATION_TYPES:
    _pair = (_kind.from_type, _kind.to_type)
    _BY_PAIR[_pair] = (*_BY_PAIR.get(_pair, ()), _kind)

_BY_ID = {kind.type_id: kind for kind in ASSOCIATION_TYPES}


def types_between(from_type: str, to_type: str) -> tuple[AssociationType, ...]:
    return _BY_PAIR.get((from_type, to_type), ())


def default_type(from_type: str, to_type: str) -> AssociationType:
    """Raises for pairs that cannot be associated, such as anything with products [PROD]."""
    known = types_between(from_type, to_type)
    if not known:
        raise invalid(f"No association type is defined from {from_type} to {to_type}")
    return known[0]


def type_of_id(from_type: str, to_type: str, type_id: int) -> AssociationType:
    kind = _BY_ID.get(type_id)
    if kind is None or (kind.from_type, kind.to_type) != (from_type, to_type):
        raise invalid(
            f"Association type {type_id} is not defined from {from_type} to {to_type}",
            code="INVALID_ASSOCIATION_TYPE",
            context={"associationTypeId": [str(type_id)]},
        )
    return kind


def type_of_v3_name(from_type: str, to_type: str, name: str) -> AssociationType:
    """The old calls take a name or the number as text: hubspot-api.md 6.1, 6.2."""
    if name.isdigit():
        return type_of_id(from_type, to_type, int(name))
    for kind in types_between(from_type, to_type):
        if kind.v3_name == name.lower():
            return kind
    raise invalid(f"{name} is not an association type from {from_type} to {to_type}")
