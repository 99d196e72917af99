"""What the history of settings says of a rule, in words: it keeps keys of configuration files."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from syncapp.engine.filter_words import filter_in_words
from syncapp.engine.records import Side
from syncapp.engine.rules import Condition
from syncapp.objects.options import OPTIONS
from syncapp.told import told

_LABELS = {option.name: option.label for options in OPTIONS.values() for option in options}
_APPS = {f"to_{side.value}": side.product_name for side in Side}


def title_of(key: str) -> str:
    """Empty where it is no key of a rule."""
    part, _, name = key.partition(" ")
    if key == "on":
        return gettext("Sync")
    if part == "option" and name in _LABELS:
        return gettext(_LABELS[name])
    if part == "filter" and name in _APPS:
        return gettext("Which go to %(app)s") % {"app": _APPS[name]}
    return ""


def value_of(key: str, text: str) -> str:
    if key.startswith("filter "):
        return _filter(text)
    return {"yes": gettext("yes"), "no": gettext("no")}.get(text, text)


def _filter(text: str) -> str:
    """As it is written, where nobody of today can read it."""
    try:
        groups = tuple(tuple(_conditions(group)) for group in json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        return text
    return told(filter_in_words(groups))


def _conditions(group: list[dict[str, Any]]) -> Iterator[Condition]:
    for one in group:
        value = one.get("value")
        yield Condition(
            str(one["object"]),
            str(one["property"]),
            str(one["operator"]),
            tuple(map(str, value)) if isinstance(value, list) else value,
            label=str(one.get("label") or ""),
            shown=str(one.get("shown") or ""),
        )
