"""Saving a rule and switching it on or off."""

from django.db import transaction
from django.utils import timezone

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.models import SyncRule
from syncapp.pipeline.detect import start_over


def rule_saved(rule: SyncRule) -> None:
    """Every record of the entity is decided again (the initial pass), payments with invoices.

    Outbound invoices start counting when that direction is first on; off and on keeps the moment.
    """
    entity = Entity(rule.entity)
    with transaction.atomic():
        is_outbound = Direction(rule.direction).reaches(Side.QUICKBOOKS)
        if rule.is_on and is_outbound and rule.started_at is None:
            rule.started_at = timezone.now()
        rule.version += 1
        rule.save()
        entities = [entity, Entity.PAYMENT] if entity is Entity.INVOICE else [entity]
        start_over(rule.integration_id, entities)


def switch(rule: SyncRule, *, on: bool) -> None:
    """Off keeps rule, links and history; on again runs a new initial pass."""
    if rule.is_on == on:
        return
    rule.is_on = on
    rule_saved(rule)
