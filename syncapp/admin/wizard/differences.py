"""Two versions of one step side by side, for whoever was overtaken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from syncapp.admin.wizard.texts import CONFLICTS, DIRECTION_TEXTS
from syncapp.engine.filter_words import filter_in_words
from syncapp.engine.records import Entity
from syncapp.engine.rules import Condition
from syncapp.objects.options import OPTIONS
from syncapp.pipeline.rulebook import condition_value
from syncapp.told import told


@dataclass(frozen=True, slots=True)
class Difference:
    what: str
    saved: str
    mine: str


def differences(
    entity: Entity, saved: Mapping[str, Any], mine: Mapping[str, Any]
) -> list[Difference]:
    left, right = dict(_told(entity, saved)), dict(_told(entity, mine))
    return [
        Difference(what, left.get(what, _("not there")), right.get(what, _("not there")))
        for what in dict.fromkeys([*left, *right])
        if left.get(what) != right.get(what)
    ]


def _told(entity: Entity, part: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A part has the keys of its step only."""
    if "entity" in part:
        yield _("Direction"), str(DIRECTION_TEXTS.get(part.get("direction", "both"), ""))
        yield _("Conflicts"), str(CONFLICTS.get(part.get("conflict", "hubspot"), ""))
        yield _("Matching"), str(part.get("match_on", "")) or _("The usual way")
        for option in OPTIONS[entity]:
            value = part.get("options", {}).get(option.name, "")
            yield _(option.label), _flag(value) if isinstance(value, bool) else str(value)
        for row in part.get("mappings", ()):
            way = str(DIRECTION_TEXTS.get(row.get("direction", "both"), ""))
            shown = " · ".join(filter(None, [way, row.get("transform", "")]))
            yield (
                f"{row.get('hubspot')} = {row.get('quickbooks')}",
                (shown if row.get("on", True) else _("off")),
            )
    for direction, groups in part.get("filters", {}).items():
        name = _("Filter, %(direction)s") % {"direction": DIRECTION_TEXTS.get(direction, direction)}
        yield name, told(filter_in_words(_filter(groups))) or _("everything passes")
    if "keeps_linked" in part:
        for direction in ("to_hubspot", "to_quickbooks"):
            name = _("Linked records keep syncing, %(direction)s") % {
                "direction": DIRECTION_TEXTS[direction]
            }
            yield name, _flag(direction in part["keeps_linked"])


def _filter(groups: Any) -> tuple[tuple[Condition, ...], ...]:
    return tuple(
        tuple(
            Condition(
                str(one.get("object", "")),
                str(one.get("property", "")),
                str(one.get("operator", "")),
                condition_value(one.get("value")),
            )
            for one in group
        )
        for group in groups
    )


def _flag(value: bool) -> str:  # noqa: FBT001
    return _("yes") if value else _("no")
