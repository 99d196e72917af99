"""The failure desk: what does not go by itself, by its cause, and what can be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from syncapp.admin.fixes import Fix, fixes_for
from syncapp.admin.objects import chosen_integration, permissions
from syncapp.admin.reasons import Reason, reason_of, reason_of_kind
from syncapp.admin.scaffold import SitePage, Text
from syncapp.admin.words import OBJECT, OBJECTS
from syncapp.engine.plan import State
from syncapp.models import Integration
from syncapp.reporting.desk import Cause, Money, Part, causes


@dataclass(frozen=True, slots=True)
class Counted:
    name: Text
    count: int
    money: Sequence[Money]


@dataclass(frozen=True, slots=True)
class Card:
    cause: Cause
    reason: Reason
    example: Reason | None
    parts: Sequence[Counted]
    fix: Fix | None


class Desk(SitePage):
    title = _("Failure desk")
    template_name = "ledgerline/desk/page.html"
    extra_context = {"lead": _("What does not go by itself, by its cause: how much hangs on it, who"
                               " can put it right, and where.")}  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        integrations = list(Integration.objects.select_related("hubspot", "quickbooks"))
        chosen = chosen_integration(self.request, integrations)
        found = _about(chosen) if chosen else {}
        return super().get_context_data(
            integrations=integrations,
            integration=chosen,
            may=permissions(self.request),
            **found,
            **kwargs,
        )


def _about(integration: Integration) -> dict[str, Any]:
    fixes = fixes_for(integration)
    cards = [
        card_of(cause, fixes)
        for cause in causes(integration, (State.FAILING, State.NEEDS_DECISION, State.WAITING))
    ]
    by_state = {state: [one for one in cards if one.cause.state == state] for state in State}
    return {
        "failing": by_state[State.FAILING],
        "undecided": by_state[State.NEEDS_DECISION],
        "waiting": by_state[State.WAITING],
        "has_records": integration.links.exists(),
    }


def card_of(cause: Cause, fixes: Mapping[str, Fix]) -> Card:
    return Card(
        cause,
        reason_of_kind(cause.category),
        reason_of(cause.example) if cause.example else None,
        [Counted(_named(part), part.count, part.money) for part in cause.parts],
        fixes.get(cause.category),
    )


def _named(part: Part) -> Text:
    return (OBJECT if part.count == 1 else OBJECTS)[part.entity]
