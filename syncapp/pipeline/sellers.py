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
from django.db.models import QuerySet
from django.utils.translation import gettext, override

from syncapp.connectors.base import Note, Noted
from syncapp.connectors.hubspot.objects import SYNC_MESSAGE, SYNC_STATE
from syncapp.connectors.quickbooks.facts import INVOICE_URL
from syncapp.engine.plan import State
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.engine.rules import SyncRule
from syncapp.engine.said import said
from syncapp.engine.writes import Done, Operation, Write
from syncapp.models import RecordLink
from syncapp.models.bulk import update_all
from syncapp.models.choices import STATES
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.progress import TELLING_SELLERS
from syncapp.pipeline.sending import Sending
from syncapp.told import sentence_of, told

logger = logging.getLogger(__name__)

OPTION = "tell_sellers"
LANGUAGE = "seller_language"
_TOGETHER = 600  # invoices, in calls side by side
_READ = (
    *("hubspot_id", "quickbooks_id", "hubspot_version", "origin", "state", "category", "sentence"),
    *("facts", "told", "told_version", "is_untold"),
)
_LONGEST = 2000
_PASSING = ("new", "more_to_write")  # another helping follows at once
_FINE = said("It is the same in QuickBooks.")
_WORDS = dict(STATES)


def is_wanted(rule: SyncRule | None) -> bool:
    return rule is not None and rule.is_on and rule.option(OPTION) != "False"


def language_of(rule: SyncRule | None) -> str:
    return (rule.option(LANGUAGE) if rule else "") or settings.LANGUAGE_CODE


def foretell(work: Pass, dossiers: Iterable[Dossier]) -> None:
    """A mirror is made with its note: what it says is so once it has come to rest."""
    rule = work.rules.get(Entity.INVOICE)
    if not is_wanted(rule):
        return
    note = _fine(language_of(rule))
    for dossier in dossiers:
        if dossier.plan is None or dossier.entity is not Entity.INVOICE:
            continue
        writes = tuple(
            _with_note(one, note) if _makes_mirror(one) else one for one in dossier.plan.writes
        )
        if writes != dossier.plan.writes:
            dossier.plan = replace(dossier.plan, writes=writes)


def _makes_mirror(write: Write) -> bool:
    return write.side is Side.HUBSPOT and write.operation is Operation.CREATE


def _with_note(write: Write, note: Note) -> Write:
    fields = {SYNC_STATE: note.state, SYNC_MESSAGE: note.message}
    return replace(write, fields={**write.fields, **fields})


def _fine(language: str) -> Note:
    with override(language):
        return Note(gettext(_WORDS[State.IN_SYNC]), told(_FINE))


def has_read(rule: SyncRule, link: RecordLink, sendings: Iterable[Sending]) -> None:
    """What the seller reads on a mirror that was made just now."""
    language = language_of(rule)
    for sending in sendings:
        fields, is_known = sending.write.fields, sending.intent is not None
        if not (is_known and isinstance(sending.answer, Done) and SYNC_STATE in fields):
            continue
        if _makes_mirror(sending.write) and fields[SYNC_STATE] == _fine(language).state:
            link.told = _print(link, _fine(settings.LANGUAGE_CODE), language)


def mark(rule: SyncRule, link: RecordLink) -> None:
    """Before the link is saved: does its seller read something else than what is so now?"""
    if rule.entity is Entity.INVOICE:
        is_news = print_of(link, language_of(rule)) != link.told
        link.is_untold = is_wanted(rule) and is_of_interest(link) and is_news


def is_of_interest(link: RecordLink) -> bool:
    """A draft, or what a filter leaves out, is nobody's question; unless it once was."""
    if link.hubspot_id is None or link.category in _PASSING:
        return False
    return link.state != State.EXCLUDED or link.is_linked or bool(link.told)


def tell(work: Pass, until: float | None = None) -> None:
    """At the end of a pass, when most records have come to rest. `until`: monotonic, leave the
    rest to the next one."""
    done = 0
    for links in _helpings(work):
        _tell(work, links)
        done += len(links)
        work.progress(TELLING_SELLERS, done, None)
        if until is not None and time.monotonic() > until:
            return


def note_of(link: RecordLink) -> Note:
    """As it is in English. A mirror has its address from the mapping already."""
    is_ours = link.origin != Side.QUICKBOOKS
    url = f"{INVOICE_URL}{link.quickbooks_id}" if link.quickbooks_id else ""
    return Note(
        state=str(_WORDS[link.state]),
        message=str(link.sentence or _FINE)[:_LONGEST],
        url=url if is_ours else None,
        version=link.hubspot_version,
    )


def _in_language(link: RecordLink, language: str) -> Note:
    note = note_of(link)
    if language == settings.LANGUAGE_CODE:
        return note
    with override(language):
        message = sentence_of(link) if link.sentence else told(_FINE)
        return replace(note, state=gettext(note.state), message=message[:_LONGEST])


def print_of(link: RecordLink, language: str) -> str:
    return _print(link, note_of(link), language)


def _print(link: RecordLink, note: Note, language: str) -> str:
    """Of the English words: a translation that an upgrade betters writes no note anew."""
    parts = [str(link.hubspot_id), note.state, note.message, str(note.url)]
    if language != settings.LANGUAGE_CODE:
        parts.append(language)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def untold(work: Pass) -> QuerySet[RecordLink]:
    if not is_wanted(work.rules.get(Entity.INVOICE)):
        return RecordLink.objects.none()
    return RecordLink.objects.filter(integration=work.integration, is_untold=True)


def _helpings(work: Pass) -> Iterator[list[RecordLink]]:
    """Each once, whatever comes of it."""
    last = 0
    while True:
        rows = untold(work).filter(pk__gt=last)
        links = list(rows.only(*_READ).order_by("pk")[:_TOGETHER])
        if not links:
            return
        last = links[-1].pk
        yield links


def _tell(work: Pass, links: list[RecordLink]) -> None:
    language = language_of(work.rules.get(Entity.INVOICE))
    notes = {_ref(link): _in_language(link, language) for link in links if is_of_interest(link)}
    work.lease.make_room(settings.HTTP_TIMEOUT)
    noted = work.connectors[Side.HUBSPOT].annotate(notes) if notes else {}
    refused = [one.refusal for one in noted.values() if one.refusal]
    if refused:
        logger.warning("%s invoices could not be told in HubSpot: %s", len(refused), refused[0])
    with transaction.atomic():
        work.lease.guard_commit()
        answered = [link for link in links if _ref(link) in noted]
        for link in answered:
            _keep(link, noted[_ref(link)], language)
        update_all(answered, ["told", "told_version", "is_untold"])
        silent = [link.pk for link in links if _ref(link) not in notes]
        RecordLink.objects.filter(pk__in=silent).update(is_untold=False)
    work.writes += sum(one.is_written and not one.refusal for one in noted.values())


def _keep(link: RecordLink, noted: Noted, language: str) -> None:
    """A refused note is not tried again before it says something else. Does not save."""
    link.told, link.is_untold = print_of(link, language), False
    link.told_version = noted.version or link.told_version


def _ref(link: RecordLink) -> RecordRef:
    return RecordRef(Side.HUBSPOT, Entity.INVOICE, str(link.hubspot_id))
