"""The filter groups of a search, made into one test of a record."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.hubspot.call import list_in
from sandbox.hubspot.errors import ApiError, invalid
from sandbox.hubspot.links.store import linked_ids
from sandbox.hubspot.object_types import ObjectType, known_type
from sandbox.hubspot.portal import Portal, Record
from sandbox.hubspot.searching.operators import instant_of, test_for, words_of

Fits = Callable[[Record], bool]

# hubspot-api.md 8: groups, filters in one, filters in all
MOST_GROUPS, MOST_FILTERS, MOST_IN_ALL = 5, 6, 18
_PSEUDO = "associations."
_LOWER_BOUNDS = ("GT", "GTE", "EQ", "BETWEEN")


def filter_for(portal: Portal, kind: ObjectType, groups: list[dict[str, Any]]) -> Fits:
    """OR between the groups, AND inside each."""
    if not groups:
        return lambda record: True  # noqa: ARG005
    alternatives = [_group(portal, kind, filters) for filters in _filters_of(groups)]
    return lambda record: any(
        all(test(record) for test in alternative) for alternative in alternatives
    )


def changed_since(kind: ObjectType, groups: list[dict[str, Any]]) -> str:
    """The instant that all groups start from when each asks for changes since one, else empty.
    Call it after `filter_for`, which refuses values that are no instants."""
    starts = []
    for group in groups:
        bounds = [
            spec["value"]
            for spec in group["filters"]
            if spec.get("propertyName") == kind.modified and spec.get("operator") in _LOWER_BOUNDS
        ]
        starts.append(max((instant_of(each) for each in bounds), default=""))
    return min(starts, default="")


def query_for(kind: ObjectType, query: str) -> Fits:
    """Every word of the query begins a word of one of the searched properties."""
    words = words_of(query)

    def fits(record: Record) -> bool:
        texts = (record["properties"].get(name) or "" for name in kind.searched)
        known = words_of(" ".join(texts))
        return all(any(word.startswith(part) for word in known) for part in words)

    return fits


def _filters_of(groups: list[dict[str, Any]]) -> list[list[Mapping[str, Any]]]:
    lists = [list_in(group, "filters", dict) for group in groups]
    sizes = [len(filters) for filters in lists]
    if len(lists) > MOST_GROUPS or max(sizes) > MOST_FILTERS or sum(sizes) > MOST_IN_ALL:
        raise invalid(
            f"Up to {MOST_GROUPS} groups of {MOST_FILTERS} filters, {MOST_IN_ALL} in all",
            code="TOO_MANY_FILTERS",
        )
    return lists


def _group(portal: Portal, kind: ObjectType, filters: list[Mapping[str, Any]]) -> list[Fits]:
    return [_one(portal, kind, spec) for spec in filters]


def _one(portal: Portal, kind: ObjectType, spec: Mapping[str, Any]) -> Fits:
    name = str(spec.get("propertyName"))
    if name.startswith(_PSEUDO):
        return _associated(portal, kind, name.removeprefix(_PSEUDO), spec)
    definition = portal.catalogue.of(kind.name).get(name)
    if definition is None:
        raise unknown_property(kind, name)
    test = test_for(definition, spec)
    return lambda record: test(record["properties"].get(name))


def unknown_property(kind: ObjectType, name: str) -> ApiError:
    return invalid(
        f"{kind.name} have no property {name} to search by",
        code="PROPERTY_DOESNT_EXIST",
        context={"propertyName": [name]},
    )


def _associated(portal: Portal, kind: ObjectType, name: str, spec: Mapping[str, Any]) -> Fits:
    """hubspot-api.md 8: `associations.{objectType}` filters by associated id."""
    other = known_type(name)
    if other is None:
        raise unknown_property(kind, f"{_PSEUDO}{name}")
    operator, to_type = spec.get("operator"), other.name
    values = spec.get("values")
    wanted = {str(each) for each in (values if isinstance(values, list) else [spec.get("value")])}

    def partners(record: Record) -> set[str]:
        return set(linked_ids(portal, kind.name, record["id"], to_type))

    match operator:
        case "EQ" | "IN":
            return lambda record: bool(partners(record) & wanted)
        case "NEQ" | "NOT_IN":
            return lambda record: not partners(record) & wanted
        case "HAS_PROPERTY":
            return lambda record: bool(partners(record))
        case "NOT_HAS_PROPERTY":
            return lambda record: not partners(record)
    raise invalid(f"{operator} does not work on associations", code="INVALID_OPERATOR")
