"""TELL: what sellers read about the sync on the invoice itself, in HubSpot.

A note is derived from the link's row alone, so that a lost one is simply written by a later pass:
it needs no intent. It decides nothing and counts as nobody's change.
"""

import hashlib
import logging
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction

from syncapp.connectors.base import Note, Noted
from syncapp.connectors.quickbooks.facts import INVOICE_URL
from syncapp.engine.plan import State
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.engine.rules import SyncRule
from syncapp.models import RecordLink
from syncapp.models.choices import STATES
from syncapp.pipeline.context import Pass
from syncapp.pipeline.progress import TELLING_SELLERS

logger = logging.getLogger(__name__)

OPTION = "tell_sellers"
_TOGETHER = 100  # invoices a call
_LONGEST = 2000
_PASSING = ("new", "more_to_write")  # another helping follows at once
_FINE = "It is the same in QuickBooks."
_WORDS = dict(STATES)


def is_wanted(rule: SyncRule | None) -> bool:
    return rule is not None and rule.is_on and rule.option(OPTION) != "False"


def mark(rule: SyncRule, link: RecordLink) -> None:
    """Before the link is saved: does its seller read something else than what is so now?"""
    if rule.entity is Entity.INVOICE:
        link.is_untold = is_wanted(rule) and is_of_interest(link) and print_of(link) != link.told


def is_of_interest(link: RecordLink) -> bool:
    """A draft, or what a filter leaves out, is nobody's question; unless it once was."""
    if link.hubspot_id is None or link.category in _PASSING:
        return False
    return link.state != State.EXCLUDED or link.is_linked or bool(link.told)


def tell(work: Pass, until: float | None = None) -> None:
    """At the end of a pass, when most records have come to rest. `until`: monotonic, leave the
    rest to the next one."""
    if not is_wanted(work.rules.get(Entity.INVOICE)):
        return
    done = 0
    for links in _untold(work):
        _tell(work, links)
        done += len(links)
        work.progress(TELLING_SELLERS, done, None)
        if until is not None and time.monotonic() > until:
            return


def note_of(link: RecordLink) -> Note:
    """A mirror has its address from the mapping already."""
    is_ours = link.origin != Side.QUICKBOOKS
    url = f"{INVOICE_URL}{link.quickbooks_id}" if link.quickbooks_id else ""
    return Note(
        state=str(_WORDS[link.state]),
        message=(link.sentence or _FINE)[:_LONGEST],
        url=url if is_ours else None,
        version=link.hubspot_version,
    )


def print_of(link: RecordLink) -> str:
    note = note_of(link)
    text = "\n".join((str(link.hubspot_id), note.state, note.message, str(note.url)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _untold(work: Pass) -> Iterator[list[RecordLink]]:
    """Each once, whatever comes of it."""
    last = 0
    while True:
        rows = RecordLink.objects.filter(integration=work.integration, is_untold=True, pk__gt=last)
        links = list(rows.order_by("pk")[:_TOGETHER])
        if not links:
            return
        last = links[-1].pk
        yield links


def _tell(work: Pass, links: list[RecordLink]) -> None:
    notes = {_ref(link): note_of(link) for link in links if is_of_interest(link)}
    work.lease.make_room(settings.HTTP_TIMEOUT)
    noted = work.connectors[Side.HUBSPOT].annotate(notes) if notes else {}
    refused = [one.refusal for one in noted.values() if one.refusal]
    if refused:
        logger.warning("%s invoices could not be told in HubSpot: %s", len(refused), refused[0])
    with transaction.atomic():
        work.lease.guard_commit()
        for link in links:
            ref = _ref(link)
            if ref not in notes:
                RecordLink.objects.filter(pk=link.pk).update(is_untold=False)
            elif ref in noted:
                _keep(link, noted[ref])
    work.writes += sum(one.is_written and not one.refusal for one in noted.values())


def _keep(link: RecordLink, noted: Noted) -> None:
    """A refused note is not tried again before it says something else."""
    told = {"told": print_of(link), "is_untold": False}
    if noted.version:
        told["told_version"] = noted.version
    RecordLink.objects.filter(pk=link.pk).update(**told)


def _ref(link: RecordLink) -> RecordRef:
    return RecordRef(Side.HUBSPOT, Entity.INVOICE, str(link.hubspot_id))
