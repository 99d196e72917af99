"""Where log lines go. What may stand in them is decided in syncapp/logs.py."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from integration_site.environment import env

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATTERS = {"text": "syncapp.logs.TextFormatter", "json": "syncapp.logs.JsonFormatter"}


def _formatter() -> str:
    chosen = env.str("LOG_FORMAT", default="") or "text"
    if chosen not in FORMATTERS:
        message = f"LOG_FORMAT is {chosen!r}: write {' or '.join(FORMATTERS)}."
        raise ImproperlyConfigured(message)
    return FORMATTERS[chosen]


def _level() -> str:
    chosen = env.str("LOG_LEVEL", default="").strip().upper() or "WARNING"
    if chosen not in LEVELS:
        message = f"LOG_LEVEL is {chosen!r}: write {', '.join(LEVELS[:-1])} or {LEVELS[-1]}."
        raise ImproperlyConfigured(message)
    return chosen


LOGGING_CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"about": {"()": "syncapp.logs.AboutFilter"}},
    "formatters": {"line": {"()": _formatter()}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["about"]}
    },
    "root": {"handlers": ["console"], "level": _level()},
    "loggers": {
        # The queue installs a handler of its own where it finds none, and so does Django.
        "django-q": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
