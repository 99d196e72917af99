"""What may heal without a word from anybody is looked at again after a rest: by a change of another
document, or of a setting of the company."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from syncapp.engine.catalogue import CATEGORIES
from syncapp.engine.catalogue.category import When
from syncapp.engine.plan import State
from syncapp.engine.records import RecordRef
from syncapp.models import RecordLink, SyncRun
from syncapp.pipeline import accounts, worklist
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.rulebook import load_rules

_REST = {When.REGULARLY: timedelta(minutes=10), When.HOURLY: timedelta(hours=1)}
_OFTEN_FOR = _SELDOM = timedelta(days=1)
# Far from what the safety brake stops at: most of them are refused again.
_MOST_AT_ONCE = 50


def look_again(work: Pass) -> None:
    """Those that nobody has looked at for longest. A person who asks for a pass may just have
    changed a setting and need not wait."""
    if not rested(work).exists():
        return
    if _due(work, When.HOURLY).exists():
        _read_accounts(work)
    worklist.add(work.integration, [ref for when in _REST for ref in _longest_unseen(work, when)])


def rested(work: Pass) -> QuerySet[RecordLink]:
    return _due(work, When.REGULARLY) | _due(work, When.HOURLY)


def _longest_unseen(work: Pass, when: When) -> Iterator[RecordRef]:
    rows = _due(work, when).order_by(F("seen_at").asc(nulls_first=True), "pk")
    for link in rows[:_MOST_AT_ONCE]:
        yield from Dossier(link).refs


def _due(work: Pass, when: When) -> QuerySet[RecordLink]:
    categories = [name for name, row in CATEGORIES.items() if row.retry.when is when]
    failing = RecordLink.objects.filter(
        integration=work.integration, state=State.FAILING, category__in=categories
    )
    if work.run.trigger in (SyncRun.Trigger.COMMAND, SyncRun.Trigger.PERSON):
        return failing
    rested = Q(seen_at=None) | Q(seen_at__lt=work.now - _REST[when])
    if when is When.HOURLY:
        is_new = Q(state_since__gt=work.now - _OFTEN_FOR)
        rested &= is_new | Q(seen_at=None) | Q(seen_at__lt=work.now - _SELDOM)
    return failing.filter(rested)


def _read_accounts(work: Pass) -> None:
    """Some settings are asked for before anything is sent, and no change of them is told."""
    work.accounts = {
        side: accounts.refresh(work.integration.connection(side), connector)
        for side, connector in work.connectors.items()
    }
    work.rules = load_rules(work.integration, timezone.now(), work.accounts)
