"""Passes: what runs now, what ran before, what it cost."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from syncapp.admin.charts import call_bars
from syncapp.admin.objects import chosen_integration, permissions
from syncapp.admin.scaffold import SitePage, Text
from syncapp.admin.timeline import entries_of
from syncapp.admin.words import OBJECTS, STATES
from syncapp.engine.records import Entity
from syncapp.models import Integration, SyncRun
from syncapp.reporting.heartbeat import worker_seen_at
from syncapp.reporting.objects import PassTimes, pass_times
from syncapp.reporting.passes import allowance, calls_by_day, history, running

SHOWN = 50
KINDS: Mapping[str, Text] = {
    "": _("All passes"),
    "written": _("Those that wrote something"),
    "failed": _("Failed or interrupted"),
    "person": _("Started by a person"),
}
TRIGGERS: Mapping[str, Text] = {
    "schedule": _("Schedule"),
    "person": _("A person"),
    "command": _("Command line"),
    "webhook": _("Webhook"),
}
OUTCOMES: Mapping[str, tuple[Text, str]] = {
    "done": (_("Done"), "in_sync"),
    "failed": (_("Failed"), "failing"),
    "interrupted": (_("Interrupted"), "waiting"),
    "": (_("Cut off"), "waiting"),
    "running": (_("Running"), "waiting"),
}


class Passes(SitePage):
    title = _("Passes")
    template_name = "ledgerline/passes/page.html"
    extra_context = {"lead": _("Every run of the sync: what it is doing, what it did, what it"
                               " cost.")}  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        integrations = list(Integration.objects.select_related("hubspot", "quickbooks"))
        chosen = chosen_integration(self.request, integrations)
        found = self._about(chosen) if chosen else {}
        return super().get_context_data(
            integrations=integrations,
            integration=chosen,
            may=permissions(self.request),
            **found,
            **kwargs,
        )

    def _about(self, integration: Integration) -> dict[str, Any]:
        asked = self.request.GET
        kind = asked.get("kind", "") if asked.get("kind", "") in KINDS else ""
        older = asked.get("older", "")
        before = int(older) if older.isdecimal() and len(older) < 18 else 0
        runs = history(integration, kind, before)
        now = running([integration]).get(integration.pk)
        return {
            "kinds": KINDS,
            "kind": kind,
            "rows": [_line(run, now) for run in runs.runs],
            "older": runs.older,
            "is_older": bool(before),
            "chart": call_bars(calls_by_day(integration)),
            "allowance": allowance(),
            **live(integration, now),
        }


class LivePass(SitePage):
    """The part of the page that asks for itself again and again."""

    template_name = "ledgerline/passes/live.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Integration.objects.select_related("hubspot", "quickbooks")
        integration = get_object_or_404(rows, pk=kwargs["pk"])
        now = running([integration]).get(integration.pk)
        return {"integration": integration, **live(integration, now)}


class PassPage(SitePage):
    template_name = "ledgerline/passes/one.html"
    trail = ((_("Passes"), "passes"),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = get_object_or_404(SyncRun.objects.select_related("integration"), pk=kwargs["pk"])
        self.title = _("Pass %(number)s") % {"number": run.pk}
        older = self.request.GET.get("older", "")
        before = int(older) if older.isdecimal() and len(older) < 18 else 0
        rows = run.activity.select_related("intent", "link").order_by("-id")
        found = list((rows.filter(pk__lt=before) if before else rows)[: SHOWN + 1])
        now = running([run.integration]).get(run.integration_id)
        return super().get_context_data(
            run=run,
            line=_line(run, now),
            entries=entries_of(found[:SHOWN]),
            older=found[SHOWN - 1].pk if len(found) > SHOWN else 0,
            counts=_counts(run),
            states=STATES,
            **kwargs,
        )


def live(integration: Integration, run: SyncRun | None) -> dict[str, Any]:
    times: PassTimes = pass_times(
        integration,
        integration.runs.order_by("-started_at", "-id").first(),
        integration.rules.all(),
    )
    return {
        "running": run,
        "per_cent": _per_cent(run),
        "calls": sum(run.api_calls.values()) if run else 0,
        "passes": times,
        "worker_seen_at": worker_seen_at(),
    }


def _per_cent(run: SyncRun | None) -> int | None:
    if run is None or not run.step_total:
        return None
    return min(100, run.step_done * 100 // run.step_total)


def _line(run: SyncRun, now: SyncRun | None) -> dict[str, Any]:
    is_running = now is not None and now.pk == run.pk
    outcome, tone = OUTCOMES["running" if is_running else run.outcome]
    return {
        "run": run,
        "trigger": TRIGGERS.get(run.trigger, run.trigger),
        "outcome": outcome,
        "tone": tone,
        "seconds": (run.ended_at - run.started_at).total_seconds() if run.ended_at else None,
        "hubspot": run.api_calls.get("hubspot", 0),
        "quickbooks": run.api_calls.get("quickbooks", 0),
    }


def _counts(run: SyncRun) -> Sequence[tuple[Text, list[int]]]:
    return [
        (OBJECTS[entity], [run.counts[entity].get(state, 0) for state in STATES])
        for entity in Entity
        if run.counts.get(entity)
    ]
