"""“412 of 930 match now”: counted from what is filled in, saved or not."""

import hashlib
import json
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from syncapp.admin.wizard.limit import LimitStep
from syncapp.admin.words import OBJECTS
from syncapp.engine.catalogue import CATEGORIES
from syncapp.engine.records import Side
from syncapp.engine.rules import Direction
from syncapp.errors import SyncAppError
from syncapp.models import Connection, RuleDraft
from syncapp.setup.filter_preview import FilterPreview, preview
from syncapp.setup.rule_document.wanted import RuleWanted
from syncapp.setup.unsaved_rule import unsaved_rule

_FRESH_SECONDS = 120
_ONE_WAY = (Direction.TO_HUBSPOT.value, Direction.TO_QUICKBOOKS.value)


class Preview(LimitStep):
    """A fragment. Stores nothing; reads the account, and not again for the same filters."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        return self._preview(self.part(), request.GET.get("for", ""))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        return self._preview(self.read(self.part()), request.POST.get("for", ""))

    def _preview(self, part: dict[str, Any], direction: str) -> HttpResponse:
        context: dict[str, Any] = {"object": str(OBJECTS[self.draft.entity]).lower()}
        if direction not in _ONE_WAY:
            direction = Direction.TO_QUICKBOOKS.value
        judged = self.judged(part)
        wrong = [one for one in judged.problems if one.step == RuleDraft.Step.LIMIT]
        if any(one.place.startswith(direction) or not one.place for one in wrong):
            context["waiting"] = _("Fill the conditions in to see how many match.")
        else:
            context |= self._counted(judged.wanted, Direction(direction))
        return render(self.request, "ledgerline/wizard/preview.html", context)

    def _counted(self, wanted: RuleWanted, direction: Direction) -> dict[str, Any]:
        towards = Side.HUBSPOT if direction is Direction.TO_HUBSPOT else Side.QUICKBOOKS
        if self._must_reconnect(towards.other):
            return {"trouble": _("It must be connected again first.")}
        key = self._key(wanted, direction)
        found: FilterPreview | None = cache.get(key)
        try:
            if found is None:
                rule = unsaved_rule(self.integration, wanted)
                found = preview(self.integration, rule, towards)
                cache.set(key, found, _FRESH_SECONDS)
        except SyncAppError as error:
            return {"trouble": error.message}
        reasons = [
            (count, _(CATEGORIES[category].title)) for category, count in found.reasons.items()
        ]
        return {"found": found, "reasons": sorted(reasons, reverse=True)}

    def _must_reconnect(self, side: Side) -> bool:
        connection: Connection = self.integration.connection(side)
        return connection.needs_reconnect

    def _key(self, wanted: RuleWanted, direction: Direction) -> str:
        asked = [
            self.integration.pk,
            direction.value,
            wanted.entity,
            wanted.direction,
            dict(wanted.options),
            repr(wanted.filters.get(direction.value)),
        ]
        text = json.dumps(asked, sort_keys=True, default=str)
        return f"wizard-preview-{hashlib.sha256(text.encode()).hexdigest()}"
