"""Drafts of rules: begun, changed by several people, saved as rules.

A step of the wizard owns some keys of the document. Whoever changes a step says how it looked when
the page was drawn; a change is refused only when that very step was changed meanwhile.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from syncapp.engine.records import Entity
from syncapp.engine.said import said
from syncapp.errors import ConfigurationError, Overtaken
from syncapp.models import Integration, RuleDraft, SyncRule, SyncRun
from syncapp.objects import RECOMMENDED_DIRECTIONS, RECOMMENDED_FILTERS
from syncapp.pipeline.wake import wake
from syncapp.setup.rule_document.reader import Part
from syncapp.setup.rule_document.store import store_rule
from syncapp.setup.rule_document.wanted import KEEPS_LINKED, RuleWanted, read_rule
from syncapp.setup.rule_document.written import written_rule

Data = dict[str, Any]

FILTERS = "filters"
_KEPT = timedelta(days=30)  # how long a saved draft answers for a second click
_TRIES = 5


def begin(integration: Integration, entity: Entity, by: User) -> RuleDraft:
    """The one that is open for this object, else a new one: of the rule as it is, else of what we
    recommend."""
    rule = SyncRule.objects.filter(integration=integration, entity=entity).first()
    now = timezone.now()
    RuleDraft.objects.filter(saved_at__lt=now - _KEPT).delete()
    draft, _ = RuleDraft.objects.get_or_create(
        integration=integration,
        entity=entity.value,
        saved_at=None,
        defaults={
            "rule": rule,
            "based_on": rule.version if rule else None,
            "data": written_rule(rule) if rule else recommended_document(entity),
            "owner": by,
            "changed_by": by,
            "changed_at": now,
        },
    )
    return draft


def recommended_document(entity: Entity) -> Data:
    """What a person who changes nothing gets."""
    filters = {
        direction.value: [[_condition(one) for one in group] for group in groups]
        for direction, groups in RECOMMENDED_FILTERS[entity].items()
    }
    data: Data = {"entity": entity.value, "on": True, "filters": filters}
    if entity in RECOMMENDED_DIRECTIONS:
        data["direction"] = RECOMMENDED_DIRECTIONS[entity].value
    if filters:
        data["options"] = {KEEPS_LINKED: list(filters)}
    return data


def _condition(one: Any) -> Data:
    value = list(one.value) if isinstance(one.value, tuple) else one.value
    shown = {"object": str(one.object), "property": one.property, "operator": one.operator}
    return shown | ({} if value is None else {"value": value})


def part_of(data: Mapping[str, Any], step: str) -> Data:
    """What this step owns of a document. How linked records fare belongs to the filters."""
    options = dict(data.get("options", {}))
    keeps = options.pop(KEEPS_LINKED, [])
    if step == RuleDraft.Step.LIMIT:
        return {FILTERS: data.get(FILTERS, {}), KEEPS_LINKED: keeps}
    rest = {key: value for key, value in data.items() if key not in (FILTERS, "options", "on")}
    return {**rest, "options": options}


def with_part(data: Mapping[str, Any], step: str, part: Mapping[str, Any]) -> Data:
    """The document with this step's part replaced, the other's left alone."""
    is_limit = step == RuleDraft.Step.LIMIT
    configured = part_of(data, RuleDraft.Step.CONFIGURE) if is_limit else part
    limited = part if is_limit else part_of(data, RuleDraft.Step.LIMIT)
    options = dict(configured.get("options", {}))
    if limited[KEEPS_LINKED]:
        options[KEEPS_LINKED] = limited[KEEPS_LINKED]
    rest = {"options": options, FILTERS: limited[FILTERS], "on": data.get("on", True)}
    return {**configured, **rest}


def digest(part: Mapping[str, Any]) -> str:
    text = json.dumps(part, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def change(
    draft: RuleDraft, step: str, part: Mapping[str, Any], *, seen: str, by: User
) -> RuleDraft:
    """Raises `Overtaken`: nothing is written then, and the draft answers who was faster. `seen`:
    the digest of this step when the page was drawn."""
    for _ in range(_TRIES):
        held = RuleDraft.objects.select_related("changed_by").get(pk=draft.pk)
        if held.saved_at is not None:
            raise Overtaken(said("This setup was saved meanwhile."))
        mine = part_of(held.data, step)
        if digest(mine) == digest(part):
            return held
        if digest(mine) != seen:
            raise Overtaken(said("This step was changed meanwhile."))
        if _changed(held, with_part(held.data, step, part), by):
            return RuleDraft.objects.get(pk=draft.pk)
    raise Overtaken(said("This setup is being changed by several people at once."))


def reach(draft: RuleDraft, step: str) -> None:
    """The furthest step somebody came to: there the draft is taken up again."""
    order = list(RuleDraft.Step)
    if order.index(RuleDraft.Step(step)) > order.index(RuleDraft.Step(draft.step)):
        RuleDraft.objects.filter(pk=draft.pk).update(step=step)


def start_again(draft: RuleDraft, by: User) -> None:
    """From the rule as it is now, or from what we recommend; what was set up is given up."""
    entity = Entity(draft.entity)
    rule = SyncRule.objects.filter(integration=draft.integration_id, entity=entity).first()
    RuleDraft.objects.filter(pk=draft.pk, saved_at=None).update(
        rule=rule,
        based_on=rule.version if rule else None,
        data=written_rule(rule) if rule else recommended_document(entity),
        step=RuleDraft.Step.CONFIGURE,
        version=F("version") + 1,
        changed_by=by,
        changed_at=timezone.now(),
    )


def keep(draft: RuleDraft, by: User) -> None:
    """What was set up here counts, although the rule was changed outside meanwhile."""
    RuleDraft.objects.filter(pk=draft.pk, saved_at=None).update(
        based_on=stands_on(draft),
        version=F("version") + 1,
        changed_by=by,
        changed_at=timezone.now(),
    )


def stands_on(draft: RuleDraft) -> int | None:
    """The version that the rule has now: another one than the draft was made from means that
    somebody changed the rule outside."""
    rows = SyncRule.objects.filter(integration=draft.integration_id, entity=draft.entity)
    return rows.values_list("version", flat=True).first()


def read(data: Mapping[str, Any]) -> tuple[RuleWanted, list[str]]:
    """What the document asks for, and what is wrong with it. Without the environment: what people
    type in the browser must not read our secrets."""
    errors: list[str] = []
    wanted = read_rule(Part(dict(data), "", errors))
    return wanted, errors


def save(
    draft: RuleDraft,
    wanted: RuleWanted,
    *,
    by: User,
    announced: dict[str, int | None] | None = None,
) -> list[str]:
    """The rule, its version and who saved it, in one transaction; then the worker is woken. Raises
    `Overtaken` when it was changed or saved since it was read: a second click saves nothing."""
    with transaction.atomic():
        now = timezone.now()
        taken = RuleDraft.objects.filter(
            pk=draft.pk, version=draft.version, saved_at__isnull=True
        ).update(saved_at=now, changed_by=by, changed_at=now)
        if not taken:
            raise Overtaken(said("This setup was changed or saved meanwhile."))
        if stands_on(draft) != draft.based_on:
            raise ConfigurationError(said("The rule was changed outside this setup meanwhile."))
        told = list(store_rule(draft.integration, wanted, announced, by))
        if not draft.integration.is_paused:
            wake(draft.integration_id, SyncRun.Trigger.PERSON)
    return told


def _changed(held: RuleDraft, data: Data, by: User) -> int:
    return RuleDraft.objects.filter(pk=held.pk, version=held.version, saved_at=None).update(
        data=data, version=F("version") + 1, changed_by=by, changed_at=timezone.now()
    )


def open_drafts(integration: Integration) -> Collection[RuleDraft]:
    return RuleDraft.objects.filter(integration=integration, saved_at=None).select_related(
        "changed_by"
    )
