"""What people read where a column holds one of the engine's names."""

from syncapp.engine.plan import State
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import ConflictPolicy, Direction

SIDES = [(side.value, side.product_name) for side in Side]

ENTITIES = [
    (Entity.CONTACT.value, "Contact"),
    (Entity.PRODUCT.value, "Product"),
    (Entity.INVOICE.value, "Invoice"),
    (Entity.PAYMENT.value, "Payment"),
]

DIRECTIONS = [
    (Direction.BOTH.value, "Both ways"),
    (Direction.TO_HUBSPOT.value, "QuickBooks to HubSpot"),
    (Direction.TO_QUICKBOOKS.value, "HubSpot to QuickBooks"),
]

ONE_WAY = [choice for choice in DIRECTIONS if choice[0] != Direction.BOTH.value]

CONFLICT_POLICIES = [
    (ConflictPolicy.HUBSPOT.value, "HubSpot wins"),
    (ConflictPolicy.QUICKBOOKS.value, "QuickBooks wins"),
    (ConflictPolicy.ASK.value, "A person decides"),
]

STATES = [
    (State.IN_SYNC.value, "In sync"),
    (State.FAILING.value, "Failing"),
    (State.EXCLUDED.value, "Excluded"),
    (State.WAITING.value, "Waiting"),
    (State.NEEDS_DECISION.value, "Needs decision"),
]

DEED = "deed"  # the name under which an audit entry says what somebody did
