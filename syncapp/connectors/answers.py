"""What an HTTP answer means before any vendor's own table is asked: is it an answer at all, is it
one to trust, and how long does it tell us to wait. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import simplejson

from syncapp.engine.records import Side
from syncapp.engine.said import said
from syncapp.errors import OutcomeUnknown, RateLimited, Rejected, RemoteError, Unavailable

# quickbooks-api.md 1 and hubspot-api.md 12
REQUEST_ID_HEADERS = ("intuit_tid", "x-hubspot-correlation-id")
# quickbooks-api.md 14: no Retry-After is documented, wait 60 s; hubspot-api.md 11: the window
# rolls within ten seconds
PAUSE_SECONDS = {Side.QUICKBOOKS: 60.0, Side.HUBSPOT: 10.0}
DAILY_PAUSE_SECONDS = 3600.0  # hubspot-api.md 11: the day's calls are used up
SEARCH_PAUSE_SECONDS = 1.0  # hubspot-api.md 11: search is counted per second
LONGEST_PAUSE_SECONDS = 24 * 3600.0

_MAY_BE_NO_TEXT = re.compile(rb"\\u(0000|[dD][89a-fA-F])")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Response:
    """`headers` have lower-case names. `is_read` says what was asked, for the error a body that
    cannot be read stands for."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    request_id: str = ""
    side: Side = Side.HUBSPOT
    is_read: bool = True

    def json(self) -> Any:
        """The body with every number that has a fraction as Decimal.

        A body that is no JSON: of a refusal `Rejected`, it was refused all the same; of a
        success `Unavailable` when it was a read, else `OutcomeUnknown`.
        """
        try:
            answer = simplejson.loads(self.body, use_decimal=True)
        except ValueError:
            raise self.unreadable() from None
        return _as_text(answer) if _MAY_BE_NO_TEXT.search(self.body) else answer

    def unreadable(self) -> RemoteError:
        if 400 <= self.status < 500:
            return Rejected(
                said("{side} refused the call.", side=self.side.product_name), **self.evidence()
            )
        return distrusted(self, said("sent an answer that cannot be read"))

    def evidence(self) -> dict[str, Any]:
        return {"side": self.side.value, "status": self.status, "request_id": self.request_id}


def _as_text(answer: Any) -> Any:
    """Zero bytes and halves of characters are no text: no database keeps them, and one of them
    would stop a whole pass. They come in as Unicode's sign for a character that was lost."""
    match answer:
        case str():
            return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", answer)
        case dict():
            return {_as_text(name): _as_text(value) for name, value in answer.items()}
        case list():
            return [_as_text(value) for value in answer]
        case _:
            return answer


@dataclass(frozen=True, slots=True)
class CallsLeft:
    """Of the calls that one window holds."""

    most: int
    left: int


def calls_left(headers: Mapping[str, str]) -> CallsLeft | None:
    """hubspot-api.md 11: on every answer but those of searches; QuickBooks tells nothing."""
    most, left = (headers.get(f"x-hubspot-ratelimit-{name}", "") for name in ("max", "remaining"))
    return CallsLeft(int(most), int(left)) if most.isdecimal() and left.isdecimal() else None


def request_id_in(headers: Mapping[str, str]) -> str:
    return next((headers[name] for name in REQUEST_ID_HEADERS if headers.get(name)), "")


def trusted(response: Response) -> Response:
    """The same response when it is a definite answer, else the error it stands for.

    A refusal (4xx) is a definite answer for the caller to classify, but for throttling.
    """
    if is_throttled(response):
        raise rate_limited(response)
    if response.status in (408, 425) or not 200 <= response.status < 500:
        raise distrusted(
            response,
            said("answered with status {response_status}", response_status=response.status),
        )
    if 300 <= response.status < 400:  # we never follow: the vendors' APIs do not redirect
        raise distrusted(response, said("sent the call elsewhere"))
    return response


def distrusted(response: Response, what: str) -> RemoteError:
    kind = Unavailable if response.is_read else OutcomeUnknown
    return kind(f"{response.side.product_name} {what}.", **response.evidence())


def is_throttled(response: Response) -> bool:
    # hubspot-api.md 12: 477 is an account being moved, with Retry-After;
    # quickbooks-api.md 14: a 403 with ThrottleExceeded was seen as well
    if response.status in (429, 477):
        return True
    return response.status == 403 and b"ThrottleExceeded" in response.body


def rate_limited(response: Response) -> RateLimited:
    seconds = pause_seconds(response)
    error = RateLimited(
        said(
            "{response_side} asks us to wait {seconds} seconds: too many calls.",
            response_side=response.side.product_name,
            seconds=f"{seconds:.0f}",
        ),
        **response.evidence(),
    )
    error.retry_after_seconds = seconds
    return error


def pause_seconds(response: Response) -> float:
    asked = _retry_after(response.headers.get("retry-after", ""))
    if asked is not None:
        return min(max(asked, 0.0), LONGEST_PAUSE_SECONDS)
    if response.side is Side.HUBSPOT and b'"DAILY"' in response.body:
        return DAILY_PAUSE_SECONDS
    if response.side is Side.HUBSPOT and b'"SECONDLY"' in response.body:
        return SEARCH_PAUSE_SECONDS
    return PAUSE_SECONDS[response.side]


def _retry_after(value: str) -> float | None:
    """Seconds or an HTTP date, as RFC 9110 allows both."""
    if value.strip().isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return (at.astimezone(UTC) - datetime.now(UTC)).total_seconds()
