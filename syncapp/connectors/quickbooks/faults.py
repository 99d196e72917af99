"""Intuit's error codes and what happens next: quickbooks-api.md 15, as a closed table. A code
that is not in it stops for a person, with the vendor's own sentence."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from syncapp.connectors.vendor_words import told
from syncapp.engine.said import said
from syncapp.engine.writes import Fault, FaultKind

_R = FaultKind.REJECTED
_BUSY = FaultKind.BUSY
_CLASH = FaultKind.VERSION_CLASH
_EXISTS = FaultKind.ALREADY_EXISTS

Verdict = tuple[FaultKind, str]

# The connection itself is refused: nobody's record is at fault (class A).
AUTHORIZATION_CODES = frozenset({"100", "110", "120", "3100", "3200", "3202"})
THROTTLED = "3001"
BATCH_TOO_BIG = "1040"
NOT_FOUND = "610"
# The server broke down over it: nothing says that it did not happen.
OUTCOME_OPEN_CODES = frozenset({"10000"})

TABLE: Mapping[str, Verdict] = {
    "100": (_R, "permission"),
    "110": (_R, "permission"),
    "120": (_R, "permission"),
    "130": (_BUSY, "limit"),
    "140": (_BUSY, "limit"),
    "150": (_BUSY, "limit"),
    "500": (_R, "our_request"),
    "600": (_CLASH, "version_clash"),
    "610": (FaultKind.GONE, "gone"),
    "620": (_R, "cannot_apply"),
    "630": (_EXISTS, "value_taken"),
    "700": (_R, "bad_value"),
    "800": (_R, "payments_applied"),
    "900": (_R, "bad_value"),
    "1000": (_BUSY, "limit"),
    "1010": (_BUSY, "limit"),
    "1020": (_BUSY, "limit"),
    "1040": (_BUSY, "limit"),
    "1050": (_R, "our_request"),
    **dict.fromkeys(("2000", "2010", "2030", "2120", "2130"), (_R, "our_request")),
    **dict.fromkeys(("2020", "2040", "2050", "2060", "2070", "2080"), (_R, "bad_value")),
    **dict.fromkeys(("2090", "2100", "2110", "2140", "2150", "2160"), (_R, "bad_value")),
    **dict.fromkeys(("2170", "2180", "2190", "2200", "2210", "2240"), (_R, "bad_value")),
    "2220": (_R, "currency"),
    "2250": (_R, "no_lines"),
    "2280": (_R, "tax"),
    "2290": (_R, "bad_value"),
    "2500": (_R, "bad_value"),
    "2600": (_R, "our_request"),
    "3000": (_R, "custom_field"),
    "3001": (_BUSY, "limit"),
    "3100": (_R, "permission"),
    "3200": (_R, "permission"),
    "3202": (_R, "permission"),
    "4000": (_R, "our_request"),
    "4001": (_R, "our_request"),
    "4002": (_R, "our_request"),
    "5000": (_R, "our_request"),
    "5010": (_CLASH, "version_clash"),
    "5020": (_R, "permission"),
    "5030": (_R, "not_in_plan"),
    "6000": (_R, "refused"),
    "6010": (_R, "our_request"),
    "6030": (_R, "bad_value"),
    "6040": (_R, "bad_value"),
    "6041": (_R, "bad_value"),
    "6050": (_R, "bad_value"),
    "6070": (_R, "our_request"),
    "6080": (_R, "bad_value"),
    "6090": (_R, "our_request"),
    "6100": (_R, "tax"),
    **dict.fromkeys(("6110", "6120", "6460"), (_R, "frozen")),
    "6130": (_R, "parent_customer"),
    "6140": (_R, "number_clash"),
    "6150": (_R, "parent_customer"),
    **dict.fromkeys(("6160", "6230", "6170"), (_R, "tax")),
    "6180": (_R, "parent_customer"),
    "6190": (_R, "subscription"),
    "6200": (_R, "closed_period"),
    "6210": (_R, "closed_period"),
    "6220": (_R, "frozen"),
    "6240": (_EXISTS, "customer_name"),
    "6250": (_R, "customer_link"),
    "6270": (_R, "inventory"),
    "6280": (_R, "frozen"),
    "6310": (_R, "customer_link"),
    "6400": (_R, "payments_applied"),
    "6420": (_R, "bad_value"),
    "6430": (_R, "account_refused"),
    "6440": (_R, "account_refused"),
    "6450": (_R, "merchant_settled"),
    "6470": (_R, "tax"),
    "6480": (_R, "bank_matched"),
    "6520": (_R, "inventory"),
    "6530": (_R, "our_request"),
    "6540": (_R, "deposited"),
    "10000": (_BUSY, "limit"),
    "10100": (_R, "our_request"),
    "10200": (_R, "permission"),
}

# Codes that stand for several things; the first sentence that fits decides, else the table.
# A closed period was seen under 5010 and 6000 too (quickbooks-api.md 15 and 18-20).
_BY_TEXT: tuple[tuple[frozenset[str], re.Pattern[str], Verdict], ...] = tuple(
    (frozenset(codes.split()), re.compile(pattern, re.IGNORECASE), verdict)
    for codes, pattern, verdict in (
        ("5010 6000", r"closing date|book(s|keeping)? (is|are|has been|have been)? ?closed|"
         r"closed (accounting )?period|account(ing)? period (is |has )?closed",
         (_R, "closed_period")),
        ("6000", r"another user|editing this|creating or editing", (_BUSY, "limit")),
        ("6000", r"service date|revenue recognition", (_R, "service_date")),
        ("6000", r"\b(gst|hst|vat|pst|qst)\b|sales tax|tax (rate|code)", (_R, "tax")),
        ("6000", r"currenc", (_R, "currency")),
        ("6000", r"payment|credit|deposit|appl(y|ied)|link(ed)?\b|settled|reconciled",
         (_R, "payments_applied")),
        ("6000", r"-30003|customer", (_R, "customer_link")),
        ("6000", r"\baccount\b", (_R, "account_refused")),
        ("6000", r"unexpected error .*saving", (_CLASH, "version_clash")),
        ("610", r"inactive", (_R, "gone")),
    )
)  # fmt: skip

# An invalid reference is told apart by the field that holds it.
# The first that fits: "item" is in "SalesItemLineDetail" too, whatever is wrong there.
_BY_ELEMENT: tuple[tuple[str, str], ...] = (
    ("tax", "tax"),
    ("currency", "currency"),
    ("customer", "customer_link"),
    ("account", "account_refused"),
    ("item", "account_refused"),
)
_EXISTING_ID = re.compile(r"\bId=(\d+)")


@dataclass(frozen=True, slots=True)
class VendorError:
    code: str
    message: str = ""
    detail: str = ""
    element: str = ""

    @property
    def sentence(self) -> str:
        """Intuit often repeats the message at the beginning of the detail."""
        if not self.detail or self.detail.casefold() == self.message.casefold():
            return self.message
        if self.detail.casefold().startswith(self.message.casefold()):
            return self.detail
        return f"{self.message} ({self.detail})" if self.message else self.detail


def errors_in(payload: Any) -> tuple[VendorError, ...]:
    """Of a body in either shape, `{"Fault": {"Error": …}}` or all in lower case; also found in
    answers with status 200. Empty when the body holds no fault."""
    fault = _part(payload, "Fault")
    if fault is None:
        return ()
    errors = _part(fault, "Error")
    found = tuple(_errors(errors if isinstance(errors, list) else [errors]))
    return found or (VendorError("", said("The call was refused without a reason.")),)


def fault_of(errors: tuple[VendorError, ...], request_id: str, *, is_create: bool) -> Fault:
    """The first error that the table knows decides; all sentences are kept."""
    error = next((one for one in errors if one.code in TABLE), errors[0])
    kind, category = _verdict(error)
    if kind is FaultKind.GONE and is_create:  # not the target, which there is none: a reference
        kind = FaultKind.REJECTED
    existing = _EXISTING_ID.search(error.detail) if kind is FaultKind.ALREADY_EXISTS else None
    return Fault(
        kind,
        code=error.code,
        message=" ".join(dict.fromkeys(one.sentence for one in errors)),
        category=category,
        field=error.element,
        request_id=request_id,
        existing_id=existing.group(1) if existing else "",
    )


def _verdict(error: VendorError) -> Verdict:
    text = f"{error.message} {error.detail}"
    for codes, pattern, verdict in _BY_TEXT:
        if error.code in codes and pattern.search(text):
            return verdict
    if error.code == "2500":
        element = (error.element or text).casefold()
        found = next((category for part, category in _BY_ELEMENT if part in element), None)
        return (_R, found or "bad_value")
    return TABLE.get(error.code, (_R, "refused"))


def _errors(errors: list[Any]) -> Iterator[VendorError]:
    for error in errors:
        if isinstance(error, Mapping):
            yield VendorError(
                code=_code(_part(error, "code")),
                message=told(_part(error, "Message")),
                detail=told(_part(error, "Detail")),
                element=told(_part(error, "element")),
            )


def _code(value: Any) -> str:
    """A text or a number, with or without leading zeros."""
    text = str(value if value is not None else "").strip()
    return text.lstrip("0") or text


def _part(value: Any, name: str) -> Any:
    """The gateway writes its keys in lower case."""
    if not isinstance(value, Mapping):
        return None
    return value.get(name, value.get(name.lower()))
