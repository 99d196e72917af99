"""Property definitions and their groups: hubspot-api.md 9."""

from sandbox.hubspot.endpoints import definitions
from sandbox.hubspot.routes.route import reading, writing
from sandbox.hubspot.scopes import to_read_definitions as to_read
from sandbox.hubspot.scopes import to_write_definitions as to_write

_TYPE = "/crm/{v}/properties/{type}"
_GROUP = f"{_TYPE}/groups/{{name}}"

DEFINITIONS = (
    reading("POST", f"{_TYPE}/batch/read", definitions.batch_read_properties, to_read),
    writing("POST", f"{_TYPE}/batch/create", definitions.batch_create_properties, to_write),
    writing("POST", f"{_TYPE}/batch/archive", definitions.batch_archive_properties, to_write),
    reading("GET", f"{_TYPE}/groups", definitions.list_groups, to_read),
    writing("POST", f"{_TYPE}/groups", definitions.create_group, to_write),
    reading("GET", _GROUP, definitions.read_group, to_read),
    writing("PATCH", _GROUP, definitions.update_group, to_write),
    writing("DELETE", _GROUP, definitions.delete_group, to_write),
    reading("GET", _TYPE, definitions.list_properties, to_read),
    writing("POST", _TYPE, definitions.create_property, to_write),
    reading("GET", f"{_TYPE}/{{name}}", definitions.read_property, to_read),
    writing("PATCH", f"{_TYPE}/{{name}}", definitions.update_property, to_write),
    writing("DELETE", f"{_TYPE}/{{name}}", definitions.delete_property, to_write),
)
