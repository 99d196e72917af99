import logging

import pytest

from syncapp.logs import CleanFormatter, RunFilter, current_run, remember_secret, without_secrets


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
    ],
)
def test_values_with_secret_names_are_hidden(text):
    assert "s3cr3t" not in without_secrets(text)


def test_a_token_that_was_read_is_hidden_wherever_it_stands():
    remember_secret("pat-na1-0123456789")

    assert without_secrets("odd pat-na1-0123456789!") == "odd [hidden]!"


def test_ordinary_words_stay():
    text = "HubSpot answered 409: code VALIDATION_ERROR for invoice 145"

    assert without_secrets(text) == text


def logged(message, *args, exc_info=None):
    record = logging.LogRecord("x", logging.ERROR, "f", 1, message, args, exc_info)
    RunFilter().filter(record)
    return CleanFormatter("[%(run)s] %(message)s").format(record)


def test_a_line_names_its_run():
    token = current_run.set("run-7")
    try:
        assert logged("done") == "[run-7] done"
    finally:
        current_run.reset(token)


def test_a_forged_line_break_stays_in_its_line():
    assert logged("name %s", "Acme\nERROR all lost") == "[-] name Acme\\nERROR all lost"


def test_exception_texts_are_cleaned_too():
    try:
        raise ValueError("bad answer for token=x Authorization: Bearer s3cr3t-value-1234")
    except ValueError as error:
        text = logged("failed", exc_info=(ValueError, error, error.__traceback__))

    assert "ValueError" in text
    assert "s3cr3t" not in text
