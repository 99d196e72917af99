"""Reads settings from the environment and the .env file; says in a sentence what is missing.

ENV_FILE names another file than .env; the demo and the tests have their own that way.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
ENV_FILE = Path(os.environ.get("ENV_FILE") or BASE_DIR / ".env")

MAKE_KEYS = ".venv/bin/python -m integration_site.keys >> .env"

env = environ.Env()
if ENV_FILE.is_file():
    environ.Env.read_env(ENV_FILE)


def secret(name: str, purpose: str) -> str:
    value = env.str(name, default="").strip()
    if not value:
        message = f"{name} is not set: {purpose}. Make one with: {MAKE_KEYS}"
        raise ImproperlyConfigured(message)
    return str(value)


def whole(name: str, default: int) -> int:
    """A whole number; the queue's times must be (a float ends every task)."""
    value = env.str(name, default="").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        message = f"{name} is {value!r}: write a whole number, such as {default}."
        raise ImproperlyConfigured(message) from None


def listed(name: str) -> list[str]:
    """Several values separated by commas; none where it is not set."""
    return [part for one in env.str(name, default="").split(",") if (part := one.strip())]


def address(name: str, default: str) -> str:
    """An origin or base address, without the last slash."""
    value = (env.str(name, default="").strip() or default).rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query):
        message = f"{name} is {value!r}: write an address such as https://sync.example.com"
        raise ImproperlyConfigured(message)
    return value


def limits(name: str) -> dict[str, tuple[int, float]]:
    """`burst=100/10,search=5/1`: calls per seconds by the limit's name; what is not named stays."""
    found: dict[str, tuple[int, float]] = {}
    for part in filter(None, env.str(name, default="").replace(" ", "").split(",")):
        try:
            limit, _, rate = part.partition("=")
            calls, _, seconds = rate.partition("/")
            found[limit] = (int(calls), float(seconds))
        except ValueError:
            message = f"{name} has {part!r}: write name=calls/seconds, such as burst=100/10."
            raise ImproperlyConfigured(message) from None
    return found


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")
