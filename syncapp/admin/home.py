"""The first page: what is left to do, and afterwards whether it works and what needs somebody."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from syncapp.admin import entry_points
from syncapp.admin.roles import CONFIGURE, OWN
from syncapp.admin.scaffold import SitePage, Text
from syncapp.engine.plan import State
from syncapp.engine.records import Entity
from syncapp.models import Integration
from syncapp.reporting.heartbeat import is_well, worker_seen_at
from syncapp.reporting.home import facts
from syncapp.reporting.next_step import Step, Todo, next_step, todos
from syncapp.reporting.objects import Overview, added_up, overviewed, overviews

STEPS: Mapping[Step, tuple[Text, Text]] = {
    Step.HUBSPOT: (
        _("Connect HubSpot"),
        _("Ledgerline reads and writes the contacts, products and invoices of one account."),
    ),
    Step.QUICKBOOKS: (
        _("Connect QuickBooks"),
        _("One company; its books never mix with another's."),
    ),
    Step.JOINED: (
        _("Join the two"),
        _("An integration says which HubSpot account belongs to which QuickBooks company."),
    ),
    Step.PRODUCTS: (
        _("Set up products"),
        _("Lines of invoices name them. One way, from QuickBooks to HubSpot, suits most."),
    ),
    Step.CONTACTS: (
        _("Set up contacts"),
        _("Every invoice needs its customer; an invoice never makes one."),
    ),
    Step.INVOICES: (
        _("Set up invoices"),
        _("With products and contacts in place. Payments come with them."),
    ),
    Step.WORKER: (
        _("Start the worker"),
        _("It does the syncing. Start it beside the web server: manage.py up"),
    ),
    Step.FIRST_PASS: (
        _("Wait for the first pass"),
        _("Every record is read and decided once. It starts within a minute."),
    ),
}
_OBJECTS = {
    Step.PRODUCTS: Entity.PRODUCT,
    Step.CONTACTS: Entity.CONTACT,
    Step.INVOICES: Entity.INVOICE,
}
_OWNERS = (Step.HUBSPOT, Step.QUICKBOOKS, Step.JOINED)


class Home(SitePage):
    title = _("Home")
    template_name = "ledgerline/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        integrations = list(overviewed())
        found = overviews(integrations)
        seen_at = worker_seen_at()
        known = facts(found.values(), seen_at)
        first = next(iter(integrations), None)
        return super().get_context_data(
            todos=[self._shown(todo, first) for todo in todos(known)],
            runs=next_step(known) in (None, Step.WORKER) and known.has_passed,
            glances=[_glance(one, found[one.pk]) for one in integrations],
            worker_seen_at=seen_at,
            worker_is_well=is_well(seen_at),
            **kwargs,
        )

    def _shown(self, todo: Todo, integration: Integration | None) -> dict[str, Any]:
        title, why = STEPS[todo.step]
        is_owners = todo.step in _OWNERS
        may = self.request.user.has_perm(OWN if is_owners else CONFIGURE)
        return {
            "todo": todo,
            "title": title,
            "why": why,
            "url": _where(todo.step, integration) if may else "",
            "may": may,
            "who": _("An owner can do this.") if is_owners else _("A configurator can do this."),
        }


def _where(step: Step, integration: Integration | None) -> str:
    if step in (Step.HUBSPOT, Step.QUICKBOOKS):
        return reverse("admin:connect", args=(step.value,))
    if step is Step.JOINED:
        return reverse("admin:add_integration")
    if step in _OBJECTS and integration is not None:
        return entry_points.set_up(integration, _OBJECTS[step])
    return reverse("admin:objects") if step is Step.FIRST_PASS else ""


def _glance(integration: Integration, overview: Overview) -> dict[str, Any]:
    totals = added_up(overview.rows)
    address = f"{reverse('admin:records')}?integration={integration.pk}&state="
    desk = f"{reverse('admin:desk')}?integration={integration.pk}"
    return {
        "integration": integration,
        "passes": overview.passes,
        "money": overview.money,
        "brake": overview.brake,
        "in_sync": totals[State.IN_SYNC.value],
        "failing": totals[State.FAILING.value],
        "undecided": totals[State.NEEDS_DECISION.value],
        "waiting": totals[State.WAITING.value],
        "urls": {state.value: address + state.value for state in State}
        | dict.fromkeys(("failing", "needs_decision"), desk),
        "connections": (integration.hubspot, integration.quickbooks),
        "objects_url": f"{reverse('admin:objects')}?integration={integration.pk}",
    }
