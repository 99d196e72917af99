"""Where log lines go. What may stand in them is decided in syncapp/logs.py."""

from typing import Any

from integration_site.environment import env

LOGGING_CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"run": {"()": "syncapp.logs.RunFilter"}},
    "formatters": {
        "line": {
            "()": "syncapp.logs.CleanFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s [%(run)s] %(message)s",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["run"]}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        # The queue installs a handler of its own where it finds none, and so does Django.
        "django-q": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
