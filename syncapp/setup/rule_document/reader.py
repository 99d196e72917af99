"""Walks a parsed YAML document and collects what is wrong with it, each error with its path."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

_REFERENCE = re.compile(r"\$\{([^}]*)\}")


class Part:
    """One mapping of the document. Reading a key ticks it off; `nothing_else` names the rest."""

    def __init__(
        self,
        value: Any,
        path: str,
        errors: list[str],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`environment` is what ${NAME} is read from; without one it is plain text, for documents
        that people write in the browser must not read our secrets."""
        self.path = path
        self.errors = errors
        self._environment = environment
        self._read: set[str] = set()
        self._values: Mapping[Any, Any] = {}
        self.is_usable = isinstance(value, Mapping)
        if isinstance(value, Mapping):
            # YAML reads a bare `on` as true, in front of a colon too
            self._values = {"on" if key is True else key: one for key, one in value.items()}
        else:
            self._say("", f"must be a mapping of names to values, not {_kind(value)}.")

    def text(self, key: str, default: str | None = None) -> str:
        """A number is text too: account ids are digits. Without a default it is required."""
        value = self._take(key)
        if value is None:
            if default is None:
                self._say(key, "is missing.")
            return default or ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            self._say(key, f"must be text, not {_kind(value)}.")
            return ""
        filled = self._filled(key, str(value)).strip()
        if not filled and default is None:
            self._say(key, "is empty.")
        return filled

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value and value not in allowed:
            self._say(key, f"“{value}” is none of {', '.join(allowed)}.")
        return value

    def flag(self, key: str, default: bool) -> bool:  # noqa: FBT001  its one use is a default
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self._say(key, f"must be true or false, not {_kind(value)}.")
            return default
        return value

    def whole(self, key: str, default: int, least: int) -> int:
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self._say(key, f"must be a whole number, not {_kind(value)}.")
            return default
        if value < least:
            self._say(key, f"must be at least {least}, not {value}.")
        return value

    def moment(self, key: str) -> datetime | None:
        """A time without a zone is UTC."""
        value = self._take(key)
        if isinstance(value, str):
            value = self._filled(key, value)
            if not value:
                return None
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                self._say(key, f"“{value}” is no time; write 2026-11-30T12:00:00Z.")
                return None
        if value is None:
            return None
        if not isinstance(value, datetime):
            self._say(key, f"must be a time such as 2026-11-30T12:00:00Z, not {_kind(value)}.")
            return None
        return value if value.tzinfo else value.replace(tzinfo=UTC)

    def part(self, key: str) -> "Part":
        """Absent: an empty one."""
        value = self._take(key)
        return Part({} if value is None else value, self._at(key), self.errors, self._environment)

    def parts(self, key: str) -> Iterator["Part"]:
        for path, value in self.entries(key):
            part = Part(value, path, self.errors, self._environment)
            if part.is_usable:
                yield part

    def entries(self, key: str) -> list[tuple[str, Any]]:
        return entries(self._take(key), self._at(key), self.errors)

    def value(self, key: str) -> Any:
        """Text, a number, true or false, a date, or a list of such."""
        value = self._take(key)
        many = value if isinstance(value, list) else [value]
        if any(isinstance(one, Mapping | list) for one in many):
            self._say(key, "must be a plain value or a list of plain values.")
            return None
        plain = [self._plain(key, one) for one in many]
        return plain if isinstance(value, list) else plain[0]

    def keys(self) -> list[str]:
        return [str(key) for key in self._values]

    def holds(self, key: str) -> bool:
        return self._take(key) is not None

    def is_written_out(self, key: str) -> bool:
        """Is there more to this text than references to the environment?"""
        value = self._values.get(key)
        return isinstance(value, str) and bool(_REFERENCE.sub("", value).strip())

    def nothing_else(self) -> None:
        known = ", ".join(sorted(self._read))
        for key in self._values:
            if key not in self._read:
                self._say(str(key), f"is not known here; known are {known}.")

    def inside(self, value: Any, path: str) -> "Part":
        """A part of this document that stands somewhere below."""
        return Part(value, path, self.errors, self._environment)

    def say(self, key: str, sentence: str) -> None:
        self._say(key, sentence)

    def _take(self, key: str) -> Any:
        self._read.add(key)
        return self._values.get(key)

    def _plain(self, key: str, value: Any) -> Any:
        if isinstance(value, str):
            return self._filled(key, value)
        return value.isoformat() if isinstance(value, date) else value

    def _filled(self, key: str, text: str) -> str:
        environment = self._environment
        if environment is None:
            return text

        def look_up(found: re.Match[str]) -> str:
            name = found.group(1)
            if not name.isidentifier():
                self._say(key, f"“{found.group()}” names no environment variable.")
            elif name not in environment:
                self._say(key, f"{name} is not set in the environment.")
            return environment.get(name, "")

        return _REFERENCE.sub(look_up, text)

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def _say(self, key: str, sentence: str) -> None:
        self.errors.append(f"{self._at(key) or 'The file'}: {sentence}")


def entries(value: Any, path: str, errors: list[str]) -> list[tuple[str, Any]]:
    """The members of a list with their paths; an absent list is empty."""
    if value is None:
        return []
    if not isinstance(value, list):
        errors.append(f"{path}: must be a list, not {_kind(value)}.")
        return []
    return [(f"{path}[{number}]", one) for number, one in enumerate(value)]


def _kind(value: Any) -> str:
    names = {bool: "true or false", dict: "a mapping", list: "a list", type(None): "nothing"}
    return names.get(type(value)) or f"“{value}”"
