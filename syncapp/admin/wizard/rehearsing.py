"""“Rehearse”: what saving would do, worked out by the worker and shown while it is."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from syncapp.admin.scaffold import Action
from syncapp.admin.wizard import flow
from syncapp.admin.wizard.page import OfDraft, step_url
from syncapp.admin.words import OBJECTS
from syncapp.engine.records import Side
from syncapp.models import RuleDraft
from syncapp.reporting.heartbeat import WORKER_SILENCE, worker_seen_at
from syncapp.setup import draft_rehearsal

_PATIENCE = timedelta(seconds=20)  # a worker that is well has begun by then


class Rehearse(OfDraft, Action):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        draft_rehearsal.ask_for(self.draft)
        return redirect(f"{step_url(self.draft, flow.Step.REVIEW)}#ll-rehearsal")


class RehearsalShown(OfDraft):
    """A fragment, asked for again while it is not over."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        context = {"draft": self.draft, **shown_rehearsal(self.draft)}
        return render(request, "ledgerline/wizard/rehearsal.html", context)


def shown_rehearsal(draft: RuleDraft) -> dict[str, Any]:
    row = draft_rehearsal.latest(draft)
    if row is None:
        return {"rehearsal": None}
    seen = worker_seen_at()
    is_asleep = seen is None or timezone.now() - seen > WORKER_SILENCE
    is_waiting = not row.is_over and timezone.now() - row.asked_at > _PATIENCE
    return {
        "rehearsal": row,
        "is_lost": not row.is_over and draft_rehearsal.is_lost(row),
        "needs_worker": row.state == row.State.QUEUED and is_asleep and is_waiting,
        "percent": min(100, row.done * 100 // row.total) if row.total else None,
        "doing": gettext(row.doing) if row.doing else "",
        "only_a_write_can_tell": [
            gettext(one) for one in row.result.get("only_a_write_can_tell", ())
        ],
        "made": _made(row.result) if row.state == row.State.DONE else (),
    }


def _made(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "app": side.product_name,
            "objects": [
                {
                    "title": OBJECTS[entity],
                    "number": number,
                    "money": sorted(result["money"][side.value].get(entity, {}).items()),
                }
                for entity, number in result["created"][side.value].items()
            ],
        }
        for side in Side
    ]
