"""Which version of its rule decided what happened to a record: the one that was saved last when the
pass began."""

from collections.abc import Iterable

from syncapp.engine.records import Entity
from syncapp.models import RecordLink, RuleVersion, SyncActivity


def versions_then(link: RecordLink, rows: Iterable[SyncActivity]) -> dict[int, RuleVersion]:
    """By the entry's id; none for what happened before versions were kept."""
    entity = Entity.INVOICE if link.entity == Entity.PAYMENT else link.entity
    saved = RuleVersion.objects.filter(rule__integration=link.integration_id, rule__entity=entity)
    versions = list(saved.only("rule_id", "number", "saved_at").order_by("-number"))
    found = {}
    for row in rows:
        begun_at = row.run.started_at if row.run else row.at
        if then := next((one for one in versions if one.saved_at <= begun_at), None):
            found[row.pk] = then
    return found
