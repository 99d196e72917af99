"""How our templates write what the engine says, and amounts."""

from decimal import Decimal
from typing import Any

from django import template

from syncapp import told as words
from syncapp.engine.money import cents
from syncapp.engine.said import unpacked
from syncapp.models import RecordLink
from syncapp.told import sentence_of

register = template.Library()


@register.filter
def told(text: Any) -> str:
    """A sentence in the reader's language."""
    return words.told(unpacked(text) if type(text) is str else text) if text else ""


@register.filter
def money(amount: Decimal | None, currency: str = "") -> str:
    """With the decimals and the name of its currency."""
    if amount is None:
        return ""
    shown = words.amount_in_words(cents(Decimal(amount), currency or "USD"))
    return f"{shown} {currency}".strip()


@register.filter
def why(link: RecordLink) -> str:
    """Of a record that stands beside the one that is shown."""
    return sentence_of(link)
