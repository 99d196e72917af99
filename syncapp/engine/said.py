"""Sentences that still know what they were made of, so that pages can say them in another language.

A `Said` is its English sentence, and remembers the template and the facts that fill it. Templates
are found by `manage.py makemessages`, which knows the names of these functions and the tables of
texts; nobody here knows how to translate. Stored, one is its English sentence followed by how to
say it anew (`packed`).
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

_GAPS = re.compile(r"[ \t\r\n]+")  # a space that holds an amount together is none
_MARK = "\x1f"  # no sentence holds one, and a reader of the database sees the English in front


class Said(str):
    """`many` and `number`: the template of more than one, and how many there are."""

    __slots__ = ("facts", "many", "number", "template")

    template: str
    facts: Mapping[str, str]
    many: str
    number: int

    def __new__(
        cls, template: str, facts: Mapping[str, str], many: str = "", number: int = 1
    ) -> "Said":
        chosen = many if many and number != 1 else template
        self = super().__new__(cls, filled(chosen, facts))
        self.template, self.facts, self.many, self.number = template, dict(facts), many, number
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Said, (self.template, self.facts, self.many, self.number)


def said(template: str, /, **facts: object) -> str:
    """
    >>> said("It is {count} in {side}.", count="7", side="HubSpot")
    'It is 7 in HubSpot.'
    """
    return Said(template, _used(facts, template))


def said_many(one: str, many: str, count: int, /, **facts: object) -> str:
    """
    >>> said_many("{count} day", "{count} days", 2)
    '2 days'
    """
    return Said(one, _used({"count": count, **facts}, one + many), many, count)


def _used(facts: Mapping[str, object], template: str) -> dict[str, str]:
    """Only what it names is kept with it."""
    return {
        name: value if isinstance(value, str) else str(value)
        for name, value in facts.items()
        if f"{{{name}}}" in template
    }


def joined(separator: str, *parts: str) -> str:
    """Sentences after each other; the empty ones are left out."""
    kept = [part for part in parts if part]
    if not any(isinstance(part, Said) for part in kept):
        return separator.join(kept)
    names = [f"part{number}" for number in range(len(kept))]
    safe = separator.replace("{", "{{").replace("}", "}}")
    template = safe.join(f"{{{name}}}" for name in names)
    return Said(template, dict(zip(names, kept, strict=True)))


def filled(template: str, facts: Mapping[str, str]) -> str:
    """A fact that is not known leaves nothing; what it leaves is closed up. A part of a sentence
    may begin with a space."""
    begins = " " if template.startswith(" ") else ""
    return begins + _GAPS.sub(" ", template.format_map(defaultdict(str, facts))).strip(" ")


def packed(text: str) -> str:
    if not isinstance(text, Said):
        return text.replace(_MARK, "")
    return f"{text}{_MARK}{json.dumps(_written(text), ensure_ascii=False)}"


def unpacked(stored: str) -> str:
    """What was stored before there were templates, and the vendors' own words, are plain text."""
    english, mark, rest = stored.partition(_MARK)
    try:
        return _read(json.loads(rest)) if mark else english
    except (ValueError, KeyError, TypeError, AttributeError):  # not written by us
        return english


def _written(text: str) -> Any:
    if not isinstance(text, Said):
        return str(text)
    facts = {name: _written(value) for name, value in text.facts.items()}
    if text.many:
        return {"says": text.template, "facts": facts, "many": text.many, "number": text.number}
    return {"says": text.template, "facts": facts}


def _read(written: Any) -> str:
    if isinstance(written, str):
        return written
    facts = {name: _read(value) for name, value in written["facts"].items()}
    return Said(written["says"], facts, written.get("many", ""), written.get("number", 1))
