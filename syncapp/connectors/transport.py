"""The one way out: every call to a vendor goes through `Transport.send`. Knows no vendor's paths.

Errors of `send`: `Unavailable` (nothing was done, try later), `RateLimited`, `AuthorizationLost`,
`OutcomeUnknown` (a write was sent and no trustworthy answer came). Other refusals are responses.
"""

import logging
import math
import ssl
import threading
import time
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as LibraryTimeout

from syncapp.connectors.addresses import address_below, require_safe_address
from syncapp.connectors.answers import Response as Response
from syncapp.connectors.answers import calls_left, request_id_in, trusted
from syncapp.connectors.asking import Request as Request
from syncapp.connectors.bounded import DeadlineAdapter
from syncapp.connectors.throttle import Throttle
from syncapp.engine.records import Side
from syncapp.engine.said import said
from syncapp.errors import (
    AuthorizationLost,
    InvariantBroken,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteError,
    TooLate,
    Unavailable,
)

logger = logging.getLogger(__name__)
# At level DEBUG it writes whole addresses, with the values in their query.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

CONNECT_SECONDS = 10.0
READ_ATTEMPTS = 4
FIRST_BACKOFF_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 10.0  # a longer pause is the pipeline's: it gives the lease back meanwhile
LARGEST_ANSWER = 64 * 1024 * 1024
PIECE = 64 * 1024
UNSENT = (
    requests.ConnectTimeout,
    ConnectTimeoutError,
    NewConnectionError,
    ssl.SSLCertVerificationError,
)


class Credentials(Protocol):
    def access_token(self) -> str: ...

    def renew(self, rejected_token: str) -> str:
        """A token other than the rejected one; raises `AuthorizationLost` when there is none."""
        ...


class Gate(Protocol):
    """Asked before each write by the thread that sends it, once its turn has come: it may have
    waited for long."""

    def patience(self) -> float:
        """For how many seconds it may wait for its turn."""
        ...

    def require(self, seconds: float) -> None:
        """May a write go that is given up after so many seconds? Raises what stands against it."""
        ...

    def put_off(self, seconds: float) -> None:
        """Its turn would have come later than it could wait."""
        ...


class Transport:
    def __init__(
        self,
        *,
        base_url: str,
        credentials: Credentials,
        side: Side,
        throttle: Throttle | None = None,
        gate: Gate | None = None,
        timeout: float = 45.0,
        read_only: bool = False,
        allow_plain_http: bool = False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        require_safe_address(base_url, allow_plain_http=allow_plain_http)
        self._base_url = base_url.rstrip("/")
        self._credentials = credentials
        self._side = side
        self._throttle = throttle or Throttle({}, {})
        self._gate = gate
        self._timeout = timeout
        self._read_only = read_only
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self.calls = 0
        self.reads = 0  # the metered ones at QuickBooks

    def send(self, request: Request) -> Response:
        if self._read_only and not request.is_read:
            raise InvariantBroken(f"A rehearsal wanted to write to {self._side.product_name}.")
        url = self._address(request.url)
        until = self._clock() + self._timeout  # all attempts together, waiting for a turn apart
        attempt = 1
        while True:
            until += self._turn(request)
            try:
                return self._authorized(request, url, until)
            except Unavailable as failure:
                wait = self._wait_after(request, failure, attempt)
                is_last = attempt >= READ_ATTEMPTS or self._clock() + wait >= until
                if not request.is_read or is_last or wait > LONGEST_WAIT_SECONDS:
                    raise
            self._sleep(wait)
            attempt += 1

    def forecast(self, family: str, after: int) -> float:
        """In how many seconds a call may go that `after` others of its family go before."""
        return self._throttle.forecast(family, after)

    def _turn(self, request: Request) -> float:
        """Answers the seconds it took to come."""
        is_guarded = self._gate is not None and not request.is_read
        patience = self._gate.patience() if self._gate and is_guarded else math.inf
        try:
            return self._throttle.take(request.family, patience)
        except Unavailable as failure:
            failure.side = self._side.value
            if self._gate is not None and isinstance(failure, TooLate):
                self._gate.put_off(failure.wait_seconds)
            raise

    def close(self) -> None:
        with self._lock:
            sessions, self._sessions = self._sessions, []
            self._local = threading.local()
        for session in sessions:
            session.close()

    def _wait_after(self, request: Request, failure: Unavailable, attempt: int) -> float:
        if isinstance(failure, RateLimited):
            self._throttle.refused(request.family)
            self._throttle.pause(failure.retry_after_seconds)
            return failure.retry_after_seconds
        return float(FIRST_BACKOFF_SECONDS * 2 ** (attempt - 1))

    def _authorized(self, request: Request, url: str, until: float) -> Response:
        """One renewal: a 401 is a definite no, so that a write may be sent again."""
        token = self._credentials.access_token()
        response = self._exchange(request, url, token, until)
        if response.status == 401:
            token = self._credentials.renew(token)
            response = self._exchange(request, url, token, until)
        if response.status == 401:
            raise AuthorizationLost(
                said(
                    "{side} does not accept our token any more: reconnect it.",
                    side=self._side.product_name,
                ),
                **response.evidence(),
            )
        return trusted(response)

    def _exchange(self, request: Request, url: str, token: str, until: float) -> Response:
        started = self._clock()
        seconds = until - started
        if seconds <= 0:
            raise Unavailable(
                said("There was no time left to send the call."), side=self._side.value
            )
        if self._gate is not None and not request.is_read:
            self._gate.require(seconds)
        session, headers, body = self._session(), request.wire_headers(token), request.wire_body()
        self._count(request)
        self._throttle.goes()
        try:
            with session.request(
                request.method,
                url,
                params=dict(request.params),
                headers=headers,
                data=body,
                timeout=(min(CONNECT_SECONDS, seconds), seconds),
                allow_redirects=False,
                stream=True,
            ) as answer:
                response = self._response(request, answer)
        except (requests.RequestException, HTTPError) as failure:
            self._log(request, url, "-", "", started)
            raise self._failure(request, failure) from None
        self._log(request, url, str(response.status), response.request_id, started)
        if (unused := calls_left(response.headers)) is not None:
            self._throttle.told(request.family, most=unused.most, left=unused.left)
        return response

    def _response(self, request: Request, answer: requests.Response) -> Response:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(
            status=answer.status_code,
            headers=headers,
            body=self._read(request, answer),
            request_id=request_id_in(headers),
            side=self._side,
            is_read=request.is_read,
        )

    def _read(self, request: Request, answer: requests.Response) -> bytes:
        """Piece by piece, for it may be too large."""
        pieces: list[bytes] = []
        size = 0
        while piece := answer.raw.read1(PIECE, decode_content=True):
            size += len(piece)
            if size > LARGEST_ANSWER:
                kind = Rejected if request.is_read else OutcomeUnknown
                raise kind(
                    said("{side} sent too large an answer.", side=self._side.product_name),
                    side=self._side.value,
                )
            pieces.append(piece)
        return b"".join(pieces)

    def _failure(self, request: Request, failure: Exception) -> RemoteError:
        """Says the kind of failure only: the library's own text holds addresses and queries."""
        if _was_never_sent(failure):
            return Unavailable(
                said("{side} cannot be reached.", side=self._side.product_name),
                side=self._side.value,
            )
        if isinstance(failure, requests.Timeout | LibraryTimeout):
            return self._unanswered(request, said("did not answer in time"))
        return self._unanswered(request, said("broke the connection off"))

    def _unanswered(self, request: Request, what: str) -> RemoteError:
        kind = Unavailable if request.is_read else OutcomeUnknown
        return kind(f"{self._side.product_name} {what}.", side=self._side.value)

    def _address(self, url: str) -> str:
        address = address_below(self._base_url, url)
        if address is None:
            raise Rejected(
                said("{side} named an address that is not its own.", side=self._side.product_name),
                side=self._side.value,
            )
        return address

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False  # no proxies, no .netrc
            adapter = DeadlineAdapter()
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            with self._lock:
                self._sessions.append(session)
            self._local.session = session
        return session

    def _count(self, request: Request) -> None:
        with self._lock:
            self.calls += 1
            self.reads += request.is_read

    def _log(
        self, request: Request, url: str, status: str, request_id: str, started: float
    ) -> None:
        """Never headers, bodies or the query: they hold tokens and customers."""
        path = urlsplit(url).path
        milliseconds = (self._clock() - started) * 1000
        logger.info(
            "%s %s %s %s %.0f ms", request.method, path, status, request_id or "-", milliseconds
        )


def _was_never_sent(failure: BaseException) -> bool:
    """No connection was made: of every other failure the vendor may have seen the call."""
    if isinstance(failure, UNSENT):
        return True
    reason = getattr(failure, "reason", None) or next(iter(failure.args), None)
    return isinstance(reason, BaseException) and _was_never_sent(reason)
