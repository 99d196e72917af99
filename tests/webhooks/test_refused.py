"""Whatever is not signed as it should be: refused, without a row and without work."""

import hashlib
import json

import pytest
from django.test import Client
from django_q.models import OrmQ

from syncapp.models import PendingChange, WebhookDelivery
from tests import factories
from tests.webhooks.letters import (
    BASE,
    HUBSPOT,
    QUICKBOOKS,
    SECRET,
    Letter,
    change,
    from_hubspot,
    from_quickbooks,
    old_shape,
    signature,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("secrets")]

LARGE = b"[" + b" " * 1024 * 1024 + b"]"


def without(letter, *names):
    return Letter(
        letter.path, letter.body, {k: v for k, v in letter.headers.items() if k not in names}
    )


def replacing(letter, **headers):
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    return Letter(letter.path, letter.body, {**letter.headers, **changed})


def tampered(letter):
    return Letter(letter.path, letter.body.replace(b"501", b"502"), letter.headers)


def v1_only(letter):
    return without(letter, "X-HubSpot-Signature-v3")


def v2_only(letter):
    digest = hashlib.sha256(f"{SECRET}POST{BASE}{HUBSPOT}".encode() + letter.body).hexdigest()
    plain = without(letter, "X-HubSpot-Signature-v3")
    return replacing(plain, X_HubSpot_Signature=digest, X_HubSpot_Signature_Version="v2")


def with_v3_made_of(letter, **how):
    """A good signature of something else."""
    other = from_hubspot(change(), **how)
    return replacing(letter, X_HubSpot_Signature_v3=other.headers["X-HubSpot-Signature-v3"])


def timed(timestamp):
    body = json.dumps([change()]).encode()
    message = b"POST" + f"{BASE}{HUBSPOT}".encode() + body + timestamp.encode()
    return Letter(
        HUBSPOT,
        body,
        {
            "X-HubSpot-Signature-v3": signature(SECRET, message),
            "X-HubSpot-Request-Timestamp": timestamp,
        },
    )


# Made when they are sent: an old letter would be refused for its age alone.
FORGED_HUBSPOT = {
    "another secret": lambda: from_hubspot(secret="not it"),
    "an empty secret": lambda: from_hubspot(secret=""),
    "a changed body": lambda: tampered(from_hubspot()),
    "only version 1": lambda: v1_only(from_hubspot()),
    "only version 2": lambda: v2_only(from_hubspot()),
    "no signature": lambda: Letter(HUBSPOT, b"[]"),
    "no timestamp": lambda: without(from_hubspot(), "X-HubSpot-Request-Timestamp"),
    "an empty signature": lambda: replacing(from_hubspot(), X_HubSpot_Signature_v3=""),
    "no base64": lambda: replacing(from_hubspot(), X_HubSpot_Signature_v3="%%% no base64 %%%"),
    "not even ASCII": lambda: replacing(from_hubspot(), X_HubSpot_Signature_v3="s\xe9cret"),
    "a header that came twice": lambda: replacing(
        from_hubspot(),
        X_HubSpot_Signature_v3=", ".join([from_hubspot().headers["X-HubSpot-Signature-v3"]] * 2),
    ),
    "six minutes old": lambda: from_hubspot(seconds_ago=360),
    "from in six minutes": lambda: from_hubspot(seconds_ago=-360),
    "seconds for milliseconds": lambda: timed("1764000000"),
    "a signed time": lambda: timed("-1764000000000"),
    "a time with a point": lambda: timed("1764000000000.0"),
    "Arabic digits": lambda: timed("١٧٦٤٠٠٠٠٠٠٠٠٠"),
    "an endless time": lambda: timed("9" * 400),
    "plain http": lambda: from_hubspot(base=BASE.replace("https", "http")),
    "another host": lambda: from_hubspot(base="https://elsewhere.example"),
    "the other address": lambda: from_hubspot(signed_path=QUICKBOOKS),
    "a query that was not signed": lambda: from_hubspot(
        path=f"{HUBSPOT}?portal=1", signed_path=HUBSPOT
    ),
    "a query that went missing": lambda: from_hubspot(signed_path=f"{HUBSPOT}?portal=1"),
}
FORGED_QUICKBOOKS = {
    "another token": lambda: from_quickbooks(token="not it"),
    "an empty token": lambda: from_quickbooks(token=""),
    "HubSpot's secret": lambda: from_quickbooks(token=SECRET),
    "no signature": lambda: Letter(QUICKBOOKS, b"[]"),
    "a changed body": lambda: Letter(
        QUICKBOOKS,
        from_quickbooks().body.replace(b"58", b"59"),
        from_quickbooks().headers,
    ),
    "the old shape, changed": lambda: Letter(
        QUICKBOOKS,
        json.dumps(old_shape(realm="1")).encode(),
        from_quickbooks(old_shape()).headers,
    ),
    "a body cut short": lambda: Letter(
        QUICKBOOKS, from_quickbooks().body[:-1], from_quickbooks().headers
    ),
}


def nothing_happened():
    return not (
        WebhookDelivery.objects.exists() or PendingChange.objects.exists() or OrmQ.objects.exists()
    )


@pytest.mark.parametrize(
    "write",
    [
        *(pytest.param(one, id=f"hubspot: {name}") for name, one in FORGED_HUBSPOT.items()),
        *(pytest.param(one, id=f"quickbooks: {name}") for name, one in FORGED_QUICKBOOKS.items()),
    ],
)
def test_it_is_refused_without_a_row(client, write):
    factories.nordwind()

    assert write().send(client) == 403
    assert nothing_happened()


@pytest.mark.parametrize(
    "write",
    [
        lambda: from_hubspot(body=LARGE),
        lambda: from_quickbooks(body=LARGE),
        lambda: Letter(HUBSPOT, LARGE),
        lambda: Letter(QUICKBOOKS, LARGE),
    ],
    ids=["hubspot", "quickbooks", "hubspot, unsigned", "quickbooks, unsigned"],
)
def test_a_body_of_more_than_a_megabyte_is_not_even_read(client, write):
    factories.nordwind()

    assert write().send(client) == 413
    assert nothing_happened()


@pytest.mark.parametrize("announced", ["99999999999999999999", "1048577"])
def test_an_announced_size_is_believed(client, announced):
    assert from_hubspot().send(client, CONTENT_LENGTH=announced) == 413


@pytest.mark.parametrize("announced", ["", "-1", "1e3", "٣", "ten"])
def test_without_a_length_nothing_is_read(client, announced):
    assert from_hubspot().send(client, CONTENT_LENGTH=announced) == 411


@pytest.mark.parametrize("path", [HUBSPOT, QUICKBOOKS])
@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options"])
def test_only_post_is_answered(client, path, method):
    assert getattr(client, method)(path).status_code == 405


def test_no_secret_means_nobody_is_believed(client, secrets):
    secrets.HUBSPOT_CLIENT_SECRET = ""
    secrets.QUICKBOOKS_WEBHOOK_TOKENS = []
    for secret in ("", "x"):
        assert from_hubspot(secret=secret).send(client) == 403
        assert from_quickbooks(token=secret).send(client) == 403


def test_a_cookie_is_no_permission(client):
    client.force_login(factories.ada())

    assert from_hubspot(secret="not it").send(client) == 403


def test_no_token_against_forged_forms_is_needed_or_helps():
    strict = Client(enforce_csrf_checks=True)
    factories.nordwind()

    assert from_hubspot().send(strict) == 200
    assert from_quickbooks().send(strict) == 200


def test_a_refusal_writes_at_most_a_number_once_in_a_while(client, django_assert_max_num_queries):
    assert from_hubspot(secret="not it").send(client) == 403  # this one may be written
    with django_assert_max_num_queries(0):
        for _ in range(20):
            assert from_hubspot(secret="not it").send(client) == 403
