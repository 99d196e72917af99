"""POST /commerce/payments/2027-03-beta/manual-payments: hubspot-api.md 7.4, a beta."""

from typing import Any

from sandbox.hubspot.billing.settling import settle
from sandbox.hubspot.call import Call, list_in
from sandbox.hubspot.errors import invalid, not_found
from sandbox.hubspot.object_types import OBJECT_TYPES
from sandbox.hubspot.writing import apply, prepare_create
from sandbox.web import Response, json_response

_REQUIRED = ("currencyCode", "paymentAmount", "paymentDate", "paymentMethod")
_ADDRESS = {
    "line1": "line_1",
    "line2": "line_2",
    "city": "city",
    "state": "state",
    "postalCode": "zip",
    "country": "country",
}


def record_payment(call: Call) -> Response:
    if not call.portal.option("manual_payments_beta"):
        raise not_found("resource not found")
    body = call.body()
    if missing := [name for name in _REQUIRED if body.get(name) in (None, "")]:
        raise invalid(f"Required fields are missing: {missing}", code="REQUIRED_FIELD")
    kind = OBJECT_TYPES["commerce_payments"]
    change = prepare_create(
        call.portal,
        kind,
        _properties(body),
        call.actor,
        call.version,
        list_in(body, "associations", dict),
    )
    payment = apply(change)
    settle(call.portal)
    return json_response(
        {"id": payment["id"]},
        operation="create",
        object_ids=(f"{kind.name}/{payment['id']}",),
    )


def _properties(body: dict[str, Any]) -> dict[str, Any]:
    properties = {
        "hs_currency_code": body["currencyCode"],
        "hs_initial_amount": body["paymentAmount"],
        "hs_initiated_date": body["paymentDate"],
        "hs_payment_method_type": str(body["paymentMethod"]).lower(),
        "hs_latest_status": "succeeded",
        "hs_customer_email": body.get("customerEmail"),
    }
    address = body.get("billingAddress") or {}
    if not isinstance(address, dict):
        raise invalid("billingAddress must be an object", code="INVALID_ADDRESS")
    for name, part in _ADDRESS.items():
        if name in address:
            properties[f"hs_billing_address_{part}"] = address[name]
    return properties
