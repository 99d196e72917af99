"""The row under the mappings: a pair of fields that somebody adds or changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from syncapp.admin.wizard.configure_form import key_of
from syncapp.admin.wizard.page import OfDraft
from syncapp.admin.wizard.texts import DIRECTION_TEXTS
from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from syncapp.engine.transforms import TransformError
from syncapp.objects import DEFAULT_MAPPINGS
from syncapp.setup import drafts
from syncapp.setup.account_fields import Accounts
from syncapp.setup.draft_checks import check_rows, pairing_of
from syncapp.setup.rule_document.wanted import MappingWanted


@dataclass(frozen=True, slots=True)
class NewMapping:
    """`changes`: the key of the row it stands for; empty for a new one."""

    hubspot: str = ""
    quickbooks: str = ""
    direction: str = Direction.BOTH.value
    transform: str = ""
    changes: str = ""
    is_on: bool = True

    @staticmethod
    def read(post: QueryDict) -> "NewMapping":
        hubspot, quickbooks, direction, transform, changes = (
            post.get(f"new-{name}", "").strip() for name in _NAMES
        )
        usual = Direction.BOTH.value
        return NewMapping(hubspot, quickbooks, direction or usual, transform, changes)

    @staticmethod
    def of_row(row: Mapping[str, Any]) -> "NewMapping":
        return NewMapping(
            row["hubspot"],
            row["quickbooks"],
            row.get("direction", Direction.BOTH.value),
            row.get("transform", ""),
            key_of(row),
            row.get("on", True),
        )

    @property
    def key(self) -> str:
        return f"{self.hubspot}={self.quickbooks}"

    @property
    def wanted(self) -> MappingWanted:
        return MappingWanted(
            self.hubspot, self.quickbooks, self.direction, self.is_on, self.transform
        )


_NAMES = ("hubspot", "quickbooks", "direction", "transform", "changes")


def tried(
    new: NewMapping, part: Mapping[str, Any], entity: Entity, accounts: Accounts
) -> list[str]:
    """Why it cannot be added; empty when it can."""
    if not new.hubspot or not new.quickbooks:
        return [_("Choose a field on each side.")]
    if new.direction not in DIRECTION_TEXTS:
        return [_("Choose a direction.")]
    if new.key in {row.key for row in DEFAULT_MAPPINGS[entity]}:
        return [_("These two fields are mapped already, in the rows above.")]
    others = [row for row in part.get("mappings", ()) if key_of(row) != new.changes]
    if any(
        key_of(row) == new.key and NewMapping.of_row({**row, "on": True}).wanted != new.wanted
        for row in others
    ):
        return [_("These two fields are mapped already, in the rows above.")]
    others = [row for row in others if key_of(row) != new.key]
    document = {**part, "filters": {}, "mappings": others}
    wanted, errors = drafts.read(document)
    rows = (*wanted.mappings, new.wanted)
    checked = check_rows(rows, entity, accounts)
    return errors or [one.sentence for one in checked.problems if one.row == len(rows) - 1]


def put_into(part: dict[str, Any], new: NewMapping) -> None:
    row: dict[str, Any] = {
        "hubspot": new.hubspot,
        "quickbooks": new.quickbooks,
        "direction": new.direction,
        "on": True,
    }
    if new.transform:
        row["transform"] = new.transform
    rows = list(part.get("mappings", ()))
    stands_for = new.changes or new.key  # added twice by a double click, it stands there once
    places = [place for place, one in enumerate(rows) if key_of(one) == stands_for]
    if places:
        rows[places[0]] = {**row, "on": not new.changes or rows[places[0]].get("on", True)}
    else:
        rows.append(row)
    part["mappings"] = rows


class NewDirections(OfDraft):
    """Which ways the two chosen fields may meet, asked for while somebody chooses."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        new = NewMapping.read(request.GET)
        allowed, why = self._allowed(new)
        context = {
            "new": new,
            "new_directions": [(one, DIRECTION_TEXTS[one]) for one in allowed],
            "why": why,
        }
        return render(request, "ledgerline/wizard/new_direction.html", context)

    def _allowed(self, new: NewMapping) -> tuple[list[str], list[str]]:
        every = list(DIRECTION_TEXTS)
        if not new.hubspot or not new.quickbooks:
            return every, []
        try:
            found = {
                one: pairing_of(
                    MappingWanted(new.hubspot, new.quickbooks, one, True, new.transform),  # noqa: FBT003
                    self.entity,
                    self.accounts,
                )
                for one in every
            }
        except TransformError as error:
            return every, [str(error)]
        refused = {
            one: pair.refusal(Direction(one)) for one, pair in found.items() if pair is not None
        }
        allowed = [one for one in every if not refused.get(one)]
        return allowed, [*dict.fromkeys(filter(None, refused.values()))][-1:]
