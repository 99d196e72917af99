"""How many records of one state stand there for which reason."""

from django.db.models import Count

from syncapp.models import Integration, RecordLink


def reasons(integration: Integration, entity: str, state: str) -> dict[str, int]:
    """By category, the commonest first."""
    rows = (
        RecordLink.objects.filter(integration=integration, entity=entity, state=state)
        .order_by()
        .values_list("category")
        .annotate(records=Count("id"))
    )
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))
