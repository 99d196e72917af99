"""Saving a rule and switching it on or off."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import ConflictPolicy, Direction
from syncapp.models import RuleVersion, SyncRule
from syncapp.pipeline.guards import brake
from syncapp.pipeline.listing import start_over
from syncapp.setup.rule_document.written import written_rule


def rule_saved(
    rule: SyncRule, announced: dict[str, int | None] | None = None, by: User | None = None
) -> None:
    """Every record of the entity is decided again (the initial pass), payments with invoices.
    `announced`: by side, how many records the person who saves it was told it will make; without,
    the safety brake expects any number, or none where the integration asks first. `by`: who saves
    it; nobody is a command.

    What follows from the direction is set in the same transaction: the clock of outbound
    invoices, and who wins in a one-way sync. The automatic filters and the payments need nothing
    stored, they are read off the direction.
    """
    entity = Entity(rule.entity)
    with transaction.atomic():
        _set_clock(rule)
        rule.conflict = ConflictPolicy(rule.conflict).within(Direction(rule.direction))
        brake.announce(rule, announced)
        rule.version += 1
        rule.save()
        RuleVersion.objects.create(
            rule=rule, number=rule.version, data=written_rule(rule), saved_by=by
        )
        entities = [entity, Entity.PAYMENT] if entity is Entity.INVOICE else [entity]
        start_over(rule.integration_id, entities)


def _set_clock(rule: SyncRule) -> None:
    """Outbound records count from the moment that direction is on. Off and on keeps the moment;
    a sync that was narrowed counts anew when it is widened again, for what was made meanwhile
    may have been entered in the books by hand."""
    if not Direction(rule.direction).reaches(Side.QUICKBOOKS):
        rule.started_at = None
    elif rule.is_on and rule.started_at is None:
        rule.started_at = timezone.now()


def switch(rule: SyncRule, *, on: bool, by: User | None = None) -> None:
    """Off keeps rule, links and history; on again runs a new initial pass."""
    if rule.is_on == on:
        return
    rule.is_on = on
    rule_saved(rule, by=by)
