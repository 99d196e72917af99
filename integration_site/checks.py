"""System checks: settings that would break a promise are named before anything starts."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error, Tags, register

from integration_site.environment import is_loopback
from syncapp.connectors.throttle import HUBSPOT_LIMITS, MOST_SINGLES, QUICKBOOKS_LIMITS

LEAST = {
    "HTTP_TIMEOUT": 1,
    "SEND_DEADLINE": 1,
    "LEASE": 5,
    "SLICE": 1,
    "UNKNOWN_REST": 1,
    "CURSOR_OVERLAP": 1,
    "SLOW_SWEEP": 60,
    "SAFETY_POLL": 60,
    "WEBHOOK_DAYS": 1,
    "ACTIVITY_DAYS": 0,
    "WRITTEN_DAYS": 0,
    "BACKOFF_CAP": 1,
    "PARK_AFTER": 1,
    "SESSION_IDLE_MINUTES": 1,
    "WORKERS": 1,
    "PROXY_COUNT": 0,
    "HSTS_SECONDS": 0,
    "QUICKBOOKS_READ_ALLOWANCE": 1,
    "QUICKBOOKS_SINGLE_CREATES": 0,
}
# Where what the environment names so is kept otherwise
KEPT: dict[str, Callable[[], int]] = {
    "SESSION_IDLE_MINUTES": lambda: settings.SESSION_IDLE // 60,
    "WORKERS": lambda: int(settings.Q_CLUSTER["workers"]),
    "HSTS_SECONDS": lambda: settings.SECURE_HSTS_SECONDS,
}
# Below the lease's end a call must still fit in whole, with a moment to spare.
LEASE_MARGIN = 3
LEAST_TOKEN = 24
VENDORS_LIMITS = {"HUBSPOT_LIMITS": HUBSPOT_LIMITS, "QUICKBOOKS_LIMITS": QUICKBOOKS_LIMITS}
# Beyond these a brake lets through what it is there for.
MOST_AT_ONCE = {"makes": 1000, "removals": 100}
MOST_PERCENT = 50
ADDRESSES = (
    "HUBSPOT_API_BASE",
    "HUBSPOT_APP_BASE",
    "QUICKBOOKS_API_BASE",
    "QUICKBOOKS_OAUTH_BASE",
    "ALERT_WEBHOOK_URL",
)


@register(Tags.compatibility)
def check_times(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[Error]:  # noqa: ARG001
    return [*_too_small(), *_broken_relations(), *_broken_brake(), *_broken_limits()]


@register(Tags.security)
def check_addresses(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[Error]:  # noqa: ARG001
    return [*_plain_vendor_addresses(), *_plain_public_address(), *_short_tokens()]


def _too_small() -> Iterator[Error]:
    for name, least in LEAST.items():
        value = KEPT[name]() if name in KEPT else getattr(settings, name)
        if value < least:
            yield Error(
                f"{name} is {value}; the least that works is {least}.", id="ledgerline.E001"
            )


def _broken_relations() -> Iterator[Error]:
    call = settings.HTTP_TIMEOUT
    if settings.SLICE + call >= settings.QUEUE_TIMEOUT:
        yield Error(
            f"SLICE + HTTP_TIMEOUT is {settings.SLICE + call} seconds, but the queue ends a task "
            f"after {settings.QUEUE_TIMEOUT}: make them shorter together.",
            id="ledgerline.E002",
        )
    if call + LEASE_MARGIN > settings.LEASE:
        yield Error(
            f"LEASE is {settings.LEASE} seconds, too short for one call of HTTP_TIMEOUT {call}: "
            f"make it at least {call + LEASE_MARGIN}.",
            id="ledgerline.E003",
        )
    if settings.SEND_DEADLINE > settings.LEASE:
        yield Error(
            f"SEND_DEADLINE is {settings.SEND_DEADLINE} seconds, longer than LEASE "
            f"{settings.LEASE}: another worker could have written since the look-up.",
            id="ledgerline.E012",
        )
    if call > settings.UNKNOWN_REST:
        yield Error(
            f"UNKNOWN_REST is {settings.UNKNOWN_REST} seconds, shorter than HTTP_TIMEOUT {call}: a "
            "write could still arrive after it was looked for and not found.",
            id="ledgerline.E004",
        )


def _broken_brake() -> Iterator[Error]:
    """A brake that can be set to let everything through is none."""
    for name, (number, percent) in settings.BRAKE.items():
        most = MOST_AT_ONCE.get(name, 0)
        if not 1 <= number <= most or not 0 <= percent <= MOST_PERCENT:
            known = " or ".join(f"{one} from 1 to {most}" for one, most in MOST_AT_ONCE.items())
            yield Error(
                f"BRAKE has {name}={number}/{percent:g}: write {known}, with a share up to "
                f"{MOST_PERCENT} per cent: makes=100/20.",
                id="ledgerline.E008",
            )


def _broken_limits() -> Iterator[Error]:
    """A limit of nothing would hold every call up for good, one of no time would hold up none."""
    for setting, known in VENDORS_LIMITS.items():
        for name, (calls, seconds) in getattr(settings, setting).items():
            if name not in known:
                yield Error(
                    f"{setting} names {name}: there are {', '.join(known)}.", id="ledgerline.E010"
                )
            elif calls < 1 or not 0 < seconds < math.inf:
                yield Error(
                    f"{setting} has {name}={calls}/{seconds:g}: write calls/seconds, both more "
                    f"than nothing, such as {name}={known[name][0]}/{known[name][1]:g}.",
                    id="ledgerline.E011",
                )
    singles = settings.QUICKBOOKS_SINGLE_CREATES
    if singles > MOST_SINGLES:
        yield Error(
            f"QUICKBOOKS_SINGLE_CREATES is {singles}: QuickBooks has room for {MOST_SINGLES} calls "
            "a minute beside the batches.",
            id="ledgerline.E014",
        )


def _plain_vendor_addresses() -> Iterator[Error]:
    for name in ADDRESSES:
        value = getattr(settings, name)
        if not value or urlsplit(value).scheme == "https":
            continue
        if not settings.ALLOW_PLAIN_HTTP:
            yield Error(
                f"{name} is {value}: tokens would travel in the clear. Use https, or for a sandbox "
                "on this machine set ALLOW_PLAIN_HTTP=true.",
                id="ledgerline.E005",
            )
        elif not is_loopback(value):
            yield Error(
                f"{name} is {value}: ALLOW_PLAIN_HTTP is for sandboxes on this machine only.",
                id="ledgerline.E006",
            )


def _plain_public_address() -> Iterator[Error]:
    value = settings.PUBLIC_BASE_URL
    if urlsplit(value).scheme != "https" and not is_loopback(value) and not settings.DEBUG:
        yield Error(
            f"PUBLIC_BASE_URL is {value}: passwords would travel in the clear. Put a proxy with a "
            "certificate in front and use its https address.",
            id="ledgerline.E007",
        )


def _short_tokens() -> Iterator[Error]:
    for name, value in _tokens():
        if len(value) < LEAST_TOKEN:
            yield Error(
                f"{name} has fewer than {LEAST_TOKEN} characters and could be guessed: make one "
                "with: openssl rand -hex 24, or copy the vendor's in whole.",
                id="ledgerline.E009",
            )


def _tokens() -> Iterator[tuple[str, str]]:
    if settings.METRICS_TOKEN:
        yield "METRICS_TOKEN", settings.METRICS_TOKEN
    if settings.ALERT_WEBHOOK_SECRET or settings.ALERT_WEBHOOK_URL:
        yield "ALERT_WEBHOOK_SECRET", settings.ALERT_WEBHOOK_SECRET
    for value in settings.HUBSPOT_WEBHOOK_SECRETS:
        yield "HUBSPOT_WEBHOOK_SECRET", value
    for value in settings.QUICKBOOKS_WEBHOOK_TOKENS:
        yield "QUICKBOOKS_WEBHOOK_TOKEN", value
