"""Settings as the program reads them at its start, each in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

from integration_site.environment import BASE_DIR

KEYS = {
    "SECRET_KEY": "a-key-that-is-long-enough-for-a-test-of-the-settings-module",
    "TOKEN_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
}
SHOW = """
import json, django
from django.conf import settings
from django.core.checks import run_checks
django.setup()
print(json.dumps({
    "secure": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE,
               settings.SECURE_SSL_REDIRECT],
    "proxy": settings.SECURE_PROXY_SSL_HEADER,
    "cookies": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME],
    "hosts": settings.ALLOWED_HOSTS,
    "limits": settings.HUBSPOT_LIMITS,
    "database": str(settings.DATABASES["default"]["NAME"]),
    "options": settings.DATABASES["default"].get("OPTIONS"),
    "checks": [message.msg for message in run_checks()],
}))
"""


def start(**environment):
    own = ("SECRET_KEY", "TOKEN_KEYS", "PUBLIC_BASE_URL", "ALLOW_PLAIN_HTTP", "DATABASE_URL")
    clean = {name: value for name, value in os.environ.items() if name not in own}
    clean |= {"ENV_FILE": os.devnull, "DJANGO_SETTINGS_MODULE": "integration_site.settings"}
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=BASE_DIR,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def settings_with(**environment):
    ended = start(**KEYS, **environment)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize("name", ["SECRET_KEY", "TOKEN_KEYS"])
def test_a_missing_key_is_named_with_the_command_that_makes_it(name):
    ended = start(**(KEYS | {name: ""}))

    assert ended.returncode != 0
    assert f"{name} is not set" in ended.stderr
    assert "python -m integration_site.keys >> .env" in ended.stderr


def test_a_token_key_that_is_none_is_counted_and_not_shown():
    ended = start(**(KEYS | {"TOKEN_KEYS": f"{KEYS['TOKEN_KEYS']},not-a-key-at-all"}))

    assert "Key 2 of TOKEN_KEYS is no key" in ended.stderr
    assert "not-a-key-at-all" not in ended.stderr.splitlines()[-1]


def test_the_keys_it_makes_are_accepted():
    made = subprocess.run(
        [sys.executable, "-m", "integration_site.keys"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    keys = dict(line.split("=", 1) for line in made.stdout.splitlines())

    assert start(**keys).returncode == 0


def test_keys_are_read_from_the_env_file(tmp_path):
    file = tmp_path / "demo.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in KEYS.items()))

    assert start(ENV_FILE=str(file)).returncode == 0


def test_a_public_https_address_makes_everything_secure():
    shown = settings_with(PUBLIC_BASE_URL="https://sync.example.com")

    assert shown["secure"] == [True, True, True]
    assert shown["cookies"] == ["__Host-sessionid", "__Host-csrftoken"]
    assert "sync.example.com" in shown["hosts"]
    assert shown["checks"] == []


@pytest.mark.parametrize(
    "environment", [{}, {"DEBUG": "true"}, {"PUBLIC_BASE_URL": "http://localhost:9000"}]
)
def test_a_page_only_this_machine_reaches_needs_no_certificate(environment):
    shown = settings_with(**environment)

    assert shown["secure"] == [False, False, False]
    assert shown["checks"] == []


def test_a_plain_public_address_is_refused():
    shown = settings_with(PUBLIC_BASE_URL="http://sync.example.com")

    assert shown["secure"] == [True, True, True]
    assert "passwords would travel in the clear" in shown["checks"][0]


def test_only_a_proxy_of_ours_may_say_that_a_caller_came_over_tls():
    public = {"PUBLIC_BASE_URL": "https://sync.example.com"}

    assert settings_with(**public)["proxy"] is None
    assert settings_with(**public, PROXY_COUNT="1")["proxy"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_sqlite_waits_and_commits_safely():
    options = settings_with()["options"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]


def test_limits_are_read_by_name():
    assert settings_with(HUBSPOT_LIMITS="burst=500/10, search=20/1")["limits"] == {
        "burst": [500, 10.0],
        "search": [20, 1.0],
    }


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HUBSPOT_LIMITS", "burst=fast", "write name=calls/seconds"),
        ("HTTP_TIMEOUT", "4.5", "write a whole number"),
        ("LOG_FORMAT", "xml", "write text or json"),
        (
            "LOG_LEVEL",
            "LOUD",
            "LOG_LEVEL is 'LOUD': write DEBUG, INFO, WARNING, ERROR or CRITICAL.",
        ),
        ("HUBSPOT_API_BASE", "api.hubapi.com", "write an address such as"),
    ],
)
def test_a_setting_that_makes_no_sense_stops_the_start(name, value, sentence):
    ended = start(**KEYS, **{name: value})

    assert ended.returncode != 0
    assert sentence in ended.stderr
