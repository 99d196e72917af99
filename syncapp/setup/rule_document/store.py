"""Stores one rule of a configuration document. Runs inside the caller's transaction."""

from collections.abc import Iterator

from django.contrib.auth.models import User

from syncapp.engine.records import Entity
from syncapp.engine.rules import ConflictPolicy, Direction
from syncapp.engine.said import said
from syncapp.errors import ConfigurationError
from syncapp.models import FieldMapping, FilterCondition, FilterGroup, Integration, SyncRule
from syncapp.objects import DEFAULT_MAPPINGS
from syncapp.pipeline import audit
from syncapp.setup.rule_document.differences import changed
from syncapp.setup.rule_document.wanted import RuleWanted, known_options
from syncapp.setup.rule_document.written import written_rule
from syncapp.setup.switch import rule_saved


def store_rule(
    integration: Integration,
    wanted: RuleWanted,
    announced: dict[str, int | None] | None = None,
    by: User | None = None,
) -> Iterator[str]:
    """A rule that already is as the file wants it is left alone: saving one reads everything.
    `announced` and `by`: see `rule_saved`. Who changed it is kept as one entry that names the
    version, not as every row that was put in another's place."""
    row = SyncRule.objects.filter(integration=integration, entity=wanted.entity).first()
    before = written_rule(row) if row else None
    row = row or SyncRule(integration=integration, entity=wanted.entity)
    winner = ConflictPolicy(wanted.conflict).within(Direction(wanted.direction))
    row.direction, row.conflict = wanted.direction, winner.value
    row.is_on, row.match_on = wanted.is_on, wanted.match_on
    ours = {
        name: row.options[name] for name in row.options if name not in known_options(row.entity)
    }
    row.options = {**ours, **wanted.options}
    with audit.unrecorded():
        row.save()
        _store_mappings(row, wanted)
        _store_filters(row, wanted)
        row = SyncRule.objects.get(pk=row.pk)
        if written_rule(row) == before:
            return
        rule_saved(row, announced, by)
    deed = "set_up" if before is None else "edited"
    audit.note(row, deed, changed(before or {}, written_rule(row)), version=row.version)
    if winner != wanted.conflict:
        yield (
            f"{integration.name}: {row.get_conflict_display()} in the {wanted.entity} rule,"
            " whatever the file says: a one-way sync follows the app that sends."
        )
    yield f"{'Changed' if before else 'Added'} the {wanted.entity} rule of {integration.name}."


def _store_mappings(row: SyncRule, wanted: RuleWanted) -> None:
    """Without an answer of the accounts now, what they once said of a row counts. A row of which
    they never said how its values are compared is not stored: compared as texts, numbers and days
    would be written in every pass."""
    ours = {(one.hubspot, one.quickbooks) for one in DEFAULT_MAPPINGS[Entity(row.entity)]}
    known = {(one.hubspot, one.quickbooks): one.kind for one in row.mappings.all()}
    row.mappings.all().delete()
    for position, one in enumerate(wanted.mappings):
        pair = (one.hubspot, one.quickbooks)
        kind = one.kind or known.get(pair, "")
        if one.is_on and not kind and pair not in ours:
            raise ConfigurationError(
                said(
                    "The mapping of “{hubspot}” with “{quickbooks}” could not be checked, because"
                    " an account does not answer. Save it once it does; nothing is lost.",
                    hubspot=one.hubspot,
                    quickbooks=one.quickbooks,
                )
            )
        FieldMapping.objects.create(
            rule=row,
            hubspot=one.hubspot,
            quickbooks=one.quickbooks,
            direction=one.direction,
            is_on=one.is_on,
            is_default=pair in ours,
            transform=one.transform,
            kind=kind,
            position=position,
        )


def _store_filters(row: SyncRule, wanted: RuleWanted) -> None:
    row.filter_groups.all().delete()
    for direction, groups in wanted.filters.items():
        for position, conditions in enumerate(groups):
            group = FilterGroup.objects.create(rule=row, direction=direction, position=position)
            FilterCondition.objects.bulk_create(
                FilterCondition(
                    group=group,
                    object=one.object,
                    property=one.property,
                    operator=one.operator,
                    value=one.value,
                    type=one.type,
                    label=one.label,
                    shown=one.shown,
                    position=place,
                )
                for place, one in enumerate(conditions)
            )
