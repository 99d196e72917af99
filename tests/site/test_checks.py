import math

import pytest

from integration_site.checks import check_addresses, check_times


def sentences(check):
    return [error.msg for error in check(None)]


def test_the_documented_times_fit_together():
    assert sentences(check_times) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"PARK_AFTER": 0}, "PARK_AFTER is 0; the least that works is 1."),
        ({"CURSOR_OVERLAP": 0}, "CURSOR_OVERLAP is 0"),
        ({"SLICE": 90}, "the queue ends a task after 120"),
        ({"LEASE": 40}, "too short for one call"),
        ({"UNKNOWN_REST": 30}, "a write could still arrive"),
        ({"BRAKE": {"makes": (0, 20)}}, "BRAKE has makes=0/20"),
        ({"BRAKE": {"removals": (10, 100)}}, "a share up to 50 per cent"),
        ({"BRAKE": {"voids": (10, 5)}}, "write makes from 1 to 1000 or removals"),
        ({"BRAKE": {"makes": (1_000_000, 50)}}, "BRAKE has makes=1000000/50"),
        ({"BRAKE": {"removals": (101, 5)}}, "removals from 1 to 100"),
        ({"SEND_DEADLINE": 86400}, "SEND_DEADLINE is 86400 seconds, longer than LEASE 120"),
        ({"PROXY_COUNT": -1}, "PROXY_COUNT is -1; the least that works is 0."),
        ({"QUICKBOOKS_READ_ALLOWANCE": 0}, "QUICKBOOKS_READ_ALLOWANCE is 0"),
        ({"SECURE_HSTS_SECONDS": -1}, "HSTS_SECONDS is -1"),
        ({"SESSION_IDLE": 0}, "SESSION_IDLE_MINUTES is 0; the least that works is 1."),
        ({"Q_CLUSTER": {"workers": 0}}, "WORKERS is 0; the least that works is 1."),
        (
            {"HUBSPOT_LIMITS": {"brust": (100, 10)}},
            "HUBSPOT_LIMITS names brust: there are burst, search",
        ),
        ({"QUICKBOOKS_LIMITS": {"search": (5, 1)}}, "there are minute, burst, batch"),
        ({"QUICKBOOKS_LIMITS": {"batch": (0, 60)}}, "QUICKBOOKS_LIMITS has batch=0/60"),
        ({"HUBSPOT_LIMITS": {"burst": (10, 0)}}, "HUBSPOT_LIMITS has burst=10/0"),
        ({"HUBSPOT_LIMITS": {"burst": (10, math.inf)}}, "HUBSPOT_LIMITS has burst=10/inf"),
        ({"HUBSPOT_LIMITS": {"burst": (10, math.nan)}}, "HUBSPOT_LIMITS has burst=10/nan"),
        ({"QUICKBOOKS_SINGLE_CREATES": 461}, "QUICKBOOKS_SINGLE_CREATES is 461"),
    ],
)
def test_times_that_break_a_promise_are_named(settings, changes, sentence):
    for name, value in changes.items():
        setattr(settings, name, value)

    assert any(sentence in found for found in sentences(check_times))


def test_vendors_are_spoken_to_over_tls(settings):
    settings.ALLOW_PLAIN_HTTP = False
    settings.HUBSPOT_API_BASE = "http://127.0.0.1:8765/hubspot"

    assert any("tokens would travel in the clear" in found for found in sentences(check_addresses))


def test_plain_http_is_for_this_machine_only(settings):
    settings.ALLOW_PLAIN_HTTP = True
    settings.QUICKBOOKS_API_BASE = "http://books.example.com"

    assert any("on this machine only" in found for found in sentences(check_addresses))


def test_a_sandbox_on_this_machine_may_speak_plainly(settings):
    settings.ALLOW_PLAIN_HTTP = True
    settings.HUBSPOT_API_BASE = "http://127.0.0.1:8765/hubspot"
    settings.QUICKBOOKS_OAUTH_BASE = "http://localhost:8765/quickbooks"

    assert sentences(check_addresses) == []


@pytest.mark.parametrize("setting", ["QUICKBOOKS_WEBHOOK_TOKENS", "HUBSPOT_WEBHOOK_SECRETS"])
def test_what_webhooks_are_signed_with_cannot_be_guessed(settings, setting):
    setattr(settings, setting, ["long-enough-to-be-a-secret-of-somebody", "x"])

    (found,) = sentences(check_addresses)

    assert found.startswith(setting.removesuffix("S"))
    assert "fewer than 24 characters" in found
    assert "=x" not in found
