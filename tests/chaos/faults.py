"""Every fault that a run can meet, by name. `FAULTS` arm the proxy or turn a switch of the sandbox;
what is done to processes and databases stands in `storm`, since it needs a running pass."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from tests.chaos import troubles
from tests.chaos.calls import Call
from tests.chaos.people import People, edit_contact, edit_customer
from tests.chaos.proxy import Proxy
from tests.chaos.troubles import Trouble, When
from tests.sandbox_process import ControlError

GAVE_UP = 2.4  # seconds: HTTP_TIMEOUT of a run is 2
Plan = Callable[["Weather"], Trouble]


class Weather:
    """Arms faults, chosen by one dice; the rarest ones of the run first."""

    def __init__(self, proxy: Proxy, people: People, seed: int) -> None:
        self.proxy, self.people = proxy, people
        self.random = random.Random(f"weather {seed}")  # noqa: S311  no secret
        self.told: list[str] = []

    def turn(self) -> str:
        fewest = min(self.proxy.fired[name] for name in FAULTS)
        rare = [name for name in FAULTS if self.proxy.fired[name] <= fewest + 1]
        name = self.random.choice(rare if self.random.random() < 0.5 else list(FAULTS))
        trouble = FAULTS[name](self)
        trouble.name = name
        trouble.skip = self.random.choice((0, 0, 0, 1, 2, 4))
        self.proxy.arm(trouble, self.random)
        if name.startswith("token "):  # a pass renews when it is refused
            self.proxy.arm(Trouble("401 before a renewal", troubles.is_any, troubles.refused(401)))
        self.told.append(name)
        return name

    def option(self, **patch: Any) -> None:
        self.people.sandbox.options(**patch)

    def company(self, **patch: Any) -> None:
        self.option(quickbooks={self.people.realm: patch})


def _hit(deed: troubles.Deed, when: When, **more: Any) -> Plan:
    return lambda _weather: Trouble("", when, deed, **more)


def _jump(seconds: float) -> Plan:
    """The vendors' clock goes on by so much between two calls of a pass."""

    def plan(weather: Weather) -> Trouble:
        def meddle(call: Call) -> None:
            weather.people.sandbox.advance(seconds)

        return Trouble("", troubles.is_any, troubles.meddled(meddle))

    return plan


def _edit_meanwhile(weather: Weather) -> Trouble:
    """A person edits the record between our read and our write."""

    def meddle(call: Call) -> None:
        people = weather.people
        for id_ in _customers_in(call):
            value = f"between {people.random.randrange(1000)}"
            try:
                people.in_quickbooks("edit", "Customer", id_, fields={"GivenName": value})
            except ControlError:
                continue
            people.note("quickbooks", "contact", id_, {"firstname": value})
        for id_ in _contacts_in(call):
            value = f"between {people.random.randrange(1000)}"
            try:
                people.in_hubspot("edit", "contacts", id_, properties={"firstname": value})
            except ControlError:
                continue
            people.note("hubspot", "contact", id_, {"firstname": value})

    def touches_people(call: Call) -> bool:
        return call.is_write and bool(_customers_in(call) or _contacts_in(call))

    return Trouble("", touches_people, troubles.meddled(meddle), times=2)


def _edit_anything_meanwhile(weather: Weather) -> Trouble:
    def meddle(call: Call) -> None:
        for action in (edit_customer, edit_contact, None):
            weather.people.act(action)

    return Trouble("", troubles.is_write, troubles.meddled(meddle), times=2)


def _customers_in(call: Call) -> list[str]:
    if call.vendor != "quickbooks":
        return []
    bodies = [item.get("Customer") for item in call.batch_items]
    if call.path.endswith("/customer"):
        bodies.append(call.json)
    return [str(body["Id"]) for body in bodies if isinstance(body, dict) and "Id" in body]


def _contacts_in(call: Call) -> list[str]:
    if call.vendor != "hubspot" or "/contacts/batch/update" not in call.path:
        return []
    return [str(one["id"]) for one in (call.json or {}).get("inputs", [])]


def _switch(**patch: Any) -> Plan:
    """A behaviour of a vendor that stays until the faults end; it counts when a read meets it."""

    def plan(weather: Weather) -> Trouble:
        for vendor, options in patch.items():
            if vendor == "hubspot":
                weather.option(hubspot=options)
            else:
                weather.company(**options)
        vendor = next(iter(patch))
        return Trouble("", troubles.at(vendor, troubles.is_search), _through)

    return plan


def _through(call: Call, forward: troubles.Forward) -> troubles.Answer:
    return forward(call)


HUBSPOT_WRITE = troubles.at("hubspot", troubles.is_write)
QUICKBOOKS_WRITE = troubles.at("quickbooks", troubles.is_write)
WAIT = {"Retry-After": "2"}

FAULTS: Mapping[str, Plan] = {
    "answer lost after commit, HubSpot": _hit(troubles.lost_after, HUBSPOT_WRITE),
    "answer lost after commit, QuickBooks": _hit(troubles.lost_after, QUICKBOOKS_WRITE),
    "call lost before commit, HubSpot": _hit(troubles.lost_before, HUBSPOT_WRITE),
    "call lost before commit, QuickBooks": _hit(troubles.lost_before, QUICKBOOKS_WRITE),
    "answer lost of a read": _hit(troubles.lost_after, troubles.is_read, times=2),
    "answer too late": _hit(troubles.late(GAVE_UP), troubles.is_write),
    "carried out after we gave up": _hit(troubles.carried_out_late(GAVE_UP), troubles.is_write),
    "half an answer": _hit(troubles.half, troubles.is_write, times=2),
    "half an answer of a read": _hit(troubles.half, troubles.is_read, times=2),
    "malformed answer": _hit(troubles.malformed, troubles.is_write, times=2),
    "malformed answer of a read": _hit(troubles.malformed, troubles.is_read),
    "slow answer": _hit(troubles.late(0.7), troubles.is_any, times=3),
    "half-open connection": _hit(troubles.half_open(GAVE_UP), troubles.is_any),
    "429 with Retry-After": _hit(troubles.refused(429, WAIT), troubles.is_any),
    "429 without Retry-After": _hit(troubles.refused(429), troubles.is_any),
    "500 before commit": _hit(troubles.refused(500), troubles.is_write, times=2),
    "500 after commit": _hit(troubles.refused_after(500), troubles.is_write, times=2),
    "503 before commit": _hit(troubles.refused(503), troubles.is_any, times=3),
    "503 after commit": _hit(troubles.refused_after(503), troubles.is_write, times=2),
    "401 once": _hit(troubles.refused(401), troubles.is_any),
    "403 scope missing": _hit(troubles.refused(403), troubles.is_any),
    "token answer lost": _hit(troubles.lost_after, troubles.is_token),
    "token call refused with 500": _hit(troubles.refused(500), troubles.is_token),
    "token expires in mid-pass": _jump(3700),
    "clock jumps by a day": _jump(86_500),
    "edit between read and write": _edit_meanwhile,
    "edits during a pass": _edit_anything_meanwhile,
    "search lag, HubSpot": _switch(hubspot={"search_lag_seconds": 2}),
    "query lag, QuickBooks": _switch(quickbooks={"query_lag_seconds": 2}),
    "CDC cut": _hit(troubles.cut_short, lambda call: call.path.endswith("/cdc"), times=2),
    "empty remote": _hit(troubles.emptied, troubles.is_of_records, times=2),
    "page loop": _hit(troubles.looping, troubles.at("hubspot", troubles.is_search)),
}
CALM = {
    "hubspot": {"search_lag_seconds": 0},
    "quickbooks": {"query_lag_seconds": 0},
}
