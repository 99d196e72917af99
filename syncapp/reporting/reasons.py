"""How many records of one state stand there for which reason."""

from django.db.models import Sum

from syncapp.models import Integration, RecordCount


def reasons(integration: Integration, entity: str, state: str) -> dict[str, int]:
    """By category, the commonest first."""
    rows = (
        RecordCount.objects.filter(
            integration=integration, entity=entity, state=state, records__gt=0
        )
        .order_by()
        .values_list("category")
        .annotate(total=Sum("records"))
    )
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))
