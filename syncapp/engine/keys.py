"""Names of logical writes, the same after a crash and after a restored backup."""

import hashlib
from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from syncapp.engine.records import Entity, RecordRef

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:ledgerline:write")


def create_id(portal: str, realm: str, source: RecordRef, step: int, generation: int) -> str:
    """The request id of a create: one per source record, step and generation, for ever."""
    parts = (portal, realm, "create", source.entity, source.side, source.id, step, generation)
    return _uuid(parts)


def change_id(realm: str, operation: str, target: RecordRef, version: str, payload: str) -> str:
    """The request id of an update, void or archive. It contains the version that was read and the
    content, so that after a restored backup another change never reuses it."""
    digest = hashlib.sha256(payload.encode()).hexdigest()
    return _uuid((realm, operation, target.entity, target.side, target.id, version, digest))


def batch_id(request_ids: Sequence[str]) -> str:
    return _uuid(("batch", *request_ids))


def remote_key(realm: str, entity: Entity, quickbooks_id: str) -> str:
    """What our copies in HubSpot carry as `ledgerline_key`. The realm is in it because companies
    may share a portal and QuickBooks ids are small numbers."""
    return f"{realm}:{entity}:{quickbooks_id}"


def marker(portal: str, source: RecordRef) -> str:
    """What our copies in QuickBooks carry in their PrivateNote, and their snapshots as key."""
    return f"{portal}/{source.id}"


def _uuid(parts: Sequence[object]) -> str:
    return str(uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts)))
