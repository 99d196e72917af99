"""What may stand in a log line: the run it belongs to, and nothing secret."""

import logging
import re
from collections import OrderedDict
from contextvars import ContextVar
from typing import Any

current_run: ContextVar[str] = ContextVar("current_run", default="-")

HIDDEN = "[hidden]"
_SHORTEST_SECRET = 8
_MOST_REMEMBERED = 512
_remembered: "OrderedDict[str, None]" = OrderedDict()

_BY_NAME = re.compile(
    r"""(?ix) (?P<name> ["']? \b (?: (?:proxy-)?authorization | (?:set-)?cookie | password
        | (?:access|refresh|csrf|id)[_-]?token | client[_-]?secret | secret[_-]?key | token[_-]?keys
        | api[_-]?key | sessionid | intuit-signature | x-hubspot-signature(?:-v\d)? | code
        ) ["']? \s* [=:] \s* ["']? )
        (?P<value> (?:(?:bearer|basic)\s+)? [^\s"'&,;}]+ )"""
)
_AFTER_SCHEME = re.compile(r"(?i)\b(?P<name>(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def remember_secret(value: str) -> None:
    """From now on this value never leaves in a log line. Tokens register when they are read."""
    if len(value) < _SHORTEST_SECRET:
        return
    _remembered[value] = None
    _remembered.move_to_end(value)
    while len(_remembered) > _MOST_REMEMBERED:
        _remembered.popitem(last=False)


def without_secrets(text: str) -> str:
    for value in tuple(_remembered):
        text = text.replace(value, HIDDEN)
    text = _BY_NAME.sub(rf"\g<name>{HIDDEN}", text)
    return _AFTER_SCHEME.sub(rf"\g<name>{HIDDEN}", text)


class RunFilter(logging.Filter):
    """Adds the run, and keeps a forged line break from looking like a line of its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.run = current_run.get()
        message = _CONTROL.sub(lambda found: repr(found.group())[1:-1], record.getMessage())
        record.msg, record.args = message, None
        return True


class CleanFormatter(logging.Formatter):
    """Hides secrets in the finished text, so that exception texts are covered too."""

    def __init__(self, format: str | None = None, **options: Any) -> None:
        super().__init__(format, **options)

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
