"""What a pass is told, and what it costs."""

import time
from collections.abc import Iterable

import pytest

from syncapp.connectors.base import ChangePage, Cursor, Seen
from syncapp.connectors.hubspot.connector import HubSpotConnector
from syncapp.engine.records import Entity, RecordRef
from syncapp.engine.writes import Done, WriteAnswer
from tests.connectors.hubspot.conftest import Connect
from tests.connectors.hubspot.factories import (
    TRAVEL,
    TWO_HOURS,
    mirror,
    send,
    send_steps,
    snapshot_of,
)
from tests.connectors.hubspot.factories import hubspot as ref
from tests.connectors.hubspot.portal import Portal

CONTACT, INVOICE = Entity.CONTACT, Entity.INVOICE
SEARCH = "POST /crm/objects/2026-03/{}/search"
LISTING = "GET /crm/objects/2026-03/{}"


def test_a_listing_goes_by_pages_of_a_hundred(hubspot: HubSpotConnector, portal: Portal) -> None:
    ids = {portal.create("contacts", firstname=f"P{n}") for n in range(120)}
    portal.forget_calls()
    pages = list(hubspot.changes({CONTACT: Cursor()}))
    assert [len(page.refs) for page in pages] == [100, 20]
    assert {one.id for page in pages for one in page.snapshots} == ids
    assert pages[0].cursor.since is None
    assert portal.calls()[LISTING.format("contacts")] == 2


def test_a_page_says_when_it_was_read_and_not_when_it_was_looked_at(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    """The next ones are read meanwhile: what was seen there may be old when their turn comes."""
    for n in range(120):
        portal.create("contacts", firstname=f"P{n}")
    pages = hubspot.changes({CONTACT: Cursor()})
    first = next(pages)
    time.sleep(1)
    assert first.read_at < next(pages).read_at < time.monotonic() - 0.5


def test_an_idle_pass_is_one_search_each_and_leaves_the_cursor(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    portal.create("contacts", email="ada@acme.test")
    portal.invoice({"name": "Chair", "price": "80"})
    cursors = cursors_after(hubspot.changes({entity: Cursor() for entity in Entity}))
    portal.sandbox.advance(60)
    cursors |= cursors_after(hubspot.changes(cursors))
    portal.forget_calls()
    pages = list(hubspot.changes(cursors))
    assert not any(page.refs or page.removed for page in pages)
    assert cursors_after(pages) == cursors
    kinds = ("contacts", "products", "invoices", "commerce_payments", "line_items")
    assert portal.calls() == {SEARCH.format(kind): 1 for kind in kinds}


def test_the_watch_on_line_items_can_be_made_rarer(connect: Connect, portal: Portal) -> None:
    connector = connect(line_items_every_seconds=300)
    cursors = cursors_after(connector.changes({INVOICE: Cursor()}))
    portal.forget_calls()
    cursors = cursors_after(connector.changes(cursors))
    assert SEARCH.format("line_items") not in portal.calls()
    portal.sandbox.advance(301)
    cursors = cursors_after(connector.changes(cursors))
    connector_calls = portal.calls()
    list(connector.changes(cursors))
    assert connector_calls[SEARCH.format("line_items")] == 1
    assert portal.calls()[SEARCH.format("line_items")] == 1


def test_it_tells_which_version_it_has_seen(hubspot: HubSpotConnector, portal: Portal) -> None:
    cursors = cursors_after(hubspot.changes({CONTACT: Cursor()}))
    one = ref(CONTACT, portal.create("contacts", email="ada@acme.test"))
    page = next(page for page in hubspot.changes(cursors) if page.refs)
    assert page.versions == {one: Seen(hubspot.fetch([one])[one].version)}


def test_pages_of_a_search_overlap_nowhere_and_leave_nothing_out(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    cursors = cursors_after(hubspot.changes({CONTACT: Cursor()}))
    ids = [portal.create("contacts", firstname=f"P{n}") for n in range(401)]
    portal.forget_calls()
    seen = [one.id for page in hubspot.changes(cursors) for one in page.refs]
    assert sorted(seen) == sorted(ids)
    assert portal.calls()[SEARCH.format("contacts")] == 3


def test_an_edit_between_two_pages_hides_no_other_record(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    """An offset would skip the record that moves up when an earlier one moves to the end."""
    cursors = cursors_after(hubspot.changes({CONTACT: Cursor()}))
    ids = [portal.create("contacts", firstname=f"P{n}") for n in range(250)]
    seen: list[str] = []
    for page in hubspot.changes(cursors):
        if not seen:
            for id in ids[:50]:
                portal.edit("contacts", id, lastname="edited")
        seen += [one.id for one in page.refs]
    assert set(seen) == set(ids)


def test_many_records_of_one_and_the_same_time_are_all_seen(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    cursors = cursors_after(hubspot.changes({CONTACT: Cursor()}))
    at = portal.sandbox.advance(10)
    same = [
        portal.person("create", "contacts", properties={"firstname": f"P{n}"}, at=at)["id"]
        for n in range(450)
    ]
    portal.sandbox.advance(10)
    later = portal.create("contacts", firstname="later")
    assert {one.id for page in hubspot.changes(cursors) for one in page.refs} >= {*same, later}


@pytest.mark.slow
def test_more_than_ten_thousand_changes_are_all_seen(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    cursors = cursors_after(hubspot.changes({CONTACT: Cursor()}))
    for batch in range(101):
        portal.batch_create("contacts", [{"firstname": f"P{batch}-{n}"} for n in range(100)])
    seen = {one.id for page in hubspot.changes(cursors) for one in page.refs}
    assert len(seen) == 10_100


def test_an_interrupted_search_goes_on_where_it_was(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    cursors = cursors_after(hubspot.changes({CONTACT: Cursor()}))
    for n in range(401):
        portal.create("contacts", firstname=f"P{n}")
    first = next(iter(hubspot.changes(cursors)))
    rest = [one for page in hubspot.changes({CONTACT: first.cursor}) for one in page.refs]
    assert len(first.refs) == 200
    assert len(rest) == 201
    assert not set(first.refs) & set(rest)


def test_a_change_that_is_indexed_late_is_read_with_the_overlap(
    connect: Connect, portal: Portal
) -> None:
    connector = connect(overlap_seconds=120)
    cursors = cursors_after(connector.changes({CONTACT: Cursor()}))
    portal.options(search_lag_seconds=60)
    late = portal.create("contacts", email="late@acme.test")
    portal.sandbox.advance(30)
    portal.options(search_lag_seconds=0)
    portal.create("contacts", email="at-once@acme.test")
    cursors = cursors_after(connector.changes(cursors))
    portal.sandbox.advance(40)
    assert ref(CONTACT, late) in news(connector.changes(cursors))


def test_a_change_that_is_indexed_very_late_is_found_by_looking_further_back(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    cursors = cursors_after(hubspot.changes({CONTACT: Cursor()}))
    portal.options(search_lag_seconds=1500)
    late = portal.create("contacts", email="late@acme.test")
    portal.options(search_lag_seconds=0)
    for _ in range(3):
        portal.sandbox.advance(400)
        portal.create("contacts")
        pages = list(hubspot.changes(cursors))
        assert ref(CONTACT, late) not in news(pages)
        cursors = cursors_after(pages)
    portal.sandbox.advance(2500)
    assert ref(CONTACT, late) in news(hubspot.changes(cursors))


def test_a_change_that_is_indexed_half_a_day_late_is_found_once_a_day(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    cursors = cursors_after(hubspot.changes({CONTACT: Cursor()}))
    portal.options(search_lag_seconds=40_000)
    late = portal.create("contacts", email="late@acme.test")
    portal.options(search_lag_seconds=0)
    seen = set()
    for _ in range(14):
        portal.sandbox.advance(7000)
        portal.create("contacts")
        pages = list(hubspot.changes(cursors))
        seen |= set(news(pages))
        cursors = cursors_after(pages)
    assert ref(CONTACT, late) in seen


def test_archived_records_are_looked_for_once_in_a_while(connect: Connect, portal: Portal) -> None:
    connector = connect(archived_every_seconds=600)
    old = portal.create("contacts", email="old@acme.test")
    portal.person("delete", "contacts", id=old)
    portal.sandbox.advance(60)
    kept = portal.create("contacts", email="ada@acme.test")
    gone = portal.create("contacts", email="ben@acme.test")
    cursors = cursors_after(connector.changes({CONTACT: Cursor()}))
    portal.person("delete", "contacts", id=gone)
    portal.forget_calls()
    pages = list(connector.changes(cursors))
    assert removed(pages) == set()
    assert LISTING.format("contacts") not in portal.calls()
    portal.sandbox.advance(601)
    pages = list(connector.changes(cursors_after(pages)))
    assert removed(pages) == {ref(CONTACT, gone)}
    portal.sandbox.advance(60)
    assert removed(connector.changes(cursors_after(pages))) == set()
    assert connector.fetch([ref(CONTACT, kept)])[ref(CONTACT, kept)].is_live


def test_a_merge_reports_the_record_that_went(hubspot: HubSpotConnector, portal: Portal) -> None:
    stays = portal.create("contacts", email="ada@acme.test")
    goes = portal.create("contacts", email="ada@nordwind.test")
    cursors = cursors_after(hubspot.changes({CONTACT: Cursor()}))
    portal.person("merge", "contacts", id=stays, other_id=goes)
    pages = list(hubspot.changes(cursors))
    assert ref(CONTACT, stays) in news(pages)
    assert removed(pages) == {ref(CONTACT, goes)}


def test_what_an_archived_contact_had_swallowed_is_gone_too(
    connect: Connect, portal: Portal
) -> None:
    connector = connect(archived_every_seconds=600)
    stays = portal.create("contacts", email="ada@acme.test")
    goes = portal.create("contacts", email="ada@nordwind.test")
    cursors = cursors_after(connector.changes({CONTACT: Cursor()}))
    portal.person("merge", "contacts", id=stays, other_id=goes)
    portal.person("delete", "contacts", id=stays)
    portal.sandbox.advance(601)
    assert removed(connector.changes(cursors)) == {ref(CONTACT, stays), ref(CONTACT, goes)}


def test_a_changed_line_item_is_a_change_of_its_invoice(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    id, line = mirrored(hubspot, portal)
    cursors = quiet(hubspot, portal)
    portal.edit("line_items", line, description="Three hours")
    assert ref(INVOICE, id) in news(hubspot.changes(cursors))


def test_a_line_as_our_write_left_it_is_no_news_and_a_later_change_is(
    connect: Connect, portal: Portal
) -> None:
    left: dict[str, str] = {}
    connector = connect(left_lines=lambda _ids: left)
    connector.prepare(tuple(Entity))
    cursors = cursors_after(connector.changes({INVOICE: Cursor()}))
    contact = portal.create("contacts", email="ada@acme.test")
    answers = send_steps(connector, mirror(contact=contact, lines=[TWO_HOURS, TRAVEL]), 3)
    left |= {id: version for one in answers for id, version in done(one).left.items()}
    assert len(left) == 2
    portal.forget_calls()
    list(connector.changes(cursors))
    assert not any("line_items/invoices" in call for call in portal.calls())
    portal.edit("line_items", min(left), description="Three hours")
    portal.forget_calls()
    list(connector.changes(cursors))
    assert portal.calls()["POST /crm/associations/2026-03/line_items/invoices/batch/read"] == 1


def test_lines_that_were_read_with_their_new_invoice_do_not_fill_a_page(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    cursors = quiet(hubspot, portal)
    old = portal.invoice({"name": "Chair", "price": "80"})
    cursors = cursors_after(hubspot.changes(cursors))
    portal.sandbox.advance(10)
    (line,) = (one["id"] for one in portal.live("line_items"))
    portal.edit("line_items", line, price="90")
    new = portal.invoice(*({"name": f"Chair {n}", "price": "80"} for n in range(290)))
    portal.forget_calls()
    pages = list(hubspot.changes(cursors))
    assert news(pages) >= {ref(INVOICE, old), ref(INVOICE, new)}
    assert portal.calls()[SEARCH.format("line_items")] == 1
    earliest = min((one["id"] for one in portal.live("line_items") if one["id"] != line), key=int)
    portal.edit("line_items", earliest, price="70")
    cursors = cursors_after(pages)
    assert ref(INVOICE, new) in news(hubspot.changes(cursors))


def test_a_deleted_line_of_a_mirror_is_a_change_of_the_mirror(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    id, line = mirrored(hubspot, portal)
    cursors = quiet(hubspot, portal)
    portal.person("delete", "line_items", id=line)
    portal.sandbox.advance(3700)
    assert ref(INVOICE, id) in news(hubspot.changes(cursors))


def test_line_items_of_deals_are_nobodys_news(hubspot: HubSpotConnector, portal: Portal) -> None:
    cursors = quiet(hubspot, portal)
    portal.create("line_items", name="Of a deal", price="5")
    assert news(hubspot.changes(cursors)) == set()


def test_a_listing_of_invoices_brings_everything_of_them(
    hubspot: HubSpotConnector, portal: Portal
) -> None:
    contact = portal.create("contacts", email="ada@acme.test")
    ids = [
        portal.invoice({"name": "Chair", "price": "80"}, {"name": "Table", "price": "5"},
                       contact=contact)
        for _ in range(60)
    ]  # fmt: skip
    portal.forget_calls()
    (page,) = hubspot.changes({INVOICE: Cursor()})
    assert portal.calls() == {
        LISTING.format("invoices"): 1,
        "POST /crm/objects/2026-03/line_items/batch/read": 2,
        "GET /account-info/2026-03/details": 1,
    }
    assert page.snapshots == hubspot.fetch([ref(INVOICE, id) for id in ids])


def test_an_error_is_no_empty_list(connect: Connect, portal: Portal) -> None:
    from syncapp.errors import RemoteError

    portal.sandbox.fault("status", status=200, body={"status": "error"}, path="/contacts$")
    with pytest.raises(RemoteError):
        list(connect().changes({CONTACT: Cursor()}))


def done(answer: WriteAnswer) -> Done:
    assert isinstance(answer, Done)
    return answer


def mirrored(connector: HubSpotConnector, portal: Portal) -> tuple[str, str]:
    """The ids of a mirror invoice and of its first line."""
    contact = portal.create("contacts", email="ada@acme.test")
    (answer,) = send(connector, mirror(contact=contact, lines=[TWO_HOURS, TRAVEL]))
    id = snapshot_of(answer).ref.id
    return id, portal.partners("invoices", id, "line_items")[0]


def quiet(connector: HubSpotConnector, portal: Portal) -> dict[Entity, Cursor]:
    """Cursors after which nothing is news."""
    cursors = cursors_after(connector.changes({INVOICE: Cursor()}))
    portal.sandbox.advance(30)
    cursors = cursors_after(connector.changes(cursors))
    assert news(connector.changes(cursors)) == set()
    return cursors


def cursors_after(pages: Iterable[ChangePage]) -> dict[Entity, Cursor]:
    return {page.entity: page.cursor for page in pages}


def news(pages: Iterable[ChangePage]) -> set[RecordRef]:
    return {one for page in pages for one in page.refs}


def removed(pages: Iterable[ChangePage]) -> set[RecordRef]:
    return {one for page in pages for one in page.removed}
