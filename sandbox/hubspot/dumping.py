"""The account as plain JSON for assertions."""

from typing import Any

from sandbox.hubspot.links.store import partners_by_type
from sandbox.hubspot.object_types import OBJECT_TYPES
from sandbox.hubspot.portal import Portal


def world_dump(portal: Portal) -> dict[str, Any]:
    """`objects` by type and id, with archived and merged ones; `associations` likewise, each a
    list of ids by partner type; `properties` the account's own definitions."""
    account = portal.account
    return {
        "portal": {
            "portal_id": account["portal_id"],
            "app_id": account["app_id"],
            "name": account["name"],
            "options": plain_copy(portal.state["options"]),
        },
        "objects": {name: plain_copy(portal.records(name)) for name in OBJECT_TYPES},
        "associations": {name: _associations(portal, name) for name in OBJECT_TYPES},
        "properties": plain_copy(portal.state["properties"]),
        "owners": plain_copy(portal.state["owners"]),
        "tax_rates": plain_copy(portal.state["tax_rates"]),
    }


def plain_copy(value: Any) -> Any:
    """Of JSON values; nothing of the original is shared."""
    if isinstance(value, dict):
        return {key: plain_copy(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain_copy(each) for each in value]
    return value


def _associations(portal: Portal, type_name: str) -> dict[str, dict[str, list[str]]]:
    found = {}
    for record_id in portal.state["associations"][type_name]:
        partners = partners_by_type(portal, (type_name, record_id))
        listed = {other: list(ids) for other, ids in partners.items() if ids}
        if listed:
            found[record_id] = listed
    return found
