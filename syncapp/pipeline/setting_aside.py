"""A mistake of ours about one record stops only that one: a helping that breaks is halved until
the record stands alone, and that one is set aside for people. A half is worked like after a
crash: what was sent is in its intents. So it is where what a vendor said about a record proves
nothing, which then rests.
"""

import logging
from collections.abc import Callable, Sequence

from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.utils import timezone

from syncapp.engine.catalogue import explain, heals_itself
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Entity
from syncapp.errors import Doubtful, InvariantBroken, SyncAppError
from syncapp.models import PendingChange, RecordLink, SyncActivity
from syncapp.pipeline import activity, sellers, tally, worklist
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import find_links
from syncapp.pipeline.worklist import ref_of

logger = logging.getLogger(__name__)

_OF_ONE = (InvariantBroken, Doubtful, DataError, IntegrityError)


def hits_all(error: Exception) -> bool:
    """A vendor, the lease or the database as a whole: no other record would fare better."""
    return isinstance(error, SyncAppError | DatabaseError) and not isinstance(error, _OF_ONE)


def in_halves(
    rows: Sequence[PendingChange],
    do: Callable[[Sequence[PendingChange]], None],
    give_up: Callable[[PendingChange, Exception], None],
) -> None:
    try:
        do(rows)
    except Exception as error:
        if hits_all(error) or not rows:
            raise
        logger.exception("could not work on %s records", len(rows))
        if len(rows) == 1:
            give_up(rows[0], error)
            return
    else:
        return
    middle = len(rows) // 2
    in_halves(rows[:middle], do, give_up)
    in_halves(rows[middle:], do, give_up)


def set_aside(work: Pass, row: PendingChange, error: Exception) -> None:
    if isinstance(error, Doubtful):
        _let_rest(work, row)
        return
    finding = Finding(State.FAILING, "our_mistake", {"message": type(error).__name__})
    with transaction.atomic():
        work.lease.guard_commit()
        with tally.kept(work.integration.pk, *tally.of_new(work.integration.pk, [ref_of(row)])):
            _mark(work, _link_of(work, row), ref_of(row).entity, finding)
        worklist.strike_off([row])


def _let_rest(work: Pass, row: PendingChange) -> None:
    """Nothing is decided about it: what is known of it stays."""
    with transaction.atomic():
        work.lease.guard_commit()
        worklist.postpone(row, worklist.after_tries(row.attempts + 1))


def _mark(work: Pass, link: RecordLink, entity: Entity, finding: Finding) -> None:
    if (link.state, link.category) != (finding.state, finding.category):
        link.state_since = timezone.now()
        _tell(work, link, finding)
    link.state, link.category = finding.state, finding.category
    link.facts, link.sentence = dict(finding.facts), explain(finding)
    link.heals_itself, link.next_try_at = heals_itself(finding), None
    link.seen_at = timezone.now()  # what refers to it need not wait
    if rule := work.rules.get(entity):
        sellers.mark(rule, link)
    link.save_known()


def _link_of(work: Pass, row: PendingChange) -> RecordLink:
    ref = ref_of(row)
    return find_links(work, [ref]).get(ref) or RecordLink.objects.create(
        integration=work.integration, entity=ref.entity, **{f"{ref.side.value}_id": ref.id}
    )


def _tell(work: Pass, link: RecordLink, finding: Finding) -> None:
    row = SyncActivity(
        integration=work.integration,
        run=work.run,
        link=link,
        entity=link.entity,
        action=finding.state.value,
        category=finding.category,
        sentence=explain(finding),
    )
    activity.append(work.integration, [row])
