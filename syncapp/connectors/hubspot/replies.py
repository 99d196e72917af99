"""What HubSpot's answers hold: pages, batches, associations; and refusals of a whole read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from syncapp.connectors.hubspot.faults import VendorError, error_in, parsed, rejected
from syncapp.connectors.hubspot.objects import ObjectType
from syncapp.connectors.transport import Response
from syncapp.engine.records import Side
from syncapp.engine.said import said
from syncapp.errors import Doubtful, Unavailable

Record = Mapping[str, Any]
NOT_FOUND = "OBJECT_NOT_FOUND"


@dataclass(frozen=True, slots=True)
class Page:
    records: tuple[Record, ...]
    after: str = ""
    total: int | None = None
    asked_at: datetime | None = None  # by HubSpot's clock


@dataclass(frozen=True, slots=True)
class BatchRead:
    """Every id that was asked for is a record's, is named as `missing`, or was left out without a
    word, which says nothing about it."""

    records: tuple[Record, ...] = ()
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """Of many batches, records by their ids."""

    records: dict[str, Record] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def left_out(self, asked: Iterable[str]) -> list[str]:
        return [id for id in asked if id not in self.records and id not in self.missing]


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """`refusal`: the whole call was refused. `errors` concern single inputs."""

    results: tuple[Record, ...] = ()
    errors: tuple[VendorError, ...] = ()
    refusal: VendorError | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Associated:
    id: str
    type_ids: frozenset[int] = field(default_factory=frozenset)


def checked(response: Response, doing: str) -> Record:
    if response.status == 423:  # hubspot-api.md 12: locked, again after two seconds
        raise Unavailable(
            said("HubSpot has locked the records for a moment."),
            side=Side.HUBSPOT.value,
            status=423,
            request_id=response.request_id,
        )
    if response.status >= 400:
        raise rejected(response, doing)
    body = response.json()
    if not isinstance(body, Mapping):
        raise response.unreadable()
    return body


def page_of(body: Record, response: Response) -> Page:
    return Page(records_of(body, response), after_of(body), body.get("total"), _date(response))


def version_of(kind: ObjectType, record: Record) -> str:
    """Empty where the answer does not say."""
    return str((record.get("properties") or {}).get(kind.modified) or "")


def records_of(body: Record, response: Response) -> tuple[Record, ...]:
    """An answer without the list is no empty list."""
    records = body.get("results")
    if not isinstance(records, list) or not all(
        isinstance(record, Mapping) and record.get("id") for record in records
    ):
        raise response.unreadable()
    return tuple(records)


def batch_read_of(response: Response, doing: str) -> BatchRead:
    """Ids that do not exist are named in `errors`; where none of them does, some accounts refuse
    the call as a whole: hubspot-api.md 4 **T**."""
    if response.status == 404:
        return BatchRead(missing=frozenset(denial(response, doing).record_ids))
    body = checked(response, doing)
    errors = [parsed(error) for error in body.get("errors") or () if isinstance(error, Mapping)]
    missing = [id for error in errors if is_denial(error) for id in error.record_ids]
    return BatchRead(records_of(body, response), frozenset(missing))


def denial(response: Response, doing: str) -> VendorError:
    """HubSpot's own word that there is no such record. Any other 404 comes from something on the
    way, or is about the path, and proves nothing."""
    error = error_in(response)
    if not is_denial(error):
        raise Doubtful(
            said("HubSpot did not say whether the record exists."),
            doing,
            side=Side.HUBSPOT.value,
            status=response.status,
            request_id=error.correlation_id,
        )
    return error


def is_denial(error: VendorError) -> bool:
    """Single reads have been seen without a category: hubspot-api.md 12 **T**."""
    if error.category:
        return error.category == NOT_FOUND
    return error.message.strip(" .").casefold() == "resource not found"


def after_of(body: Record) -> str:
    following = (body.get("paging") or {}).get("next") or {}
    return str(following.get("after") or "")


def _date(response: Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return None


def associated_of(to: Record) -> Associated:
    """Ids are texts in the specification and numbers in examples: hubspot-api.md 6.2."""
    types = to.get("associationTypes") or ()
    return Associated(str(to["toObjectId"]), frozenset(int(kind["typeId"]) for kind in types))


def batch_answer(response: Response, *, has_records: bool = True) -> BatchAnswer:
    """Error entries stand in `errors` whatever the status says: hubspot-api.md 2, 4 [ERR]."""
    if response.status >= 400:
        error = error_in(response)
        return BatchAnswer(refusal=error, request_id=error.correlation_id)
    if response.status == 204 or not response.body:
        return BatchAnswer(request_id=response.request_id)
    body = response.json()
    if not isinstance(body, Mapping):
        raise response.unreadable()
    correlation_id = str(body.get("correlationId") or response.request_id)
    return BatchAnswer(
        results=records_of({"results": [], **body}, response) if has_records else (),
        errors=tuple(
            parsed(error, correlation_id=correlation_id) for error in body.get("errors") or ()
        ),
        request_id=correlation_id,
    )
