"""What HubSpot's refusals mean: a table that is closed by default.

The envelope is that of hubspot-api.md 12 [ERR]; every part of it may be missing. What no row
knows keeps HubSpot's own sentence and correlation id and waits for a person.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import simplejson

from syncapp.connectors.hubspot.objects import KEY
from syncapp.connectors.transport import Response
from syncapp.connectors.vendor_words import told
from syncapp.engine.records import Side
from syncapp.engine.said import said
from syncapp.engine.writes import Fault, FaultKind
from syncapp.errors import Rejected

KEY_TAKEN = "key_taken"

_EXISTING_ID = re.compile(r"Existing ID: (\d+)")  # the id is in the text only: 5.1
_INVALID_VALUES = re.compile(r"Property values were not valid: (\[.*\])", re.S)


@dataclass(frozen=True, slots=True)
class VendorError:
    """`codes` and `properties` come from the details; `trace_ids` and `record_ids` name the inputs
    it is about."""

    status: int = 0
    category: str = ""
    sub_category: str = ""
    message: str = ""
    correlation_id: str = ""
    codes: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    trace_ids: tuple[str, ...] = ()
    record_ids: tuple[str, ...] = ()
    existing_ids: tuple[str, ...] = ()
    missing_scopes: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return next(iter(self.codes), "") or self.sub_category or self.category


@dataclass(frozen=True, slots=True)
class _Row:
    """Matches when everything it names does."""

    kind: FaultKind
    category: str
    status: int | None = None
    categories: tuple[str, ...] = ()
    code: str = ""
    words: str = ""
    field: str = ""

    def matches(self, error: VendorError) -> bool:
        return (
            (self.status is None or error.status == self.status)
            and (not self.categories or error.category in self.categories)
            and (not self.code or self.code in error.codes)
            and (not self.field or self.field in error.properties)
            and (not self.words or re.search(self.words, error.message, re.I | re.S) is not None)
        )


_TABLE = (
    # 5.1 [issue HubSpot/hubspot-api-php #59]
    _Row(FaultKind.ALREADY_EXISTS, "email_taken", words=r"^Contact already exists\."),
    # 9: a second record with a unique value; the form is unverified, the code and the words were
    # seen by third parties
    *(
        _Row(FaultKind.ALREADY_EXISTS, category, field=field, code=code, words=words)
        for category, field in ((KEY_TAKEN, KEY), ("email_taken", "email"), ("value_taken", ""))
        for code, words in (("CONFLICTING_UNIQUE_VALUE", ""), ("", "already has that value"))
    ),
    _Row(FaultKind.ALREADY_EXISTS, "value_taken", categories=("CONFLICT", "OBJECT_ALREADY_EXISTS")),
    # 12
    _Row(FaultKind.GONE, "deleted_there", categories=("OBJECT_NOT_FOUND",)),
    _Row(FaultKind.GONE, "deleted_there", status=404),
    _Row(FaultKind.BUSY, "limit", status=423),
    _Row(FaultKind.BUSY, "limit", categories=("RATE_LIMITS", "LOCKED")),
    _Row(FaultKind.REJECTED, "permission", categories=("MISSING_SCOPES",)),
    _Row(FaultKind.REJECTED, "permission", status=403),
    _Row(
        FaultKind.REJECTED,
        "permission",
        categories=("INVALID_AUTHENTICATION", "EXPIRED_AUTHENTICATION"),
    ),
    _Row(FaultKind.REJECTED, "field_missing", code="PROPERTY_DOESNT_EXIST"),
    _Row(FaultKind.REJECTED, "field_read_only", code="READ_ONLY_VALUE"),
    _Row(FaultKind.REJECTED, "bad_value", code="INVALID_OPTION"),
    _Row(FaultKind.REJECTED, "bad_value", code="INVALID_INTEGER"),
    _Row(FaultKind.REJECTED, "bad_value", code="INVALID_DATE"),
    _Row(FaultKind.REJECTED, "bad_value", code="PROPERTY_VALUE_TOO_LONG"),
    # 7.1 **T**: an invoice cannot be opened without them
    _Row(FaultKind.REJECTED, "no_lines", words="INVOICE_TO_LINE_ITEM"),
    _Row(FaultKind.REJECTED, "contact_link", words="INVOICE_TO_CONTACT"),
    # what a property cannot hold: 9 [ERR]
    _Row(FaultKind.REJECTED, "bad_value", words="^Property values were not valid"),
)


def fault(error: VendorError) -> Fault:
    row = next((row for row in _TABLE if row.matches(error)), None)
    existing = _EXISTING_ID.search(error.message)
    return Fault(
        kind=row.kind if row else FaultKind.REJECTED,
        code=error.code,
        message=error.message,
        category=row.category if row else "refused",
        field=next(iter(error.properties), ""),
        request_id=error.correlation_id,
        existing_id=existing[1] if existing else next(iter(error.existing_ids), ""),
    )


def rejected(response: Response, doing: str) -> Rejected:
    """The refusal of a whole call. `doing` completes "HubSpot refused …"."""
    error = error_in(response)
    scopes = (
        said(" Grant the app: {listed}.", listed=", ".join(error.missing_scopes))
        if error.missing_scopes
        else ""
    )
    return Rejected(
        said(
            "HubSpot refused {doing}: {what}.{scopes}",
            doing=doing,
            what=(error.message or f"status {error.status}").removesuffix("."),
            scopes=scopes,
        ),
        side=Side.HUBSPOT.value,
        status=error.status,
        code=error.code,
        request_id=error.correlation_id,
    )


def error_in(response: Response) -> VendorError:
    """A 404 of an unknown path may be no JSON at all: hubspot-api.md 12."""
    try:
        body = response.json()
    except Rejected:
        body = {}
    return parsed(body if isinstance(body, Mapping) else {}, response.status, response.request_id)


def parsed(body: Mapping[str, Any], status: int = 0, correlation_id: str = "") -> VendorError:
    """One refusal: a whole body, or one of a batch answer's `errors`."""
    details = [detail for detail in body.get("errors") or () if isinstance(detail, Mapping)]
    details += _embedded(str(body.get("message") or ""))
    contexts = [body.get("context") or {}, *(detail.get("context") or {} for detail in details)]
    return VendorError(
        status=status,
        category=str(body.get("category") or ""),
        sub_category=str(body.get("subCategory") or ""),
        message=told(body.get("message")),
        correlation_id=str(body.get("correlationId") or body.get("id") or correlation_id),
        codes=_unique(str(d.get("code") or d.get("error") or "") for d in details),
        properties=_unique(
            [*_named(contexts, "propertyName"), *(str(d.get("name") or "") for d in details)]
        ),
        trace_ids=_unique(_named(contexts, "objectWriteTraceId")),
        record_ids=_unique([*_named(contexts, "ids"), *_named(contexts, "id")]),
        existing_ids=_unique(_named(contexts, "conflictingObjectId")),
        missing_scopes=_unique(
            scope
            for name in ("missingScopes", "requiredGranularScopes", "requiredScopes")
            for scope in _named(contexts, name)
        ),
    )


def _embedded(message: str) -> list[Mapping[str, Any]]:
    """A refused value comes as JSON inside the message: hubspot-api.md 9 [ERR]."""
    found = _INVALID_VALUES.search(message)
    if not found:
        return []
    try:
        problems = simplejson.loads(found[1], use_decimal=True)
    except ValueError:
        return []
    return [problem for problem in problems if isinstance(problem, Mapping)]


def _named(contexts: list[Any], name: str) -> list[str]:
    values: list[str] = []
    for context in contexts:
        value = context.get(name) if isinstance(context, Mapping) else None
        values += [str(v) for v in value] if isinstance(value, list) else [str(value)] * bool(value)
    return values


def _unique(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
