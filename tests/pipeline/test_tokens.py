"""Access tokens end and are renewed, by several workers at once, with trouble on the way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections
from django.utils import timezone

from syncapp.errors import AuthorizationLost, Unavailable
from syncapp.models import Connection
from syncapp.pipeline import connect, credentials
from syncapp.pipeline.credentials import StoredCredentials
from tests.pipeline.worlds import Worlds

TOKEN = "oauth2/v1/tokens/bearer"
WORKERS = 4


def books(worlds: Worlds) -> Connection:
    return Connection.objects.get(pk=worlds.integration.quickbooks_id)


def expire(worlds: Worlds) -> None:
    Connection.objects.filter(pk=worlds.integration.quickbooks_id).update(
        expires_at=timezone.now() + timedelta(seconds=30)
    )


def refreshes(worlds: Worlds) -> int:
    asked = worlds.sandbox.requests()["by_endpoint"]
    return sum(number for name, number in asked.items() if TOKEN in name)


def renewed(worlds: Worlds) -> str:
    return StoredCredentials(books(worlds)).access_token()


def test_a_token_is_renewed_before_it_ends_and_the_pair_is_stored_before_it_is_used(
    worlds: Worlds,
) -> None:
    before = books(worlds)
    expire(worlds)

    token = renewed(worlds)

    after = books(worlds)
    assert token == after.access_token != before.access_token
    assert after.refresh_token != before.refresh_token
    assert after.previous_refresh_token == before.refresh_token
    assert after.refresh_until is None
    worlds.sync()  # both accounts answer


def test_a_thread_that_renews_a_token_or_is_paused_leaves_no_connection_open(
    worlds: Worlds,
) -> None:
    row = worlds.integration.quickbooks
    stored = StoredCredentials(row)

    def does(work: Callable[[], object]) -> bool:
        work()
        return connections["default"].connection is not None

    with ThreadPoolExecutor(1) as thread:
        is_open = partial(thread.submit, does)
        assert not is_open(lambda: stored.renew(row.access_token)).result()
        assert not is_open(lambda: connect.throttle_for(row).pause(0.01)).result()


def test_several_workers_renew_a_token_once(worlds: Worlds) -> None:
    worlds.sandbox.options(
        quickbooks={"previous_refresh_value": "revokes_grant", "refresh_rotation": "always"}
    )
    expire(worlds)

    def work(_: int) -> str:
        try:
            return renewed(worlds)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        tokens = set(pool.map(work, range(WORKERS)))

    assert refreshes(worlds) == 1
    assert tokens == {books(worlds).access_token}


def test_the_turn_lasts_until_the_new_pair_is_stored(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who came in between would ask with the token that was just used up."""
    expire(worlds)
    store = StoredCredentials._store
    free: list[bool] = []

    def watched(self, connection, grant):
        free.append(credentials.take_refresh_turn(connection.pk, "somebody else"))
        store(self, connection, grant)

    monkeypatch.setattr(StoredCredentials, "_store", watched)

    renewed(worlds)

    assert free == [False]


def test_who_waited_for_the_turn_takes_what_the_one_before_stored(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    expire(worlds)
    mine, take = StoredCredentials(books(worlds)), credentials.take_refresh_turn

    def late(pk, holder):
        monkeypatch.setattr(credentials, "take_refresh_turn", take)
        renewed(worlds)  # another worker, from beginning to end
        return take(pk, holder)

    monkeypatch.setattr(credentials, "take_refresh_turn", late)

    assert mine.access_token() == books(worlds).access_token
    assert refreshes(worlds) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_at_the_vendor_is_no_end_of_the_consent(worlds: Worlds, status: int) -> None:
    expire(worlds)
    worlds.sandbox.fault("status", vendor="quickbooks", path=TOKEN, status=status, times=1)

    with pytest.raises(Unavailable):
        renewed(worlds)

    assert not books(worlds).needs_reconnect
    assert renewed(worlds)


def test_a_lost_answer_with_the_new_token_costs_nothing(worlds: Worlds) -> None:
    """The one before it still answers, until the newer one is used."""
    expire(worlds)
    worlds.sandbox.fault("drop_after_commit", vendor="quickbooks", path=TOKEN, times=1)

    with pytest.raises(Unavailable):
        renewed(worlds)

    assert renewed(worlds) == books(worlds).access_token
    assert not books(worlds).needs_reconnect


def test_the_token_before_is_tried_once_when_the_newest_is_refused(worlds: Worlds) -> None:
    row = books(worlds)
    row.previous_refresh_token, row.refresh_token = row.refresh_token, "written down wrongly"
    row.save()
    expire(worlds)

    assert renewed(worlds)
    assert refreshes(worlds) == 2


def test_a_dead_consent_stops_every_call_and_asks_for_people(worlds: Worlds) -> None:
    credentials.oauth_client(books(worlds).side).revoke(books(worlds).refresh_token)
    expire(worlds)

    with pytest.raises(AuthorizationLost):
        worlds.sync()
    assert books(worlds).needs_reconnect
    assert books(worlds).reconnect_reason
    worlds.sandbox.forget_requests()
    with pytest.raises(AuthorizationLost):
        worlds.sync()

    assert worlds.sandbox.requests()["total"] == 0


def test_an_account_reconnected_meanwhile_is_not_called_dead(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = books(worlds).refresh_token
    row = books(worlds)
    row.refresh_token = "revoked long ago"
    row.save()
    expire(worlds)
    ask = credentials.oauth_client(row.side).refresh

    class Client:
        def refresh(self, token):
            if token != good:
                person = books(worlds)  # who reconnects it while the vendor answers
                person.refresh_token = good
                person.save()
            return ask(token)

    monkeypatch.setattr(credentials, "oauth_client", lambda _side: Client())

    assert renewed(worlds) == books(worlds).access_token
    assert not books(worlds).needs_reconnect
