"""Records: hubspot-api.md 4."""

from sandbox.hubspot.endpoints import batches, merging, objects, search
from sandbox.hubspot.routes.route import reading, writing
from sandbox.hubspot.scopes import to_read, to_write

_TYPE = "/crm/{v}/objects/{type}"

OBJECTS = (
    reading("POST", f"{_TYPE}/search", search.search, to_read),
    reading("POST", f"{_TYPE}/batch/read", batches.batch_read, to_read),
    writing("POST", f"{_TYPE}/batch/create", batches.batch_create, to_write),
    writing("POST", f"{_TYPE}/batch/update", batches.batch_update, to_write),
    writing("POST", f"{_TYPE}/batch/upsert", batches.batch_upsert, to_write),
    writing("POST", f"{_TYPE}/batch/archive", batches.batch_archive, to_write),
    writing("POST", f"{_TYPE}/merge", merging.merge_records, to_write),
    writing("POST", f"{_TYPE}/gdpr-delete", merging.gdpr_delete, to_write),
    reading("GET", _TYPE, objects.list_records, to_read),
    writing("POST", _TYPE, objects.create_record, to_write),
    reading("GET", f"{_TYPE}/{{id}}", objects.read_record, to_read),
    writing("PATCH", f"{_TYPE}/{{id}}", objects.update_record, to_write),
    writing("DELETE", f"{_TYPE}/{{id}}", objects.archive_record, to_write),
)
