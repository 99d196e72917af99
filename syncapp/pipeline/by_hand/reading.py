"""Both accounts opened for reading beside the passes: nothing is decided, stored or written."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from syncapp.models import Integration, SyncRun
from syncapp.pipeline import accounts
from syncapp.pipeline.connect import open_connectors
from syncapp.pipeline.context import Pass
from syncapp.pipeline.lease import Held
from syncapp.pipeline.rulebook import load_rules, wanted_by
from syncapp.pipeline.runs import count_usage


@contextmanager
def reading(integration: Integration) -> Iterator[Pass]:
    """A pass of nobody: what it reads counts against the allowance, and it is never begun."""
    now = timezone.now()
    known = accounts.known(integration)
    rules = load_rules(integration, now, known)
    connectors = open_connectors(integration, wanted_by(rules), read_only=True)
    nobody = Held(integration.pk, "", 0, 0.0)
    run = SyncRun(integration=integration, trigger=SyncRun.Trigger.PERSON)
    try:
        yield Pass(integration, nobody, run, rules, connectors, known, now)
    finally:
        for side, connector in connectors.items():
            count_usage((integration.connection(side), connector))
            connector.close()
