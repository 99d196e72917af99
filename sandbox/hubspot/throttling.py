"""Which limits a call uses up, and the 429 and the headers that tell: hubspot-api.md 11."""

import uuid
from math import ceil

from sandbox.hubspot.access import bearer_of
from sandbox.hubspot.limits import BURST_SECONDS
from sandbox.hubspot.portal import Portal
from sandbox.web import Request, Response, json_response

_POLICIES = {
    "burst": "TEN_SECONDLY_ROLLING",
    "oauth burst": "TEN_SECONDLY_ROLLING",
    "associations": "TEN_SECONDLY_ROLLING",
    "search": "SECONDLY",
    "daily": "DAILY",
    "associations daily": "DAILY",
}


def refuse_over_limit(portal: Portal, request: Request) -> Response | None:
    """None: the call was counted, or nothing counts it."""
    full = portal.limits.windows.take(_quotas_of(portal, request))
    if full is None:
        return None
    policy = _POLICIES[full]
    body = {
        "status": "error",
        "message": f"You have reached your {policy.lower()} limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": str(uuid.uuid4()),
        "policyName": policy,
        "requestId": str(uuid.uuid4()),
    }
    if portal.option("rate_limit_category"):
        body["category"] = "RATE_LIMITS"
    response = json_response(body, 429)
    if portal.option("retry_after"):  # not documented for 429
        seconds = ceil(portal.limits.windows.seconds_until_free(full))
        response.headers["Retry-After"] = str(seconds)
    return response


def limit_headers(portal: Portal, request: Request) -> dict[str, str]:
    """None on search; the daily two are absent for OAuth."""
    quotas = _quotas_of(portal, request)
    if not quotas or "search" in quotas:
        return {}
    limits, burst = portal.limits, quotas[0]
    headers = {
        "X-HubSpot-RateLimit-Max": str(limits.calls_of(burst)),
        "X-HubSpot-RateLimit-Remaining": str(limits.windows.remaining(burst)),
        "X-HubSpot-RateLimit-Interval-Milliseconds": str(BURST_SECONDS * 1000),
    }
    if "daily" in quotas:
        headers["X-HubSpot-RateLimit-Daily"] = str(limits.calls_of("daily"))
        headers["X-HubSpot-RateLimit-Daily-Remaining"] = str(limits.windows.remaining("daily"))
    return headers


def _quotas_of(portal: Portal, request: Request) -> tuple[str, ...]:
    """Calls without a token, such as those for one, are not counted."""
    token = bearer_of(request)
    if not token:
        return ()
    is_static = token == portal.account["private_token"]
    if request.method == "POST" and request.path.endswith("/search"):
        return ("search", "daily") if is_static else ("search",)
    if "/associations/" in request.path and "/v3/" not in request.path:
        return ("associations", "associations daily")
    return ("burst", "daily") if is_static else ("oauth burst",)
