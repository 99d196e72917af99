"""TELL: what sellers read about the sync on the invoice itself, in HubSpot.

A note is derived from the link's row alone, so that a lost one is simply written by a later pass:
it needs no intent. It decides nothing and counts as nobody's change.
"""

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.conf import settings
from django.db import transaction

from syncapp.connectors.base import Note, Noted
from syncapp.connectors.hubspot.objects import SYNC_MESSAGE, SYNC_STATE
from syncapp.connectors.quickbooks.facts import INVOICE_URL
from syncapp.engine.plan import State
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.engine.rules import SyncRule
from syncapp.engine.writes import Done, Operation, Write
from syncapp.models import RecordLink
from syncapp.models.bulk import update_all
from syncapp.models.choices import STATES
from syncapp.pipeline.apply import Sending
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import OF_ITS_OWN, Dossier
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


def foretell(work: Pass, dossiers: Iterable[Dossier]) -> None:
    """A mirror is made with its note: what it says is so once it has come to rest."""
    if not is_wanted(work.rules.get(Entity.INVOICE)):
        return
    for dossier in dossiers:
        if dossier.plan is None or dossier.entity is not Entity.INVOICE:
            continue
        writes = tuple(
            _with_note(one) if _makes_mirror(one) else one for one in dossier.plan.writes
        )
        if writes != dossier.plan.writes:
            dossier.plan = replace(dossier.plan, writes=writes)


def _makes_mirror(write: Write) -> bool:
    return write.side is Side.HUBSPOT and write.operation is Operation.CREATE


def _with_note(write: Write) -> Write:
    note = {SYNC_STATE: str(_WORDS[State.IN_SYNC]), SYNC_MESSAGE: _FINE}
    return replace(write, fields={**write.fields, **note})


def has_read(link: RecordLink, sendings: Iterable[Sending]) -> None:
    """What the seller reads on a mirror that was made just now."""
    for sending in sendings:
        fields, is_known = sending.write.fields, sending.intent is not None
        if not (is_known and isinstance(sending.answer, Done) and SYNC_STATE in fields):
            continue
        if _makes_mirror(sending.write):
            note = Note(str(fields[SYNC_STATE]), str(fields[SYNC_MESSAGE]))
            link.told = _print(link, note)


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
    return _print(link, note_of(link))


def _print(link: RecordLink, note: Note) -> str:
    text = "\n".join((str(link.hubspot_id), note.state, note.message, str(note.url)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _untold(work: Pass) -> Iterator[list[RecordLink]]:
    """Each once, whatever comes of it."""
    last = 0
    while True:
        rows = RecordLink.objects.filter(integration=work.integration, is_untold=True, pk__gt=last)
        links = list(rows.defer(*OF_ITS_OWN).order_by("pk")[:_TOGETHER])
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
        answered = [link for link in links if _ref(link) in noted]
        for link in answered:
            _keep(link, noted[_ref(link)])
        update_all(answered, ["told", "told_version", "is_untold"])
        silent = [link.pk for link in links if _ref(link) not in notes]
        RecordLink.objects.filter(pk__in=silent).update(is_untold=False)
    work.writes += sum(one.is_written and not one.refusal for one in noted.values())


def _keep(link: RecordLink, noted: Noted) -> None:
    """A refused note is not tried again before it says something else. Does not save."""
    link.told, link.is_untold = print_of(link), False
    link.told_version = noted.version or link.told_version


def _ref(link: RecordLink) -> RecordRef:
    return RecordRef(Side.HUBSPOT, Entity.INVOICE, str(link.hubspot_id))
