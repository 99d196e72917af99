"""Associations: hubspot-api.md 6.2; 2026-03 and 2026-09 have the calls of the fourth version."""

from sandbox.hubspot.endpoints import association_batches as many
from sandbox.hubspot.endpoints import associations as single
from sandbox.hubspot.endpoints import old_associations as old
from sandbox.hubspot.routes.route import V4, reading, writing
from sandbox.hubspot.scopes import to_read_links as to_read
from sandbox.hubspot.scopes import to_write_links as to_write

_RECORD = "/crm/{v}/objects/{from}/{id}/associations"
_PAIR = "/crm/{v}/associations/{from}/{to}"
_NAMED = f"{_RECORD}/{{to}}/{{to_id}}/{{name}}"

ASSOCIATIONS = (
    writing("PUT", f"{_RECORD}/default/{{to}}/{{to_id}}", single.put_default, to_write, V4),
    writing("PUT", f"{_RECORD}/{{to}}/{{to_id}}", single.put_labels, to_write, V4),
    writing("DELETE", f"{_RECORD}/{{to}}/{{to_id}}", single.delete_all, to_write, V4),
    reading("GET", f"{_RECORD}/{{to}}", single.list_of_record, to_read, V4),
    reading("GET", f"{_PAIR}/labels", single.labels, to_read, V4),
    reading("POST", f"{_PAIR}/batch/read", many.batch_read, to_read, V4),
    writing("POST", f"{_PAIR}/batch/associate/default", many.batch_default, to_write, V4),
    writing("POST", f"{_PAIR}/batch/create", many.batch_create, to_write, V4),
    writing("POST", f"{_PAIR}/batch/archive", many.batch_archive, to_write, V4),
    writing("POST", f"{_PAIR}/batch/labels/archive", many.batch_archive_labels, to_write, V4),
    reading("GET", f"{_PAIR}/types", old.types, to_read, ("v3",)),
    reading("POST", f"{_PAIR}/batch/read", old.batch_read, to_read, ("v3",)),
    writing("POST", f"{_PAIR}/batch/create", old.batch_create, to_write, ("v3",)),
    writing("POST", f"{_PAIR}/batch/archive", old.batch_archive, to_write, ("v3",)),
    writing("PUT", _NAMED, old.put, to_write, ("v3",)),
    writing("DELETE", _NAMED, old.delete, to_write, ("v3",)),
)
