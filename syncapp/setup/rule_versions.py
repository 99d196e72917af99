"""Going back to an earlier version of a rule: it becomes a draft, so that it is judged against the
accounts as they are today, read in words and saved as a new version. History is only added to."""

from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from syncapp.engine.records import Entity
from syncapp.errors import NotPossible
from syncapp.models import RuleDraft, RuleVersion
from syncapp.setup import drafts
from syncapp.setup.rule_document.written import written_rule


def as_draft(version: RuleVersion, by: User) -> RuleDraft:
    """Raises `NotPossible` while somebody has unsaved changes of this rule: they are not thrown
    away."""
    rule = version.rule
    draft = drafts.begin(rule.integration, Entity(rule.entity), by)
    if draft.data not in (written_rule(rule), version.data) and draft.version > 1:
        raise NotPossible(
            _("%(name)s is changing this sync and has not saved it. Save or discard that first.")
            % {"name": draft.changed_by or _("Somebody")}
        )
    RuleDraft.objects.filter(pk=draft.pk, version=draft.version, saved_at=None).update(
        rule=rule,
        based_on=rule.version,
        data=version.data,
        step=RuleDraft.Step.REVIEW,
        version=F("version") + 1,
        changed_by=by,
        changed_at=timezone.now(),
    )
    return draft
