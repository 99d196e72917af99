"""What fields are called and references stand for, where only keys and ids were kept."""

from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.utils.translation import gettext

from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.engine.rules import FieldKind, FieldMapping
from syncapp.models import RecordLink, SyncActivity
from syncapp.objects import DEFAULT_MAPPINGS

# HubSpot's names that are two words in one
_WORDS = {"firstname": "First name", "lastname": "Last name", "mobilephone": "Mobile phone"}

# As our own properties are called in HubSpot; HubSpot's own total and status stand beside them.
_OURS = {
    "ledgerline_total": "QuickBooks total",
    "ledgerline_balance": "QuickBooks balance",
    "ledgerline_status": "QuickBooks status",
    "ledgerline_url": "QuickBooks link",
}


def label_of(mapping: FieldMapping) -> str:
    if mapping.words:
        return mapping.words[:1].upper() + mapping.words[1:]
    if mapping.hubspot in _OURS:
        return _OURS[mapping.hubspot]
    name = mapping.hubspot.removeprefix("hs_").replace("_", " ")
    return _WORDS.get(name, name[:1].upper() + name[1:])


def label_by_key(entity: Entity, key: str) -> str:
    """In the reader's language; a mapping that somebody added is called by its property."""
    for mapping in DEFAULT_MAPPINGS[entity]:
        if mapping.key == key:
            return gettext(label_of(mapping))
    hubspot, _, quickbooks = key.partition("=")
    return label_of(FieldMapping(hubspot, quickbooks))


def names_told(rows: Iterable[SyncActivity]) -> Mapping[RecordRef, str]:
    """Of records that these entries, all of one integration, name by id: one query, or none."""
    refs = {ref for row in rows for change in row.changes for ref in refs_in(change)}
    if not refs:
        return {}
    wanted = Q(pk__in=())
    for entity, side in {(ref.entity, ref.side) for ref in refs}:
        ids = [ref.id for ref in refs if (ref.entity, ref.side) == (entity, side)]
        wanted |= Q(entity=entity.value, **{f"{side.value}_id__in": ids})
    links = RecordLink.objects.filter(wanted, integration=next(iter(rows)).integration_id)
    return {
        RecordRef(side, Entity(link.entity), str(link.id_on(side))): link.label
        for link in links.only("entity", "hubspot_id", "quickbooks_id", "label")
        for side in Side
        if link.label
    }


def refs_in(change: Mapping[str, object]) -> list[RecordRef]:
    """A value that was copied is told as it stands on the side it was copied to."""
    entity = _REFERENCES.get(str(change.get("field", "")))
    if entity is None or not change.get("target"):
        return []
    side = Side(str(change["target"]))
    ids = (str(change.get(moment) or "") for moment in ("before", "after"))
    return [RecordRef(side, entity, id_) for id_ in ids if id_]


_REFERENCES = {
    mapping.key: Entity(mapping.hubspot)
    for mappings in DEFAULT_MAPPINGS.values()
    for mapping in mappings
    if mapping.kind is FieldKind.REFERENCE
}
