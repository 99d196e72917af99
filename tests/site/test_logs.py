import json
import logging
import sys

import pytest

from syncapp.logs import (
    AboutFilter,
    JsonFormatter,
    TextFormatter,
    about,
    remember_secret,
    without_secrets,
)
from tests import factories


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer s3cr3t-value-1234",
        "{'access_token': 's3cr3t-value-1234', 'expires_in': 3600}",
        "refresh_token=s3cr3t-value-1234&grant_type=refresh_token",
        'client_secret="s3cr3t-value-1234"',
        "Cookie: sessionid=s3cr3t-value-1234",
        "GET /callback?code=s3cr3t-value-1234&state=x",
        "sent with bearer s3cr3t-value-1234",
        "postgres://ledgerline:s3cr3t-value-1234@127.0.0.1/books",
        "{'webhook_token': 's3cr3t-value-1234'}",
        "csrfmiddlewaretoken=s3cr3t-value-1234",
    ],
)
def test_values_with_secret_names_are_hidden(text):
    assert "s3cr3t" not in without_secrets(text)


def test_a_token_that_was_read_is_hidden_wherever_it_stands():
    remember_secret("pat-na1-0123456789")

    assert without_secrets("odd pat-na1-0123456789!") == "odd [hidden]!"


def test_ordinary_words_stay():
    text = "HubSpot answered 409: code VALIDATION_ERROR for invoice 145, SyncToken: 3"

    assert without_secrets(text) == text


def test_the_keys_of_this_installation_are_hidden_however_many_tokens_were_read(settings):
    for number in range(600):
        remember_secret(f"token-{number:09}")

    assert settings.SECRET_KEY not in without_secrets(f"signed with {settings.SECRET_KEY}")
    assert settings.TOKEN_KEYS[0] not in without_secrets(f"[{settings.TOKEN_KEYS[0]}]")


def record(message, *args, exc_info=None):
    return logging.LogRecord("x", logging.ERROR, "f", 1, message, args, exc_info)


def logged(message, *args, exc_info=None):
    line = record(message, *args, exc_info=exc_info)
    AboutFilter().filter(line)
    return TextFormatter().format(line).split(" ERROR x ")[1]


def logged_as_json(message, *args, exc_info=None):
    line = record(message, *args, exc_info=exc_info)
    AboutFilter().filter(line)
    text = JsonFormatter().format(line)
    assert "\n" not in text
    return json.loads(text)


def failure(text):
    try:
        raise ValueError(text)
    except ValueError:
        return sys.exc_info()


def test_a_line_names_what_it_is_about():
    with about(integration=3), about(run=7):
        assert logged("done") == "[integration=3 run=7] done"
        told = logged_as_json("done")
    assert (told["integration"], told["run"], told["level"]) == ("3", "7", "ERROR")
    assert logged("done") == "[-] done"
    assert "run" not in logged_as_json("done")


@pytest.mark.parametrize("control", ["\n", "\r", "\x1b[31m", "\u2028", "\x9b"])
def test_a_forged_line_break_stays_in_its_line(control):
    line = logged("name %s", f"Acme{control}ERROR all lost")

    assert control not in line
    assert line.startswith("[-] name Acme\\")


def test_a_forged_line_in_an_exception_cannot_be_taken_for_one():
    lines = logged("failed", exc_info=failure("Acme\n2026-11-25 CRITICAL x [-] all lost\x1b[2J"))

    assert all(line.startswith("  | ") for line in lines.splitlines()[1:])
    assert "\x1b" not in lines


@pytest.mark.parametrize("form", [logged, logged_as_json])
def test_exception_texts_are_cleaned_too(form):
    remember_secret("pat-na1-987654321")
    text = "bad answer for pat-na1-987654321 Authorization: Bearer s3cr3t-value-1234"

    told = str(form("failed", exc_info=failure(text)))

    assert "ValueError" in told
    assert "s3cr3t" not in told
    assert "987654321" not in told


@pytest.mark.django_db
def test_each_answer_names_its_request_and_so_do_its_log_lines(client, caplog):
    caplog.handler.addFilter(AboutFilter())
    client.force_login(factories.ben())

    refused = client.get("/admin/people/")
    named = client.get("/healthz", headers={"X-Request-Id": "from-the-proxy-1"})
    forged = client.get("/healthz", headers={"X-Request-Id": "x\ty"})

    about_it = [line.about for line in caplog.records if line.name == "django.request"]
    assert {"request": refused["X-Request-Id"]} in about_it
    assert named["X-Request-Id"] == "from-the-proxy-1"
    assert len(forged["X-Request-Id"]) == 32
