"""What the tests of translations share: the messages of the catalogue, and a language of brackets
in which everything that can be translated stands, so that the rest shows."""

import ast
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import trans_real

from integration_site.environment import BASE_DIR

CATALOGUE = BASE_DIR / "locale/nb/LC_MESSAGES/django.po"
_LINE = re.compile(r'^(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])? )?(".*")$')


@dataclass(frozen=True)
class Message:
    context: str
    text: str
    many: str
    translations: tuple[str, ...]
    is_fuzzy: bool

    @property
    def key(self) -> tuple[str, str, str]:
        return self.context, self.text, self.many


def messages_in(path: Path) -> list[Message]:
    return [one for one in map(_message, path.read_text().split("\n\n")) if one and one.text]


def _message(block: str) -> Message | None:
    parts: dict[tuple[str, str], str] = {}
    at = ("", "")
    for line in block.splitlines():
        if found := _LINE.match(line):
            at = (found[1], found[2] or "") if found[1] else at
            parts[at] = parts.get(at, "") + ast.literal_eval(found[3])
    if ("msgid", "") not in parts:
        return None
    said = {name: text for name, text in parts.items() if name[0] == "msgstr"}
    return Message(
        parts.get(("msgctxt", ""), ""),
        parts["msgid", ""],
        parts.get(("msgid_plural", ""), ""),
        tuple(said[name] for name in sorted(said)),
        any(line.startswith("#,") and "fuzzy" in line for line in block.splitlines()),
    )


def compile_catalogue() -> None:
    """As script/test does; for a test that is run by itself."""
    compiled = CATALOGUE.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < CATALOGUE.stat().st_mtime:
        subprocess.run(["msgfmt", "-o", str(compiled), str(CATALOGUE)], check=True)
        trans_real._translations.clear()


class Bracketed:
    """Bokmål, but what is ours stands in ⟦brackets⟧, in English. `others` collects the words of
    Django's own translations."""

    def __init__(self, ours: Mapping[str, Any]) -> None:
        self._ours, self._bokmål = ours, trans_real.translation("nb")
        self.others: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bokmål, name)

    def gettext(self, message: str) -> str:
        if message in self._ours:
            return f"⟦{message}⟧"
        return self._other(self._bokmål.gettext(message))

    def ngettext(self, one: str, many: str, number: int) -> str:
        if one in self._ours:
            return f"⟦{one if number == 1 else many}⟧"
        return self._other(self._bokmål.ngettext(one, many, number))

    def _other(self, words: str) -> str:
        self.others.update(words_of(words.split("\x04")[-1]))
        return words


def words_of(text: str) -> Iterator[str]:
    yield from re.findall(r"[^\W\d_]{3,}", text)
