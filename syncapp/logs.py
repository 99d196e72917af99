"""What may stand in a log line: what it is about (ids only), and nothing secret.

Lines of a pass carry its id and its integration's, lines of a page the id of the request.
"""

import json
import logging
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

About = Mapping[str, str]

_NOTHING: About = MappingProxyType({})
_about: ContextVar[About] = ContextVar("about", default=_NOTHING)

HIDDEN = "[hidden]"
_SHORTEST_SECRET = 8
_MOST_REMEMBERED = 512
_remembered: "OrderedDict[str, None]" = OrderedDict()
_for_good: set[str] = set()

_BY_NAME = re.compile(
    r"""(?ix) (?P<name> ["']? \b (?: (?:proxy-)?authorization | (?:set-)?cookie | passw(?:or)?d
        | (?!sync)[a-z_-]*token | [a-z_-]*secret | secret[_-]?key | token[_-]?keys | seed
        | code[_-]verifier | otp
        | api[_-]?key | sessionid | intuit-signature | x-hubspot-signature(?:-v\d)? | code
        ) ["']? \s* [=:] \s* ["']? )
        (?P<value> (?:(?:bearer|basic)\s+)? [^\s"'&,;}]+ )"""
)
_AFTER_SCHEME = re.compile(r"(?i)\b(?P<name>(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}")
_IN_ADDRESS = re.compile(r"(?i)(?P<name>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+(?=@)")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def remember_secret(value: str, *, for_good: bool = False) -> None:
    """From now on this value never leaves in a log line. Tokens register when they are read, the
    installation's own keys for good."""
    if len(value) < _SHORTEST_SECRET:
        return
    if for_good:
        _for_good.add(value)
        return
    _remembered[value] = None
    _remembered.move_to_end(value)
    while len(_remembered) > _MOST_REMEMBERED:
        _remembered.popitem(last=False)


def without_secrets(text: str) -> str:
    text = without_live_secrets(text)
    for pattern in (_IN_ADDRESS, _BY_NAME):
        text = pattern.sub(rf"\g<name>{HIDDEN}", text)
    return text


def without_live_secrets(text: str) -> str:
    """For words of others, in which “code: 6240” is no secret."""
    for value in (*_for_good, *_remembered):
        text = text.replace(value, HIDDEN)
    return _AFTER_SCHEME.sub(rf"\g<name>{HIDDEN}", text)


@contextmanager
def about(**ids: object) -> Iterator[None]:
    """What is logged inside carries these ids too, and those around it."""
    token = _about.set({**_about.get(), **{name: str(value) for name, value in ids.items()}})
    try:
        yield
    finally:
        _about.reset(token)


def one_line(text: str) -> str:
    """A forged line break must not look like a line of its own."""
    return _CONTROL.sub(lambda found: repr(found.group())[1:-1], text)


class AboutFilter(logging.Filter):
    """Adds what the line is about, and keeps its text in one line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.about = _about.get()
        record.msg, record.args = one_line(record.getMessage()), None
        return True


class TextFormatter(logging.Formatter):
    """For people. Secrets are hidden in the finished text, so exception texts are covered too."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(ids)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        ids = " ".join(f"{name}={value}" for name, value in _ids(record).items())
        record.ids = ids or "-"
        return without_secrets(super().format(record))

    def formatException(self, ei: object) -> str:  # noqa: N802  the library's name
        """Each line of it marked, so that none can be taken for a log line."""
        lines = super().formatException(ei).splitlines()  # type: ignore[arg-type]
        return "\n".join(f"  | {one_line(line)}" for line in lines)


class JsonFormatter(logging.Formatter):
    """For programs: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            **_ids(record),
            "message": without_secrets(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _ids(record: logging.LogRecord) -> About:
    ids: About = getattr(record, "about", {})
    return ids
