"""A page asks the database a dozen times at most, and as often with many records, passes, entries
and companies as with few."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from syncapp.models import RecordReference, SyncRule
from tests import factories

pytestmark = pytest.mark.django_db

MOST = 12


def company(make):
    integration = make()
    for entity in ("contact", "product", "invoice"):
        SyncRule.objects.create(
            integration=integration, entity=entity, direction="both", is_on=True
        )
    fill(integration)
    return integration


def fill(integration, times=1):
    """A customer with invoices, some failing, each with a past; and passes."""
    for number in range(times):
        run = factories.run(
            integration,
            outcome="done",
            writes=number % 2,
            started_at=timezone.now() - timedelta(days=number),
        )
        customer = factories.link(
            integration,
            quickbooks_id=f"q{run.pk}",
            hubspot_id=f"h{run.pk}",
            label="Ada Berg",
            state="in_sync",
        )
        for state in ("in_sync", "failing", "waiting"):
            invoice = factories.link(
                integration,
                "invoice",
                hubspot_id=f"{state}-{run.pk}",
                state=state,
                category="" if state == "in_sync" else "closed_period",
                label=f"INV-{run.pk}",
                amount=20,
                currency="EUR",
            )
            for side, id_ in (("hubspot", customer.hubspot_id), ("quickbooks", f"q{run.pk}")):
                if id_:
                    RecordReference.objects.create(
                        link=invoice,
                        integration=integration,
                        side=side,
                        entity="contact",
                        record_id=id_,
                    )
            for _ in range(3):
                factories.activity(invoice, run=run)


def addresses(integration):
    failing = integration.links.filter(state="failing").order_by("pk")[0]
    customer = integration.links.filter(entity="contact").order_by("pk")[0]
    run = integration.runs.order_by("pk")[0]
    here = f"?integration={integration.pk}"
    records = reverse("admin:records") + here
    cause = reverse("admin:desk_group", args=(integration.pk, "failing", "closed_period"))
    return {
        "home": reverse("admin:index"),
        "object view": reverse("admin:objects") + here,
        "its panel": reverse("admin:objects_panel", args=(integration.pk, "invoice", "failing")),
        "record view": records,
        "filtered": f"{records}&state=failing&side=hubspot&least=5&since=2020-01-01",
        "searched": f"{records}&q=Berg&order=label",
        "by amount": f"{records}&order=-amount",
        "deep inside": f"{records}&after={customer.pk + 2}~",
        "what happened": reverse("admin:record_activity", args=(failing.pk,)),
        "invoice": reverse("admin:record", args=(failing.pk,)),
        "customer": reverse("admin:record", args=(customer.pk,)),
        "its past": reverse("admin:record", args=(failing.pk,))
        + f"?older={failing.activity.order_by('-pk')[0].pk}",
        "desk": reverse("admin:desk") + here,
        "cause": cause,
        "passes": reverse("admin:passes") + here,
        "older passes": f"{reverse('admin:passes')}{here}&older={run.pk}",
        "pass": reverse("admin:run", args=(run.pk,)),
    }


@pytest.fixture
def asked(client):
    client.force_login(factories.ada())

    def ask(address):
        client.get(address)  # what is asked once in the life of a process
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200
        return [query["sql"] for query in queries.captured_queries]

    return ask


def test_every_page_has_a_ceiling_and_many_rows_do_not_raise_it(asked):
    integration = company(factories.nordwind)
    pages = addresses(integration)
    few = {name: asked(address) for name, address in pages.items()}

    company(factories.acme)
    fill(integration, times=9)
    many = {name: asked(address) for name, address in pages.items()}

    too_many = {name: len(queries) for name, queries in many.items() if len(queries) > MOST}
    assert not too_many, "\n".join(sql for name in too_many for sql in many[name])
    grown = {
        name: (len(few[name]), len(many[name]))
        for name in pages
        if len(many[name]) > len(few[name])
    }
    assert not grown
