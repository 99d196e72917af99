"""Limit: which records may be made on the other side, for each direction of the sync."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from syncapp.admin.wizard import flow, limit_form
from syncapp.admin.wizard.changing import ChangingStep
from syncapp.admin.wizard.condition_rows import condition_row
from syncapp.admin.wizard.page import step_url
from syncapp.admin.wizard.texts import DIRECTION_TEXTS
from syncapp.admin.words import OBJECTS
from syncapp.engine.records import Side
from syncapp.engine.rules import Direction, SyncRule
from syncapp.errors import SyncAppError
from syncapp.objects.options import OPTIONS
from syncapp.objects.recommended import Recommendation, recommended
from syncapp.setup import drafts
from syncapp.setup.rule_document.wanted import KEEPS_LINKED
from syncapp.setup.unsaved_rule import unsaved_rule
from syncapp.told import text

Data = dict[str, Any]


class LimitStep(ChangingStep):
    step = flow.Step.LIMIT
    template_name = "ledgerline/wizard/limit.html"

    def read(self, before: Mapping[str, Any]) -> Data:
        """Filters of a direction that is not on the page stay for the day it is switched on."""
        sent = limit_form.read(self.request.POST, self.entity, self.accounts)
        self._pressed(sent)
        kept = {one for one in before[KEEPS_LINKED] if one not in sent.filters}
        return {
            drafts.FILTERS: {**before[drafts.FILTERS], **sent.filters},
            KEEPS_LINKED: sorted({*kept, *sent.keeps}),
        }

    def get_context_data(self, **kwargs: Any) -> Data:
        part: Data = kwargs.pop("part", None) or self.part()
        context = super().get_context_data(part=part, **kwargs)
        is_checked = "check" in self.request.GET or kwargs.get("overtaken") is not None
        wrong: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for one in context["problems"]:
            wrong[one.place] += (one.sentence,)
        direction = Direction(self.draft.data.get("direction", Direction.BOTH.value))
        return {
            **context,
            "directions": [
                self._direction(one, part, wrong, is_checked=is_checked)
                for one in (Direction.TO_QUICKBOOKS, Direction.TO_HUBSPOT)
                if direction in (Direction.BOTH, one)
            ],
        }

    def _pressed(self, sent: limit_form.Sent) -> None:
        empty = {"object": self.entity.value, "property": "", "operator": "is"}
        if (direction := self.argument("group")) in sent.filters:
            sent.filters[str(direction)].append([empty])
        if (place := self.argument("add")) is not None:
            name, _, number = place.partition(":")
            groups = sent.filters.get(name, [])
            if number.isdecimal() and int(number) < len(groups):
                groups[int(number)].append(empty)
        if (key := self.argument("remove")) in sent.keys:
            name, group, at = sent.keys[str(key)]
            del sent.filters[name][group][at]
            sent.filters[name] = [one for one in sent.filters[name] if one]
        if (use := self.argument("use")) is not None:
            self._use(sent, use)

    def _use(self, sent: limit_form.Sent, use: str) -> None:
        for number, one in enumerate(self._recommended()):
            direction = one.direction.value
            if use == str(number) and one.filter_ and direction in sent.filters:
                sent.filters[direction] = limit_form.joined(sent.filters[direction], one.filter_)
                if one.keeps_linked and direction not in sent.keeps:
                    sent.keeps.append(direction)

    def _recommended(self) -> tuple[Recommendation, ...]:
        return recommended(self.entity, timezone.localdate())

    def _direction(
        self,
        direction: Direction,
        part: Data,
        wrong: Mapping[str, tuple[str, ...]],
        *,
        is_checked: bool,
    ) -> Data:
        name = direction.value
        side = limit_form.source(name)
        groups = part[drafts.FILTERS].get(name, [])
        return {
            "name": name,
            "title": DIRECTION_TEXTS[name],
            "icon": f"ledgerline/icons/{name}.html",
            "source": side.product_name,
            "target": side.other.product_name,
            "object": str(OBJECTS[self.entity]).lower(),
            "locked": self._locked(side.other),
            "keeps": name in part[KEEPS_LINKED],
            "recommended": [
                self._shown(number, one, groups)
                for number, one in enumerate(self._recommended())
                if one.direction is direction
            ],
            "groups": [
                {
                    "number": number,
                    "rows": [
                        condition_row(
                            f"{name}-{number}-{place}",
                            condition,
                            self.entity,
                            side,
                            self.accounts,
                            wrong.get(f"{name}:{number}:{place}", ())[:1]
                            if is_checked or "value" in condition
                            else (),
                        )
                        for place, condition in enumerate(group)
                    ],
                }
                for number, group in enumerate(groups)
            ],
        }

    def _shown(self, number: int, one: Recommendation, groups: Any) -> Data:
        option = self._option_of(one.category) if one.category else None
        is_used = not option["is_on"] if option else limit_form.is_used(groups, one.filter_)
        return {
            "number": number,
            "words": text(one.words),
            "why": text(one.why),
            "is_used": is_used,
            "option": option,
            "configure_url": step_url(self.draft, flow.Step.CONFIGURE),
        }

    def _option_of(self, category: str) -> Data | None:
        """The switch that takes this automatic filter away."""
        rule = self._rule(options={})
        found = [
            one.option
            for target in Side
            for one in (rule.special.locked(target, rule) if rule else ())
            if one.category == category
        ]
        name = found[0] if found else ""
        rows = {option.name: option for option in OPTIONS[self.entity]}
        if name not in rows:
            return None
        is_on = bool(self.draft.data.get("options", {}).get(name))
        return {"label": _(rows[name].label), "is_on": is_on}

    def _locked(self, target: Side) -> list[Data]:
        rule = self._rule()
        if rule is None:
            return []
        rows = {option.name: _(option.label) for option in OPTIONS[self.entity]}
        return [
            {"words": text(one.words), "option": rows.get(one.option, "")}
            for one in rule.special.locked(target, rule)
        ]

    def _rule(self, **instead: Any) -> SyncRule | None:
        """None while an account cannot say who it is."""
        try:
            wanted, errors = drafts.read({**self.draft.data, "filters": {}, **instead})
            return None if errors else unsaved_rule(self.integration, wanted)
        except SyncAppError:
            return None
