"""From a draft to a rule: everything is judged once more, both accounts are asked, then it is
stored in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.models import User

from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from syncapp.engine.said import joined, said
from syncapp.errors import AuthorizationLost, ConfigurationError, Overtaken, RemoteError
from syncapp.models import Integration, RuleDraft
from syncapp.objects.golive import blocking
from syncapp.objects.golive_facts import GoLiveFinding
from syncapp.objects.golive_facts import RuleWanted as GoLiveRule
from syncapp.setup import draft_rehearsal, drafts, golive
from syncapp.setup.account_fields import accounts_of
from syncapp.setup.draft_checks import judge
from syncapp.setup.rule_document.wanted import RuleWanted


@dataclass(frozen=True, slots=True)
class Published:
    """`warnings`: what could not be asked, in sentences."""

    warnings: tuple[str, ...] = ()


def publish(draft: RuleDraft, *, version: int, by: User, on: bool) -> Published:
    """Raises `Overtaken` when it is not what the person has read, `ConfigurationError` for what
    must be put right first, `AuthorizationLost` when an account must be connected again."""
    if draft.version != version:
        raise Overtaken(said("This setup was changed after you opened its review."))
    accounts = accounts_of(draft.integration)
    judged = judge(draft.data, accounts)
    if judged.problems:
        raise ConfigurationError(joined(" ", *(one.sentence for one in judged.problems)))
    warnings = [
        said(
            "{one_side} was not asked: {one_message}",
            one_side=one.side.product_name,
            one_message=one.message,
        )
        for one in accounts.troubles
    ]
    if lost := [one for one in accounts.troubles if one.is_lost]:
        raise AuthorizationLost(lost[0].message)
    wanted = replace(judged.wanted, is_on=on)
    if on:
        warnings += _required(draft.integration, wanted)
    drafts.save(draft, wanted, by=by, announced=draft_rehearsal.announced(draft))
    return Published(tuple(warnings))


def findings(integration: Integration, wanted: RuleWanted) -> Sequence[GoLiveFinding]:
    """Of all rules of the integration, with this one as it shall be. Asks both vendors."""
    mine = GoLiveRule(Entity(wanted.entity), Direction(wanted.direction), wanted.options)
    others = [one for one in golive.rules_of(integration) if one.entity is not mine.entity]
    return golive.check(integration, [*others, mine])


def _required(integration: Integration, wanted: RuleWanted) -> list[str]:
    """As when a rule is switched on: what blocks it raises, a vendor's silence does not."""
    try:
        found = findings(integration, wanted)
    except AuthorizationLost:
        raise
    except RemoteError as silence:
        return [
            said(
                "The accounts were not checked: {silence_message}", silence_message=silence.message
            )
        ]
    golive.remember(integration, found)
    if hindering := blocking(found, Entity(wanted.entity)):
        raise ConfigurationError(joined(" ", *(one.sentence for one in hindering)))
    return []
