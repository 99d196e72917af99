"""Changes options of a rule, as saving the whole rule does."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction

from syncapp.engine.records import Entity
from syncapp.engine.said import said
from syncapp.errors import NotPossible
from syncapp.models import Integration, SyncRule
from syncapp.pipeline import audit
from syncapp.setup.rule_document.differences import changed
from syncapp.setup.rule_document.written import written_rule
from syncapp.setup.switch import rule_saved


def choose(
    integration: Integration,
    entity: Entity,
    chosen: Mapping[str, str | bool],
    by: User | None = None,
) -> bool:
    """Every record of the rule is decided again. Answers false where it was so already."""
    with transaction.atomic():
        rules = SyncRule.objects.select_for_update()
        rule = rules.filter(integration=integration, entity=entity).first()
        if rule is None:
            raise NotPossible(
                said("The {object} sync is not set up any more.", object=said(entity))
            )
        if all(rule.options.get(name) == value for name, value in chosen.items()):
            return False
        before = written_rule(rule)
        rule.options = {**rule.options, **chosen}
        with audit.unrecorded():
            rule_saved(rule, by=by)
        after = written_rule(rule)
        audit.note(rule, "option", changed(before, after), version=rule.version)
    return True
