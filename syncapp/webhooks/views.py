"""`POST /webhooks/hubspot/` and `/webhooks/quickbooks/`: bounded, verified, read, stored, answered.

Anybody may send anything here: before the signature is verified nothing is believed, kept or
written. What is signed is acknowledged even where we have no use for it, because the vendor would
send all of it again.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from syncapp.engine.records import Side
from syncapp.webhooks import hubspot, quickbooks
from syncapp.webhooks.events import Heard, parsed
from syncapp.webhooks.signatures import is_from_hubspot, is_from_quickbooks
from syncapp.webhooks.store import store
from syncapp.webhooks.tally import refusals

LARGEST_BODY = 1024 * 1024  # a hundred events are some ten kilobytes

_FORBIDDEN, _LENGTH_REQUIRED, _TOO_LARGE = 403, 411, 413


@csrf_exempt
@never_cache
@require_POST
def from_hubspot(request: HttpRequest) -> HttpResponse:
    return _answer(request, Side.HUBSPOT, _is_signed_by_hubspot, hubspot.heard)


@csrf_exempt
@never_cache
@require_POST
def from_quickbooks(request: HttpRequest) -> HttpResponse:
    return _answer(request, Side.QUICKBOOKS, _is_signed_by_quickbooks, quickbooks.heard)


def _answer(
    request: HttpRequest,
    side: Side,
    is_genuine: Callable[[HttpRequest, bytes], bool],
    read: Callable[[Any], Heard],
) -> HttpResponse:
    if problem := _unacceptable_length(request):
        refusals.note(side)
        return HttpResponse(status=problem)
    body = request.body
    if not is_genuine(request, body):
        refusals.note(side)
        return HttpResponse(status=_FORBIDDEN)
    store(side, read(parsed(body)))
    return HttpResponse(status=200)


def _unacceptable_length(request: HttpRequest) -> int | None:
    """Judged by what is announced, before anything is read; nothing beyond that is read either."""
    announced = str(request.META.get("CONTENT_LENGTH") or "")
    if not (announced.isascii() and announced.isdigit()):
        return _LENGTH_REQUIRED
    is_large = len(announced) > len(str(LARGEST_BODY)) or int(announced) > LARGEST_BODY
    return _TOO_LARGE if is_large else None


def _is_signed_by_hubspot(request: HttpRequest, body: bytes) -> bool:
    """The address is the one HubSpot was given: a proxy may have changed what arrives here."""
    query = request.META.get("QUERY_STRING", "")
    url = f"{settings.PUBLIC_BASE_URL}{request.path_info}{'?' if query else ''}{query}"
    return is_from_hubspot(
        body,
        url,
        request.headers.get("X-HubSpot-Signature-v3", ""),
        request.headers.get("X-HubSpot-Request-Timestamp", ""),
        settings.HUBSPOT_WEBHOOK_SECRETS or [settings.HUBSPOT_CLIENT_SECRET],
        timezone.now(),
    )


def _is_signed_by_quickbooks(request: HttpRequest, body: bytes) -> bool:
    signature = request.headers.get("intuit-signature", "")
    return is_from_quickbooks(body, signature, settings.QUICKBOOKS_WEBHOOK_TOKENS)
