"""Beside another app that uses the same portal."""

from syncapp.connectors.throttle import HUBSPOT_FAMILIES, Throttle
from syncapp.connectors.transport import Request, Transport
from syncapp.engine.records import Side
from tests.connectors.hubspot.conftest import Token
from tests.connectors.hubspot.portal import Portal

READ = Request("GET", "/crm/objects/2026-03/contacts", params={"limit": "1"}, is_read=True)


def test_another_app_that_takes_a_third_of_the_calls_has_none_of_ours_refused(
    portal: Portal,
) -> None:
    portal.sandbox.options(
        rate_limits=True, hubspot={"time_scale": 10, "foreign_calls_per_second": 3.3}
    )
    transport = Transport(
        base_url=f"{portal.sandbox.url}/hubspot",
        credentials=Token(portal.token),
        side=Side.HUBSPOT,
        throttle=Throttle({"burst": (110, 1.0), "search": (5, 0.1)}, HUBSPOT_FAMILIES),
        allow_plain_http=True,
    )
    portal.sandbox.forget_requests()
    for _ in range(250):
        assert transport.send(READ).status == 200
    transport.close()
    entries = portal.sandbox.requests(entries=True)["entries"]
    assert [one["status"] for one in entries].count(429) == 0
