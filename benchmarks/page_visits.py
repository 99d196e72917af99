"""Opens pages of the admin, each several times, and prints what that took, as JSON:
`python -m benchmarks.page_visits 15`, on the database that `DATABASE_URL` names.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

FAR = 60  # rows before the end: a full page and a little


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration_site.settings")
    import django

    django.setup()
    from django.test import override_settings

    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=plain):  # nobody has collected them here
        print(json.dumps(visited(int(sys.argv[1]))))


def visited(times: int) -> dict[str, Any]:
    """By page: seconds of each visit and those our own process computed, queries of one."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    client.force_login(get_user_model().objects.get(), "django.contrib.auth.backends.ModelBackend")
    found: dict[str, Any] = {}
    addresses = dict(_addresses())
    for name, address in addresses.items():
        queries = _queries(client, address)
        found[name] = {"address": address, "queries": queries, "seconds": [], "cpu": []}
    for _ in range(times):
        for name, address in addresses.items():
            started, cpu = time.perf_counter(), time.process_time()
            _open(client, address)
            found[name]["seconds"].append(time.perf_counter() - started)
            found[name]["cpu"].append(time.process_time() - cpu)
    return found


def _open(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    assert answer.content


def _queries(client: Any, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        _open(client, address)
    if os.environ.get("SHOW_QUERIES"):
        for query in asked.captured_queries:
            print(address, query["time"], query["sql"][:700], file=sys.stderr)
    return len(asked)


def _addresses() -> Iterator[tuple[str, str]]:
    from django.urls import reverse

    from syncapp.models import Integration

    integration = Integration.objects.get(name="Our company")
    yield "home", reverse("admin:index")
    yield "object view", f"{reverse('admin:objects')}?integration={integration.pk}"
    panel = reverse("admin:objects_panel", args=(integration.pk, "invoice", "failing"))
    yield "object view, panel", panel
    yield from _record_view(integration)
    yield from _one_record(integration)
    yield from _desk(integration)
    yield from _passes(integration)


def _record_view(integration: Any) -> Iterator[tuple[str, str]]:
    from django.urls import reverse

    def view(**query: object) -> str:
        asked = "".join(f"&{name}={value}" for name, value in query.items())
        return f"{reverse('admin:records')}?integration={integration.pk}{asked}"

    yield "record view", view()
    for order in ("-id", "label", "-state_since", "amount", "-amount"):
        if order != "-id":
            yield f"record view, by {order}", view(order=order)
        name = order.lstrip("-")
        rows = integration.links.exclude(**{name: None})
        last = list(rows.order_by(name if order[0] == "-" else f"-{name}")[: FAR + 1])[-1]
        value = getattr(last, name)
        place = f"{last.pk}~{value.isoformat() if hasattr(value, 'isoformat') else value}"
        yield (
            f"record view, by {order}, deepest",
            view(order=order, after=place.replace("+", "%2B")),
        )
    for name, query in _filters().items():
        yield f"record view, {name}", view(**query)


def _filters() -> dict[str, dict[str, object]]:
    return {
        "object": {"object": "product"},
        "state in sync": {"state": "in_sync"},
        "state failing": {"state": "failing"},
        "object and state": {"object": "invoice", "state": "excluded"},
        "reason": {"reason": "closed_period"},
        "reason of many": {"reason": "older"},
        "reason of none": {"reason": "inactive"},
        "both sides": {"side": "both"},
        "only in HubSpot": {"side": "hubspot"},
        "only in QuickBooks": {"side": "quickbooks"},
        "in sync but on one side": {"state": "in_sync", "side": "hubspot"},
        "amount from": {"least": "49990"},
        "amount between": {"least": "25000", "most": "25001"},
        "amount of none": {"least": "99999999"},
        "since": {"since": "2026-06-01"},
        "since never": {"since": "2099-01-01"},
        "failing by name": {"state": "failing", "order": "label"},
        "in sync by name": {"state": "in_sync", "order": "label"},
        "search id": {"q": "1000400000"},
        "search number": {"q": "INV-0400000"},
        "search name": {"q": "Nordwind"},
        "search last name": {"q": "strand"},
        "search inside": {"q": "400"},
        "search nothing": {"q": "nobody is called so"},
        "search failing": {"q": "INV", "state": "failing"},
    }


def _one_record(integration: Any) -> Iterator[tuple[str, str]]:
    from django.urls import reverse

    links = integration.links
    first_contact = links.filter(entity="contact").order_by("id")[0]
    invoice = links.filter(entity="invoice", state="failing").order_by("-id")[0]
    yield "record", reverse("admin:record", args=(invoice.pk,))
    yield "record with thousands below", reverse("admin:record", args=(first_contact.pk,))
    older = invoice.activity.order_by("-at", "-id").values_list("pk", flat=True)[0]
    yield "record, older", f"{reverse('admin:record', args=(invoice.pk,))}?older={older}"
    yield "record view, activity", reverse("admin:record_activity", args=(invoice.pk,))


def _desk(integration: Any) -> Iterator[tuple[str, str]]:
    from django.urls import reverse

    yield "failure desk", f"{reverse('admin:desk')}?integration={integration.pk}"
    cause = reverse("admin:desk_group", args=(integration.pk, "failing", "closed_period"))
    last = integration.links.filter(category="closed_period").order_by("id")[FAR : FAR + 1]
    yield "failure desk, cause", cause
    yield "failure desk, cause, deepest", f"{cause}?after={last[0].pk if last else 1}~"


def _passes(integration: Any) -> Iterator[tuple[str, str]]:
    from django.urls import reverse

    address = f"{reverse('admin:passes')}?integration={integration.pk}"
    yield "passes", address
    runs = integration.runs.order_by("started_at", "id")
    yield "passes, deepest", f"{address}&older={runs[FAR].pk}"
    for kind in ("written", "failed", "person"):
        yield f"passes, {kind}", f"{address}&kind={kind}"
    yield "one pass", reverse("admin:run", args=(runs[FAR].pk,))


if __name__ == "__main__":
    main()
