"""Whoever is entered on whichever side, in whatever order: no key gets a second record from us."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from syncapp.engine.records import Entity
from syncapp.models import Connection, Integration, RecordLink
from syncapp.pipeline import worklist
from tests.behaviour.naming import item
from tests.pipeline.worlds import Worlds
from tests.sandbox_process import SandboxProcess

EMAILS = ("ada@nordwind.test", "ben@acme.test", "ADA@nordwind.test")
ENTERED = st.lists(
    st.one_of(
        st.tuples(st.just("in QuickBooks"), st.sampled_from(EMAILS)),
        st.tuples(st.just("in HubSpot"), st.sampled_from(EMAILS[:2])),
        st.just(("sync", "")),
    ),
    min_size=3,
    max_size=8,
)
# Two customers of one address, then the contact; and the other way round.
QUESTION = [("in QuickBooks", EMAILS[0]), ("in QuickBooks", EMAILS[2]), ("sync", ""),
            ("in HubSpot", EMAILS[0])]  # fmt: skip
LATE = [("in HubSpot", EMAILS[1]), ("sync", ""), ("in QuickBooks", EMAILS[1]), ("sync", "")]


@pytest.mark.slow
@item("D5", "D6", "D8")
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(entered=QUESTION, helping=1, lag=3600)
@example(entered=LATE, helping=2, lag=0)
@given(entered=ENTERED, helping=st.sampled_from((1, 2, 300)), lag=st.sampled_from((0, 3600)))
def test_no_key_gets_a_second_record_from_us(
    sandbox: SandboxProcess,
    settings: Settings,
    entered: list[tuple[str, str]],
    helping: int,
    lag: int,
) -> None:
    worlds = fresh(sandbox, settings)
    sandbox.options(
        hubspot={"search_lag_seconds": lag},
        quickbooks={worlds.realm: {"query_lag_seconds": lag}},
    )
    usual, worklist.HELPING = worklist.HELPING, helping
    try:
        worlds.rule(Entity.CONTACT)
        is_first = True
        for number, (where, email) in enumerate(entered):
            if where == "sync":
                # What no list shows in the very first pass, nobody can know of (decision 39).
                sandbox.advance(2 * lag if is_first else 0)
                is_first = False
                sync(worlds)
            else:
                enter(worlds, where, email, number)
        sandbox.advance(2 * lag)
        for _ in range(3):
            sync(worlds)
        worlds.sync_quietly()
    finally:
        worklist.HELPING = usual
    unsettled = RecordLink.objects.exclude(state="in_sync")
    assert {one.category for one in unsettled} <= {"ambiguous"}


def fresh(sandbox: SandboxProcess, settings: Settings) -> Worlds:
    Integration.objects.all().delete()
    Connection.objects.all().delete()
    made = sandbox.reset()
    for vendor in ("hubspot", "quickbooks"):
        setattr(settings, f"{vendor.upper()}_CLIENT_ID", made[vendor]["client_id"])
        setattr(settings, f"{vendor.upper()}_CLIENT_SECRET", made[vendor]["client_secret"])
    return Worlds(sandbox, made)


def enter(worlds: Worlds, where: str, email: str, number: int) -> None:
    """By a person; HubSpot allows an address once."""
    if where == "in QuickBooks":
        worlds.customer(DisplayName=f"Customer {number}", PrimaryEmailAddr={"Address": email})
    elif not emails(worlds)["hubspot"][email.casefold()]:
        worlds.contact(email=email, lastname=f"Contact {number}")


def sync(worlds: Worlds) -> None:
    """Where an address is on a side already, nobody else is made for it there."""
    before = emails(worlds)
    worlds.sync()
    after = emails(worlds)
    for side in before:
        for email, records in after[side].items():
            assert records == max(before[side][email], 1), (side, email)


def emails(worlds: Worlds) -> dict[str, Counter[str]]:
    contacts = worlds.hubspot("contacts").values()
    customers = worlds.quickbooks("Customer").values()
    return {
        "hubspot": Counter(str(one["email"]).casefold() for one in contacts),
        "quickbooks": Counter(
            str(one["PrimaryEmailAddr"]["Address"]).casefold() for one in customers
        ),
    }
