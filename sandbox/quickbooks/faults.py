"""What QuickBooks refuses with: one exception, its codes and the two body shapes
(quickbooks-api.md 15)."""

import secrets
from typing import Any

# Codes and meanings: quickbooks-api.md 15 [D3]; the sentences are ours unless the sheet quotes them
MESSAGES = {
    "500": "Unsupported Operation",
    "600": "Duplicate Request ID",
    "610": "Object Not Found",
    "620": "Transaction cannot be linked",
    "800": "Cannot delete object",
    "900": "Invalid parent reference",
    "1040": "Batch size exceeds the limit",
    "2000": "Invalid or unsupported object name",
    "2010": "Request has invalid or unsupported property",
    "2020": "Required param missing, need to supply the required value for the API",
    "2030": "Invalid ID",
    "2040": "Unsupported characters",
    "2050": "String length is either shorter or longer than supported by specification",
    "2060": "Invalid date format",
    "2070": "Invalid date",
    "2080": "Invalid number format",
    "2090": "Invalid number",
    "2130": "Invalid request id",
    "2140": "Invalid amount",
    "2150": "Invalid percent",
    "2160": "Invalid quantity",
    "2170": "Invalid enumeration",
    "2190": "Invalid date range",
    "2200": "Malformed web address",
    "2210": "Invalid email address format",
    "2220": "Invalid currency",
    "2230": "Invalid boolean",
    "2240": "Number out of range",
    "2250": "Missing lines",
    "2290": "Negative amount",
    "2500": "Invalid Reference Id",
    "3000": "Invalid custom field",
    "4000": "Error parsing query",
    "4001": "Invalid query",
    "5010": "Stale Object Error",
    "5020": "Permission Denied Error",
    "5030": "Feature Not Supported Error",
    "6000": "A business validation error has occurred while processing your request",
    "6010": "Account type or sub-type missing",
    "6070": "Amount calculation incorrect in the request",
    "6080": "No name provided",
    "6090": "Discount line missing required info",
    "6100": "Invalid line tax code in the request",
    "6140": "Duplicate Document Number Error",
    "6160": "Invalid TaxCodeRef",
    "6170": "Invalid TxnTaxDetail",
    "6180": "Too many levels",
    "6190": "Invalid Company Status",
    "6200": "Account Period Closed",
    "6210": "Account Period Closed, Password Required",
    "6220": "Object has a balance",
    "6240": "Duplicate Name Exists Error",
    "6250": "Invalid customer",
    "6270": "Transaction dated before the item's start date",
    "6420": "E-mail address needed",
    "6430": "Invalid account type",
    "6440": "Line lacks an item or account",
    "6520": "Quantity missing",
    "6540": "Deposited transaction cannot be changed",
    "10000": "An application error has occurred while processing your request",
}


class Fault(Exception):
    """A refusal of one write, read or query; in a batch it refuses one item."""

    def __init__(self, code: str, detail: str, element: str = "", status: int = 400) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.element = element
        self.status = status

    def as_json(self) -> dict[str, Any]:
        error = {
            "Message": MESSAGES.get(self.code, "Error"),
            "Detail": self.detail,
            "code": self.code,
            "element": self.element,
        }
        kind = "SystemFault" if self.code == "10000" else "ValidationFault"
        return {"Error": [error], "type": kind}


def missing(name: str) -> Fault:
    return Fault("2020", f"Required parameter {name} is missing in the request", name)


def not_found(entity: str, record_id: str) -> Fault:
    return Fault("610", f"Object Not Found : {entity} {record_id} cannot be found here", "Id")


def made_inactive(kind: str) -> Fault:
    # quickbooks-api.md 15, row 610: the words by which the two meanings are told apart
    return Fault(
        "610",
        "Object Not Found : Something you're trying to use has been made inactive. "
        f"Check the fields with {kind}.",
    )


def broken_rule(detail: str, element: str = "", code: str = "6000") -> Fault:
    return Fault(code, f"Business Validation Error: {detail}", element)


def gateway_body(message: str, code: str, status: int, detail: str, now_ms: int) -> dict[str, Any]:
    """quickbooks-api.md 15: lower-case keys and many nulls, from before the request is read."""
    error = {
        "message": f"message={message}; errorCode={code:0>6}; statusCode={status}",
        "detail": detail,
        "code": code,
        "element": None,
    }
    kind = "AUTHENTICATION" if status == 401 else "SERVICE"
    return {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": kind},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": now_ms,
        "status": None,
        "cdcresponse": [],
    }


def new_tid() -> str:
    return f"1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"
