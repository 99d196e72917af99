"""Writes as a busy worker does, to one company, until it is ended:
`python -m benchmarks.page_writers 0` (or 1: the other company).
"""

import os
import random
import sys
import time
from typing import Any

HELPING = 300  # records of one transaction
REST = 0.1  # a worker waits for the vendors between two of them


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration_site.settings")
    import django

    django.setup()
    from syncapp.models import Integration

    integration = Integration.objects.order_by("-name")[int(sys.argv[1])]
    chance = random.Random(17)
    while True:
        write(integration, chance)
        time.sleep(REST)


def write(integration: Any, chance: random.Random) -> None:
    """A helping: records change their state, and it is told of each."""
    from django.utils import timezone

    from syncapp.models import SyncActivity
    from syncapp.pipeline import tally

    links = integration.links
    first, last = (links.order_by(order).values_list("pk", flat=True)[0] for order in ("pk", "-pk"))
    begin = chance.randint(first, last)
    some = list(links.filter(pk__gte=begin).order_by("pk")[:HELPING])
    state, category = chance.choice([("in_sync", ""), ("failing", "closed_period")])
    with tally.kept(integration.pk, tally.of(some)):
        SyncActivity.objects.bulk_create(
            SyncActivity(
                integration=integration,
                link=link,
                entity=link.entity,
                action=state,
                category=category,
            )
            for link in some
        )
        for link in some:
            link.state, link.category, link.state_since = state, category, timezone.now()
            link.save_known()


if __name__ == "__main__":
    main()
