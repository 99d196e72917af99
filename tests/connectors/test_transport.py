import logging
import socket
import time
from collections.abc import Iterator
from decimal import Decimal

import pytest
import urllib3

from syncapp.connectors.answers import Response
from syncapp.connectors.throttle import Throttle
from syncapp.connectors.transport import Request, Transport
from syncapp.engine.records import Side
from syncapp.errors import (
    AuthorizationLost,
    ConfigurationError,
    InvariantBroken,
    LeaseLost,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    TooLate,
    Unavailable,
)
from tests.connectors.scripted_server import (
    ScriptedServer,
    answer,
    cut,
    drip,
    drip_all,
    hang_up,
    silence,
)

READ = Request("GET", "/records", params={"email": "ada@acme.test"}, is_read=True)
WRITE = Request("POST", "/records", json={"name": "Acme", "amount": Decimal("10.10")})


class Tokens:
    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.rejected: list[str] = []

    def access_token(self) -> str:
        return self.tokens[0]

    def renew(self, rejected_token: str) -> str:
        self.rejected.append(rejected_token)
        self.tokens.pop(0)
        return self.tokens[0]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def transport(server: ScriptedServer, waits: list[float]) -> Iterator[Transport]:
    transport = _transport(server.url, sleep=waits.append)
    yield transport
    transport.close()


def _transport(url: str, **more: object) -> Transport:
    kept = {"credentials": Tokens("token-1", "token-2"), "timeout": 5.0, "allow_plain_http": True}
    return Transport(base_url=url, side=Side.QUICKBOOKS, **(kept | more))


def test_it_sends_the_token_and_amounts_as_numbers(server, transport):
    server.script = [answer(200, b'{"total": 0.10}', intuit_tid="1-abc")]
    response = transport.send(WRITE)
    assert server.asked[0].line == "POST /vendor/records HTTP/1.1"
    assert server.asked[0].headers["authorization"] == "Bearer token-1"
    assert server.asked[0].body == b'{"name": "Acme", "amount": 10.10}'
    assert response.json() == {"total": Decimal("0.10")}


def test_it_knows_the_vendors_id_of_the_call(server, transport):
    server.script = [_raw(b"HTTP/1.1 200 OK\r\nintuit_tid: 1-abc\r\nContent-Length: 2\r\n\r\n{}")]
    assert transport.send(READ).request_id == "1-abc"


def test_it_keeps_one_connection_for_many_calls(server, transport):
    for _ in range(5):
        transport.send(READ)
    assert server.connections == 1
    assert (transport.calls, transport.reads) == (5, 5)


def test_it_counts_reads_apart_from_writes(transport):
    transport.send(READ)
    transport.send(WRITE)
    assert (transport.calls, transport.reads) == (2, 1)


@pytest.mark.parametrize("trouble", [answer(500), answer(503), hang_up, cut(200, b'{"a": 1')])
def test_it_repeats_a_read_that_failed(server, transport, waits, trouble):
    server.script = [trouble, trouble, answer(200, b'{"a": 1}')]
    assert transport.send(READ).json() == {"a": 1}
    assert waits == [0.5, 1.0]


def test_it_gives_up_on_a_read_after_four_attempts(server, transport, waits):
    server.script = [answer(500, b"stream timeout")] * 9
    with pytest.raises(Unavailable) as raised:
        transport.send(READ)
    assert not isinstance(raised.value, RateLimited)
    assert raised.value.status == 500
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    "trouble", [answer(500), answer(302, location="/x"), answer(408), hang_up, cut(200, b'{"a": 1')]
)
def test_it_never_repeats_a_write_without_a_trustworthy_answer(server, transport, trouble):
    server.script = [trouble]
    with pytest.raises(OutcomeUnknown):
        transport.send(WRITE)
    assert len(server.asked) == 1


def test_a_write_that_is_not_answered_in_time_is_unknown(server):
    server.script = [silence(1)]
    with pytest.raises(OutcomeUnknown, match="in time"):
        _transport(server.url, timeout=0.2).send(WRITE)


def test_an_answer_that_drips_in_does_not_outlast_the_deadline(server):
    server.script = [drip(200, b'"' + b"a" * 40 + b'"', 0.1)]
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown, match="in time"):
        _transport(server.url, timeout=0.5).send(WRITE)
    assert time.monotonic() - started < 1.5


def test_headers_that_drip_in_do_not_outlast_the_deadline(server):
    server.script = [drip_all(200, 0.1)]
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown, match="in time"):
        _transport(server.url, timeout=0.5).send(WRITE)
    assert time.monotonic() - started < 1.5


def test_a_write_is_not_sent_by_a_connection_that_took_too_long(server, monkeypatch):
    """As when a name has several addresses, each tried in vain for as long as a time-out."""
    connect = urllib3.util.connection.create_connection

    def slowly(*args, **options):
        time.sleep(0.4)
        return connect(*args, **options)

    monkeypatch.setattr(urllib3.util.connection, "create_connection", slowly)
    with pytest.raises(Unavailable):
        _transport(server.url, timeout=0.3).send(WRITE)
    assert server.asked == []


def test_what_has_dripped_in_in_time_is_an_answer_and_the_connection_goes_on(server, transport):
    server.script = [drip_all(200, 0.001), answer(200, b'{"a": 1}')]
    assert transport.send(WRITE).status == 200
    assert transport.send(READ).json() == {"a": 1}
    assert server.connections == 1


def test_a_success_that_is_no_json_leaves_a_write_unknown_and_a_read_undone(server, transport):
    server.script = [answer(200, b'{"half":'), answer(200, b"<html>"), answer(400, b"<html>")]
    with pytest.raises(OutcomeUnknown):
        transport.send(WRITE).json()
    with pytest.raises(Unavailable):
        transport.send(READ).json()
    with pytest.raises(Rejected):
        transport.send(WRITE).json()


@pytest.mark.parametrize("escape", [r"\u0000", r"\ud83d", r"\uDC00"])
def test_what_is_no_text_comes_in_as_the_sign_for_a_lost_character(escape):
    body = r'{"names": ["A?B", "?"], "whole": "\ud83d\ude00", "plain": "\\u0000"}'
    found = Response(200, body=body.replace("?", escape).encode()).json()
    assert found == {"names": ["A�B", "�"], "whole": "😀", "plain": r"\u0000"}


def test_a_write_that_could_not_connect_was_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unavailable, match="cannot be reached"):
        _transport(f"http://127.0.0.1:{port}").send(WRITE)


def test_a_certificate_nobody_vouches_for_stops_a_write_before_it_is_sent(server):
    with pytest.raises((Unavailable, OutcomeUnknown)):
        _transport(server.url.replace("http:", "https:")).send(WRITE)
    assert all("POST" not in asked.line for asked in server.asked)


def test_it_renews_the_token_once_and_sends_the_write_again(server):
    server.script = [answer(401), answer(200)]
    tokens = Tokens("old", "new")
    _transport(server.url, credentials=tokens).send(WRITE)
    assert tokens.rejected == ["old"]
    assert [asked.headers["authorization"] for asked in server.asked] == [
        "Bearer old",
        "Bearer new",
    ]


def test_a_renewed_token_that_is_refused_too_means_reconnecting(server, transport):
    server.script = [answer(401), answer(401)]
    with pytest.raises(AuthorizationLost):
        transport.send(READ)
    assert len(server.asked) == 2


def test_it_waits_a_short_pause_out_for_a_read(server, transport, waits):
    server.script = [answer(429, retry_after="3"), answer(200)]
    transport.send(READ)
    assert waits == [3.0]


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (answer(429, retry_after="37"), 37.0),
        (answer(429), 60.0),
        (answer(403, b'{"Fault": {"Error": [{"Message": "ThrottleExceeded"}]}}'), 60.0),
    ],
)
def test_a_long_pause_is_handed_up(server, transport, reply, seconds):
    server.script = [reply]
    with pytest.raises(RateLimited) as raised:
        transport.send(READ)
    assert raised.value.retry_after_seconds == seconds
    assert len(server.asked) == 1


def test_a_write_is_not_repeated_after_a_pause(server, transport):
    server.script = [answer(429, retry_after="1")]
    with pytest.raises(RateLimited):
        transport.send(WRITE)
    assert len(server.asked) == 1


def test_nobody_calls_while_the_vendor_wants_a_pause(server):
    server.script = [answer(429, retry_after="40")]
    transport = _transport(server.url, throttle=Throttle({}, {}))
    for _ in range(3):
        with pytest.raises(RateLimited):
            transport.send(WRITE)
    assert len(server.asked) == 1


def test_hubspots_policies_tell_how_long_to_wait(server):
    server.script = [
        answer(429, b'{"policyName":"DAILY"}'),
        answer(429, b'{"policyName":"SECONDLY"}'),
        answer(429, b'{"policyName":"TEN_SECONDLY_ROLLING"}'),
    ]
    seconds = []
    for _ in range(3):
        with pytest.raises(RateLimited) as raised:
            Transport(
                base_url=server.url,
                side=Side.HUBSPOT,
                credentials=Tokens("t"),
                allow_plain_http=True,
            ).send(WRITE)
        seconds.append(raised.value.retry_after_seconds)
    assert seconds == [3600.0, 1.0, 10.0]


def test_other_refusals_are_the_callers_to_read(server, transport):
    server.script = [answer(400, b'{"Fault": {}}')]
    response = transport.send(WRITE)
    assert (response.status, response.json()) == (400, {"Fault": {}})


def test_a_rehearsal_sends_no_write(server):
    transport = _transport(server.url, read_only=True)
    transport.send(READ)
    with pytest.raises(InvariantBroken):
        transport.send(WRITE)
    assert len(server.asked) == 1


def test_it_does_not_follow_a_redirect(server, transport, waits):
    server.script = [answer(302, location="http://127.0.0.1:1/")] * 9
    with pytest.raises(Unavailable):
        transport.send(READ)


def test_a_page_link_must_keep_the_origin(server, transport):
    transport.send(Request("GET", server.url + "/records?after=2", is_read=True))
    assert server.asked[0].line == "GET /vendor/records?after=2 HTTP/1.1"
    for elsewhere in ("https://attacker.test/x", "//attacker.test/x", "http://127.0.0.1:1/vendor"):
        with pytest.raises(Rejected):
            transport.send(Request("GET", elsewhere, is_read=True))
    assert len(server.asked) == 1


def test_plain_http_is_for_an_allowed_sandbox_on_this_machine_only():
    with pytest.raises(ConfigurationError):
        _transport("http://127.0.0.1:8765", allow_plain_http=False)
    with pytest.raises(ConfigurationError):
        _transport("http://quickbooks.example.test", allow_plain_http=True)


def test_an_answer_without_end_is_cut_off(server, monkeypatch):
    monkeypatch.setattr("syncapp.connectors.transport.LARGEST_ANSWER", 1000)
    server.script = [answer(200, b"x" * 5000), answer(200, b"x" * 5000)]
    with pytest.raises(Rejected):
        _transport(server.url).send(READ)
    with pytest.raises(OutcomeUnknown):
        _transport(server.url).send(WRITE)


def test_the_log_names_the_call_and_none_of_its_values(server, transport, caplog):
    caplog.set_level(logging.DEBUG)
    server.script = [hang_up, answer(200, b'{"email": "bea@acme.test"}'), answer(500)]
    transport.send(READ)
    with pytest.raises(OutcomeUnknown):
        transport.send(WRITE)
    lines = [record.getMessage() for record in caplog.records]
    assert any(line.startswith("GET /vendor/records 200 ") for line in lines)
    for secret in ("token-1", "acme.test", "Acme", "email"):
        assert secret not in caplog.text


def _raw(reply: bytes):
    return lambda connection: connection.sendall(reply)


class Gate:
    """Lets nothing through once it has been asked `lets` times."""

    def __init__(self, lets: int, patience: float = 100.0) -> None:
        self.lets, self.asked, self.put_offs, self._patience = lets, 0, [], patience

    def patience(self) -> float:
        return self._patience

    def require(self, seconds: float) -> None:
        self.asked += 1
        if self.asked > self.lets:
            raise LeaseLost("Another worker has taken over.")

    def put_off(self, seconds: float) -> None:
        self.put_offs.append(seconds)


def test_a_write_asks_once_more_when_its_turn_has_come(server):
    gate = Gate(lets=0)
    transport = _transport(server.url, gate=gate)
    with pytest.raises(LeaseLost):
        transport.send(WRITE)
    assert server.asked == []
    server.script = [answer(200, b"{}")]
    transport.send(READ)
    assert gate.asked == 1
    transport.close()


def test_the_second_attempt_of_a_write_asks_too(server):
    gate = Gate(lets=1)
    transport = _transport(server.url, gate=gate)
    server.script = [answer(401, b"{}")]
    with pytest.raises(LeaseLost):
        transport.send(WRITE)
    assert len(server.asked) == 1
    transport.close()


def test_a_write_that_cannot_wait_so_long_takes_no_turn(server):
    gate = Gate(lets=9, patience=1.0)
    throttle = Throttle({"burst": (1, 30.0)}, {"": ("burst",)})
    transport = _transport(server.url, gate=gate, throttle=throttle)
    server.script = [answer(200, b"{}")]
    transport.send(WRITE)
    with pytest.raises(TooLate):
        transport.send(WRITE)
    assert len(server.asked) == 1
    assert gate.put_offs == [pytest.approx(30.15, abs=0.5)]
    transport.close()


@pytest.mark.parametrize("trouble", [hang_up, silence(1), cut(200, b"{"), drip(200, b"{}", 0.5)])
@pytest.mark.parametrize("request_", [READ, WRITE], ids=["read", "write"])
def test_no_error_of_a_call_holds_its_token_or_its_values(server, trouble, request_):
    transport = _transport(server.url, timeout=0.3, sleep=lambda _seconds: None)
    server.script = [trouble] * 4
    with pytest.raises((Unavailable, OutcomeUnknown)) as raised:
        transport.send(request_)
    error = raised.value
    said = repr([error, error.args, vars(error), error.__cause__])
    for secret in ("token-1", "acme.test", "Acme"):
        assert secret not in said
    transport.close()


def test_what_the_vendor_says_is_left_is_told_to_the_throttle(server):
    throttle = Throttle({"burst": (10, 30.0)}, {"": ("burst",)})
    transport = _transport(server.url, throttle=throttle)
    left = {"X-HubSpot-RateLimit-Max": "10", "X-HubSpot-RateLimit-Remaining": "1"}
    server.script = [answer(200, b"{}", **left)]
    transport.send(READ)
    with pytest.raises(TooLate):
        throttle.take(patience=1.0)
    transport.close()


def test_after_a_refusal_fewer_calls_are_made_in_the_same_time(server):
    throttle = Throttle({"burst": (10, 30.0)}, {"": ("burst",)})
    transport = _transport(server.url, throttle=throttle)
    server.script = [answer(200)] * 5 + [answer(429, **{"Retry-After": "0"})]
    for _ in range(5):
        transport.send(READ)
    with pytest.raises(RateLimited):
        transport.send(WRITE)
    with pytest.raises(TooLate):
        throttle.take(patience=1.0)  # though four of the ten have not been used
    transport.close()
