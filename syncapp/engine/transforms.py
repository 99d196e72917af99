"""What a mapping does to a text on its way: `trim`, `phone:US`, `map:Net 30=3;Due now=1`, …

Steps are joined by `|` and run from the row's source to its target; in a two-way row from HubSpot
to QuickBooks. On the way back each step is undone, last one first. A step that only brings a
value to a form (trim, letter case, phone) cannot be undone: a value comes back as it is, and two
values count as equal when their forms do. A backslash makes the next character an ordinary one.

Alone in the engine this module may use phonenumbers and pycountry.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import phonenumbers
import pycountry

from syncapp.engine.said import said


class TransformError(ValueError):
    """What is wrong with the text of a transform, as a sentence."""


class Step(ABC):
    """One step of a transform."""

    @abstractmethod
    def apply(self, text: str) -> str: ...

    @abstractmethod
    def undo(self, text: str) -> str: ...

    def form(self, text: str) -> str:
        """What only looks different becomes equal."""
        return text


@dataclass(frozen=True, slots=True)
class Form(Step):
    """Trims, letter case, phone numbers in E.164."""

    bring: Callable[[str], str]

    def apply(self, text: str) -> str:
        return self.bring(text)

    def undo(self, text: str) -> str:
        return text

    def form(self, text: str) -> str:
        return self.bring(text)


@dataclass(frozen=True, slots=True)
class Country(Step):
    source: str
    target: str

    def apply(self, text: str) -> str:
        return _country(text, self.target)

    def undo(self, text: str) -> str:
        return _country(text, self.source)


@dataclass(frozen=True, slots=True)
class Prefix(Step):
    prefix: str

    def apply(self, text: str) -> str:
        return text if text.startswith(self.prefix) else self.prefix + text

    def undo(self, text: str) -> str:
        return text.removeprefix(self.prefix)


@dataclass(frozen=True, slots=True)
class WithoutPrefix(Step):
    prefix: str

    def apply(self, text: str) -> str:
        return text.removeprefix(self.prefix)

    def undo(self, text: str) -> str:
        return text if text.startswith(self.prefix) else self.prefix + text


@dataclass(frozen=True, slots=True)
class OptionMap(Step):
    """What is in neither column stays as it is. Of several options that become the same one, the
    first comes back."""

    pairs: tuple[tuple[str, str], ...]

    def apply(self, text: str) -> str:
        return next((after for before, after in self.pairs if before == text.strip()), text)

    def undo(self, text: str) -> str:
        return next((before for before, after in self.pairs if after == text.strip()), text)


@dataclass(frozen=True, slots=True)
class Transform:
    steps: tuple[Step, ...] = ()

    def apply(self, text: str) -> str:
        for step in self.steps:
            text = step.apply(text)
        return text

    def undo(self, text: str) -> str:
        for step in reversed(self.steps):
            text = step.undo(text)
        return text

    def form(self, text: str) -> str:
        """What both sides are compared in."""
        for step in self.steps:
            text = step.form(text)
        return text

    def examples(self, *, is_forward: bool) -> tuple[str, ...]:
        """Values that it is sure to be given: what its option maps name."""
        column = 0 if is_forward else 1
        maps = [step for step in self.steps if isinstance(step, OptionMap)]
        return tuple(pair[column] for step in maps for pair in step.pairs)


UNCHANGED = Transform()


@lru_cache(maxsize=1024)
def parsed(text: str) -> Transform:
    """Raises `TransformError`. An empty text leaves values as they are.

    >>> parsed("trim|upper").apply(" net 30 ")
    'NET 30'
    >>> parsed("map:Net 30=3").undo("3")
    'Net 30'
    """
    if not text.strip():
        return UNCHANGED
    return Transform(tuple(_step(one) for one in _split(text, "|")))


def _step(text: str) -> Step:
    name, _, argument = text.partition(":")
    name = name.strip()
    make = _STEPS.get(name)
    if make is None:
        known = ", ".join(_STEPS)
        raise TransformError(
            said(
                "“{plain}” is no transform; there are {known}.",
                plain=_plain(text.strip()),
                known=known,
            )
        )
    return make(name, argument)


def _form(bring: Callable[[str], str]) -> Callable[[str, str], Step]:
    def make(name: str, argument: str) -> Step:
        if argument.strip():
            raise TransformError(said("“{name}” takes nothing after it.", name=name))
        return Form(bring)

    return make


def _phone(_name: str, argument: str) -> Step:
    country = argument.strip().upper()
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise TransformError(
            said("“phone” needs the usual country as two letters, such as phone:US.")
        )
    return Form(partial(_e164, country=country))


def _countries(_name: str, argument: str) -> Step:
    forms = [one.strip() for one in argument.split("=")]
    source, target = forms if len(forms) == 2 else ("name", argument.strip())
    if source not in _COUNTRY_FORMS or target not in _COUNTRY_FORMS:
        raise TransformError(
            said(
                "“country” needs a form, such as country:alpha2, or both, such as"
                " country:alpha3=name; there are {listed}.",
                listed=", ".join(_COUNTRY_FORMS),
            )
        )
    return Country(source, target)


def _prefixes(name: str, argument: str) -> Step:
    prefix = _plain(argument)
    if not prefix:
        raise TransformError(said("“{name}” needs a text, such as {name}:HS-.", name=name))
    return Prefix(prefix) if name == "prefix" else WithoutPrefix(prefix)


def _options(_name: str, argument: str) -> Step:
    pairs: list[tuple[str, str]] = []
    for one in _split(argument, ";"):
        before, *after = (_plain(part).strip() for part in _split(one, "="))
        if len(after) != 1 or not before or not after[0]:
            raise TransformError(
                said(
                    "“{plain}” in “map” is no pair; write map:Net 30=3;Due now=1.",
                    plain=_plain(one.strip()),
                )
            )
        if before in dict(pairs):
            raise TransformError(said("“map” names “{before}” twice.", before=before))
        pairs.append((before, after[0]))
    return OptionMap(tuple(pairs))


def _title(text: str) -> str:
    """Of each word the first letter is a capital and the others are not: O'neil, not O'Neil."""
    return " ".join(word[:1].upper() + word[1:].lower() for word in text.split(" "))


def _stable(bring: Callable[[str], str]) -> Callable[[str], str]:
    """Unicode has letters of which one pass makes two; where no pass comes to rest, the text
    stays as it is."""

    def stably(text: str) -> str:
        once, rounds = bring(text), 0
        while (again := bring(once)) != once and rounds < _MOST_ROUNDS:
            once, rounds = again, rounds + 1
        return once if bring(once) == once else text

    return stably


_MOST_ROUNDS = 5

_STEPS: Mapping[str, Callable[[str, str], Step]] = {
    "trim": _form(str.strip),
    "upper": _form(_stable(str.upper)),
    "lower": _form(_stable(str.lower)),
    "title": _form(_stable(_title)),
    "phone": _phone,
    "country": _countries,
    "prefix": _prefixes,
    "unprefix": _prefixes,
    "map": _options,
}


def _split(text: str, at: str) -> list[str]:
    """Not where a backslash stands before; backslashes stay for the next split."""
    parts, escaped = [""], False
    for character in text:
        if character == at and not escaped:
            parts.append("")
            continue
        parts[-1] += character
        escaped = character == "\\" and not escaped
    return parts


def _plain(text: str) -> str:
    """Without the backslashes that made something ordinary."""
    result, escaped = "", False
    for character in text:
        escaped = character == "\\" and not escaped
        if not escaped:
            result += character
    return result


def _e164(text: str, country: str) -> str:
    """What cannot be dialled stays as it is; an extension is kept, which E.164 has no form for."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    dialled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{dialled} ext. {number.extension}" if number.extension else dialled


_COUNTRY_FORMS: Mapping[str, Callable[[pycountry.db.Country], str]] = {
    "name": lambda country: getattr(country, "common_name", None) or country.name,
    "alpha2": lambda country: country.alpha_2,
    "alpha3": lambda country: country.alpha_3,
}
_ALSO_CALLED = {"uk": "GB", "great britain": "GB", "england": "GB", "turkey": "TR", "russia": "RU"}


@lru_cache(maxsize=4096)
def _country(text: str, form: str) -> str:
    """By its code or any of its names; what is none stays as it is."""
    asked = text.strip()
    try:
        found = pycountry.countries.lookup(_ALSO_CALLED.get(asked.casefold(), asked))
    except LookupError:
        return text
    return _COUNTRY_FORMS[form](found)
