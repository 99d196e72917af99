"""Configure: direction, conflicts, matching, mapped fields, the object's options."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from syncapp.admin.wizard import configure_form as form
from syncapp.admin.wizard import flow
from syncapp.admin.wizard.changing import ChangingStep
from syncapp.admin.wizard.new_mapping import NewMapping, put_into, tried
from syncapp.admin.wizard.texts import (
    CONFLICTS,
    DIRECTION_TEXTS,
    MATCHING,
    MATCHING_CONSEQUENCES,
    consequences,
    matching_usual,
)
from syncapp.engine.records import Side
from syncapp.engine.rules import ConflictPolicy, Direction
from syncapp.objects import DEFAULT_MAPPINGS, RECOMMENDED_DIRECTIONS
from syncapp.objects.options import OPTIONS, Option, OptionKind
from syncapp.setup.account_fields import forget
from syncapp.setup.draft_checks import Judged

Data = dict[str, Any]


class ConfigureStep(ChangingStep):
    step = flow.Step.CONFIGURE
    template_name = "ledgerline/wizard/configure.html"

    def read(self, before: Mapping[str, Any]) -> Data:
        required = form.required_rows(self.entity, self.accounts)
        part = form.read_part(self.request.POST, before, required)
        key = self.argument("delete")
        if key is not None and not self._is_ours(key):
            part["mappings"] = [row for row in part["mappings"] if form.key_of(row) != key]
        return part

    def deed(self, part: Data) -> HttpResponse | None:
        """Adding or changing a mapping: one that does not fit stays in its row, with the reason."""
        if self.argument("fields") is not None:
            forget(self.integration)
        post = self.request.POST
        if post.get("matching") == form.FIELD_MATCHING and not post.get("match_field"):
            reasons = [_("Choose a mapped field to match by.")]
            return self.shown(part, match_problems=reasons, status=200)
        if self.argument("add") is None:
            return None
        new = NewMapping.read(self.request.POST)
        reasons = tried(new, part, self.entity, self.accounts)
        if reasons:
            return self.shown(part, new=new, new_problems=reasons, status=200)
        put_into(part, new)
        return None

    def get_context_data(self, **kwargs: Any) -> Data:
        part: Data = kwargs.pop("part", None) or self.part()
        judged: Judged | None = kwargs.get("judged")
        context = super().get_context_data(part=part, **kwargs)
        wrong: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for one in context["problems"] if judged is None else judged.of(self.step):
            wrong[one.place] += (one.sentence,)
        pairs = form.match_pairs(part, self.accounts)
        matching, match_field = form.chosen_matching(part, pairs)
        direction = Direction(part.get("direction", "both"))
        return {
            **context,
            "directions": self._directions(),
            "direction": direction.value,
            "conflicts": CONFLICTS.items(),
            "conflict": self._conflict(part, direction),
            "sender": direction.sender.product_name if direction.sender else "",
            "may_match": form.may_match(self.entity),
            "matching_choices": self._matching_choices(),
            "matching": form.FIELD_MATCHING if context.get("match_problems") else matching,
            "match_field": match_field,
            "match_pairs": pairs,
            "match_problems": context.get("match_problems") or wrong.get("match_on", ()),
            "rows": form.mapping_rows(part, self.accounts, wrong),
            "new": context.get("new") or self._edited(part),
            "new_directions": DIRECTION_TEXTS.items(),
            "fields": {
                side.value: form.pick(self.accounts[side].describe(self.entity)) for side in Side
            },
            "options": [self._option(one, part, wrong) for one in OPTIONS[self.entity]],
        }

    def _directions(self) -> list[Data]:
        texts = consequences(self.entity)
        recommended = RECOMMENDED_DIRECTIONS.get(self.entity)
        return [
            {
                "value": value,
                "title": title,
                "consequence": texts[value],
                "icon": f"ledgerline/icons/{value}.html",
                "is_recommended": value == recommended,
            }
            for value, title in DIRECTION_TEXTS.items()
        ]

    def _matching_choices(self) -> list[Data]:
        texts = {**MATCHING_CONSEQUENCES, "default": matching_usual(self.entity)}
        return [
            {"value": value, "title": title, "consequence": texts[value]}
            for value, title in MATCHING.items()
        ]

    def _is_ours(self, key: str) -> bool:
        return any(row.key == key for row in DEFAULT_MAPPINGS[self.entity])

    def _edited(self, part: Data) -> NewMapping:
        key = self.request.GET.get("change", "")
        rows = {form.key_of(row): row for row in part.get("mappings", ())}
        return NewMapping.of_row(rows[key]) if key in rows else NewMapping()

    def _conflict(self, part: Data, direction: Direction) -> str:
        chosen = ConflictPolicy(part.get("conflict", ConflictPolicy.HUBSPOT.value))
        return chosen.within(direction).value

    def _option(self, option: Option, part: Data, wrong: Mapping[str, Any]) -> Data:
        books = self.accounts[Side.QUICKBOOKS]
        match option.kind:
            case OptionKind.ACCOUNT:
                choices = books.accounts_for(option.name)
            case OptionKind.ITEM:
                choices = books.items()
            case _:
                choices = tuple((value, _(words)) for value, words in option.choices)
        at_first = "True" if option.is_on_at_first else ""
        value = str(part.get("options", {}).get(option.name, at_first))
        is_vendors = option.kind in (OptionKind.ACCOUNT, OptionKind.ITEM)
        return {
            "name": option.name,
            "label": _(option.label),
            "consequence": _(option.consequence),
            "kind": option.kind.value,
            "choices": choices,
            "value": value,
            "is_flag_on": value == "True",
            "is_vendors": is_vendors,
            "is_unknown": is_vendors and value and value not in dict(choices),
            "problems": wrong.get(option.name, ()),
        }
