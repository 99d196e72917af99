"""All records of one cause: looked at page by page, put right one by one or all at once."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from syncapp.admin.deeds import DEEDS, Deed, first_deed, print_of
from syncapp.admin.desk import card_of
from syncapp.admin.fixes import fixes_for
from syncapp.admin.objects import permissions
from syncapp.admin.reasons import reason_of
from syncapp.admin.scaffold import SitePage
from syncapp.admin.words import OBJECT, STATES
from syncapp.engine.catalogue import CATEGORIES, FOLLOWING_A_PARENT
from syncapp.engine.plan import State
from syncapp.models import Integration, RecordLink
from syncapp.pipeline.by_hand import resolve
from syncapp.pipeline.rulebook import load_rules
from syncapp.reporting.candidates import candidates_of
from syncapp.reporting.desk import causes, conflicts_of, holding_back, records_of
from syncapp.reporting.field_labels import label_of
from syncapp.reporting.keyset import page_of

SHOWN = 50
_BULK = {
    "ambiguous": ("keep_apart",),
    "taken_apart": ("keep_apart",),
    "deleted_in_quickbooks": ("send_again", "let_go"),
}
DESK_STATES = (State.FAILING.value, State.NEEDS_DECISION.value, State.WAITING.value)


class DeskGroup(SitePage):
    template_name = "ledgerline/desk/group.html"
    trail = ((_("Failure desk"), "desk"),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        integration, state, category = group_or_404(**kwargs)
        cause = next(
            (
                one
                for one in causes(integration, (State(state),))
                if one.category == category
            ),
            None,
        )  # fmt: skip
        asked = self.request.GET
        rows = records_of(integration, state, category)
        page = page_of(
            rows, "-id", after=asked.get("after", ""), before=asked.get("before", ""), size=SHOWN
        )
        shown = _rows(integration, page.links)
        self.title = (
            gettext(CATEGORIES[category].title) if category in CATEGORIES else STATES[state]
        )
        return super().get_context_data(
            integration=integration,
            state=state,
            state_title=STATES[state],
            category=category,
            card=card_of(cause, fixes_for(integration)) if cause else None,
            total=cause.total if cause else 0,
            rows=shown,
            page=page,
            bulk=bulk_deeds(category),
            fields=_fields(shown),
            may=permissions(self.request),
            **{name: value for name, value in kwargs.items() if name == "view"},
        )


def group_or_404(
    pk: int, state: str, category: str, **_more: Any
) -> tuple[Integration, str, str]:  # fmt: skip
    if state not in DESK_STATES:
        raise Http404
    integrations = Integration.objects.select_related("hubspot", "quickbooks")
    return get_object_or_404(integrations, pk=pk), state, category


def bulk_deeds(category: str) -> list[Deed]:
    return [DEEDS[name] for name in (*_BULK.get(category, ()), "exclude")]


def _labels(integration: Integration) -> dict[str, str]:
    """What people call a field, by the key of its mapping."""
    rules = load_rules(integration, timezone.now(), {}, with_filters=False)
    return {row.key: gettext(label_of(row)) for rule in rules.values() for row in rule.mappings}


def _fields(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    found = {one["field"]: one["label"] for row in rows for one in row["conflicts"]}
    return sorted(found.items(), key=lambda one: one[1])


def _rows(integration: Integration, links: Sequence[RecordLink]) -> list[dict[str, Any]]:
    contested = [link for link in links if link.category == "conflict"]
    conflicts = conflicts_of(contested)
    labels = _labels(integration) if contested else {}
    follows = [link for link in links if link.category in FOLLOWING_A_PARENT]
    parents = holding_back(integration, follows) if follows else {}
    asked = {link.pk: resolve.candidates(link) for link in links if not link.is_linked}
    known = candidates_of(integration, [ref for refs in asked.values() for ref in refs])
    by_ref = {one.ref: one for one in known}
    return [
        {
            "link": link,
            "object": OBJECT[link.entity],
            "reason": reason_of(link),
            "seen": print_of(link),
            "first": first_deed(link),
            "conflicts": [
                {**one, "label": labels.get(one["field"], one["field"])}
                for one in conflicts.get(link.pk, ())
            ],
            "candidates": [
                by_ref[ref]
                for ref in asked.get(link.pk, ())
                if link.id_on(ref.side) is None and not by_ref[ref].is_linked
            ],
            "parents": parents.get(link.pk, ()),
            "is_decided": bool(link.decisions),
        }
        for link in links
    ]
