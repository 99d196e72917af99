"""Which record is associated with which, as which types; every association in both directions."""

from collections.abc import Iterable

from sandbox.hubspot import events
from sandbox.hubspot.links.types import PRIMARY, AssociationType, default_type, type_of_id
from sandbox.hubspot.portal import Portal

End = tuple[str, str]  # (type name, record id)


def linked_ids(portal: Portal, type_name: str, record_id: str, to_type: str) -> list[str]:
    """Archived partners stay associated, for their restoration, but are not shown."""
    partners = _partners(portal, (type_name, record_id), to_type)
    return [partner for partner in partners if portal.live(to_type, partner)]


def type_ids_between(portal: Portal, start: End, end: End) -> list[int]:
    return list(_partners(portal, start, end[0]).get(end[1], ()))


def partners_by_type(portal: Portal, start: End) -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = portal.state["associations"][start[0]].get(
        start[1], {}
    )
    return found


def connect(portal: Portal, start: End, end: End, kinds: Iterable[AssociationType]) -> None:
    """Adds the types; a labelled one always comes with the unlabelled one."""
    wanted = [default_type(start[0], end[0]), *kinds]
    if (primary := _unasked_primary(portal, start, end)) is not None:
        wanted.append(primary)
    for kind in wanted:
        if kind.type_id in (PRIMARY, 2):
            _end_primary(portal, start, end)
        _add(portal, start, end, kind)


def disconnect(
    portal: Portal, start: End, end: End, kinds: Iterable[AssociationType] | None = None
) -> None:
    """Removes the types; all of them when the unlabelled one goes [ASSOC]."""
    present = [
        type_of_id(start[0], end[0], type_id) for type_id in type_ids_between(portal, start, end)
    ]
    default = default_type(start[0], end[0])
    going = present if kinds is None else list(kinds)
    if default in going:
        going = present
    for kind in going:
        if kind in present:
            _remove(portal, start, end, kind)


def disconnect_everything(portal: Portal, start: End) -> None:
    for to_type, partners in list(partners_by_type(portal, start).items()):
        for partner in list(partners):
            disconnect(portal, start, (to_type, partner))


def _partners(portal: Portal, start: End, to_type: str) -> dict[str, list[int]]:
    return partners_by_type(portal, start).get(to_type, {})


def _add(portal: Portal, start: End, end: End, kind: AssociationType) -> None:
    if kind.type_id in type_ids_between(portal, start, end):
        return
    for (own, other), way in _both_ways(start, end, kind):
        of_record = portal.state["associations"][own[0]].setdefault(own[1], {})
        of_record.setdefault(other[0], {}).setdefault(other[1], []).append(way.type_id)
        events.linked(portal, own, other, way.type_id, removed=False)
    portal.changes += 1


def _remove(portal: Portal, start: End, end: End, kind: AssociationType) -> None:
    for (own, other), way in _both_ways(start, end, kind):
        partners = portal.state["associations"][own[0]][own[1]][other[0]]
        partners[other[1]].remove(way.type_id)
        if not partners[other[1]]:
            del partners[other[1]]
        events.linked(portal, own, other, way.type_id, removed=True)
    portal.changes += 1


def _both_ways(
    start: End, end: End, kind: AssociationType
) -> list[tuple[tuple[End, End], AssociationType]]:
    back = kind.reversed()
    return [((start, end), kind), *([((end, start), back)] if back else [])]


def _unasked_primary(portal: Portal, start: End, end: End) -> AssociationType | None:
    """Not in the sheet: HubSpot's app makes a contact's first company its primary one."""
    if {start[0], end[0]} != {"contacts", "companies"}:
        return None
    if not portal.option("first_company_becomes_primary"):
        return None
    contact = start if start[0] == "contacts" else end
    if _partners(portal, contact, "companies"):
        return None
    return type_of_id(start[0], end[0], PRIMARY if contact == start else 2)


def _end_primary(portal: Portal, start: End, end: End) -> None:
    """A contact has one primary company at most."""
    contact, company = (start, end) if start[0] == "contacts" else (end, start)
    for company_id, type_ids in list(_partners(portal, contact, "companies").items()):
        if PRIMARY in type_ids and company_id != company[1]:
            primary = type_of_id("contacts", "companies", PRIMARY)
            _remove(portal, contact, ("companies", company_id), primary)
