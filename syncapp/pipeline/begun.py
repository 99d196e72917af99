"""Changes of documents in HubSpot that we began and did not finish: their lines are changed in
several calls, and what stands there in between is ours, not a seller's."""

from collections.abc import Collection, Mapping

from syncapp.engine import wire
from syncapp.engine.records import Entity, Side, Value
from syncapp.engine.writes import KeyedWrite, Operation
from syncapp.models import RecordLink, WriteIntent
from syncapp.pipeline.dossier import Dossier

Begun = Mapping[str, tuple[Value, ...]]


def begun(dossiers: Collection[Dossier]) -> dict[int, Begun]:
    """By link: what was being written to each field since the last change that was finished."""
    links = [
        one.link
        for one in dossiers
        if one.entity is Entity.INVOICE and one.link.is_linked and Side.HUBSPOT in one.snapshots
    ]
    unfinished = _unfinished(links) if links else {}
    bodies = WriteIntent.objects.in_bulk([pk for pks in unfinished.values() for pk in pks])
    found: dict[int, dict[str, tuple[Value, ...]]] = {}
    for link_id, pks in unfinished.items():
        for pk in pks:
            keyed = wire.decode(bodies[pk].body)
            fields = keyed.write.fields if isinstance(keyed, KeyedWrite) else {}
            stored = found.setdefault(link_id, {})
            for name, value in fields.items():
                stored[name] = (*stored.get(name, ()), value)
    return dict(found)


def _unfinished(links: Collection[RecordLink]) -> dict[int, list[int]]:
    """Intents by link, after the last one whose answer was a whole document."""
    rows = (
        WriteIntent.objects.filter(link__in=links, side=Side.HUBSPOT, operation=Operation.UPDATE)
        .order_by("sent_at", "id")
        .values_list("link_id", "pk", "state", "answer")
    )
    found: dict[int, list[int]] = {}
    for link_id, pk, state, answer in rows:
        if link_id is None:
            continue
        if state == WriteIntent.State.DONE and (answer or {}).get("id"):
            found.pop(link_id, None)
        else:
            found.setdefault(link_id, []).append(pk)
    return found
