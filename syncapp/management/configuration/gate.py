"""The go-live check of what a file switches on. HTTP, so it comes before the transaction."""

from collections.abc import Iterable, Mapping, Sequence

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.errors import SyncAppError, Unavailable
from syncapp.management.configuration.document import ConnectionWanted, Document, IntegrationWanted
from syncapp.models import Connection, Integration, SyncRule
from syncapp.objects import golive_facts
from syncapp.objects.golive import blocking
from syncapp.objects.golive_facts import GoLiveFinding
from syncapp.pipeline.identify import Credentials
from syncapp.setup import golive
from syncapp.setup.rule_document.wanted import RuleWanted

Found = dict[str, Sequence[GoLiveFinding]]  # by the name of the integration


def checked(
    document: Document,
    given: Mapping[str, Credentials],
    warnings: list[str],
    errors: list[str],
) -> Found:
    """Adds to `errors` what blocks a rule that the file switches on, widens or changes the options
    of; a rule that runs already goes on running. `given`: new tokens, by connection."""
    found: Found = {}
    for one in document.integrations:
        rules = [rule for rule in one.rules if rule.is_on]
        new = [rule for rule in rules if _is_new(one, rule)]
        if not new:
            continue
        try:
            found[one.name] = _asked(one, rules, document.connections, given)
        except SyncAppError as refusal:
            warnings.append(f"{one.path}: the accounts were not checked, {refusal.message}")
        else:
            errors += _hindering(new, found[one.name])
    return found


def remember(found: Found) -> None:
    for name, findings in found.items():
        golive.remember(Integration.objects.get(name=name), findings)


def _is_new(one: IntegrationWanted, rule: RuleWanted) -> bool:
    stored = SyncRule.objects.filter(integration__name=one.name, entity=rule.entity).first()
    if stored is None or not stored.is_on:
        return True
    before, after = Direction(stored.direction), Direction(rule.direction)
    is_wider = any(after.reaches(side) and not before.reaches(side) for side in Side)
    return is_wider or any(stored.options.get(name) != rule.options[name] for name in rule.options)


def _asked(
    one: IntegrationWanted,
    rules: Sequence[RuleWanted],
    connections: Iterable[ConnectionWanted],
    given: Mapping[str, Credentials],
) -> Sequence[GoLiveFinding]:
    by_name = {wanted.name: wanted for wanted in connections}
    sides = {Side.HUBSPOT: one.hubspot, Side.QUICKBOOKS: one.quickbooks}
    stored = Integration.objects.filter(name=one.name).first()
    integration = Integration(pk=stored.pk if stored else None, name=one.name)
    for side, name in sides.items():
        setattr(integration, side.value, connection_named(name, by_name.get(name)))
    new = {side: given[name] for side, name in sides.items() if name in given}
    return golive.check(integration, [_wanted(rule) for rule in rules], new)


def connection_named(name: str, wanted: ConnectionWanted | None) -> Connection:
    """As stored, else as it will be."""
    row = Connection.objects.filter(name=name).first()
    if row is None and wanted is not None:
        row = Connection(name=name, vendor=wanted.vendor, account_id=wanted.account)
        row.expires_at = wanted.expires_at
    if row is None:
        message = f"There is no connection “{name}”."
        raise Unavailable(message)
    return row


def _wanted(rule: RuleWanted) -> golive_facts.RuleWanted:
    return golive_facts.RuleWanted(Entity(rule.entity), Direction(rule.direction), rule.options)


def _hindering(rules: Iterable[RuleWanted], found: Sequence[GoLiveFinding]) -> Iterable[str]:
    for rule in rules:
        for one in blocking(found, Entity(rule.entity)):
            yield f"{rule.path}: {one.sentence}"
