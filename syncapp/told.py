"""Sentences of the engine in the reader's language, amounts and days in their way of writing.

Only facts are rewritten: what a plain text says, a vendor's above all, stays as it was said.
"""

import re
from datetime import date, datetime
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from syncapp.engine.catalogue import CATEGORIES, explain
from syncapp.engine.filter_words import read_written_day
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Value
from syncapp.engine.said import Said, filled
from syncapp.engine.words import in_words
from syncapp.models import RecordLink

# As engine.money.show writes it
_AMOUNT = re.compile(
    r"(-?\d{1,3}(?:,\d{3})*\.\d{2,3})( [A-Z]{3})?|(-?\d{1,3}(?:,\d{3})*)( [A-Z]{3})"
)

# As a sentence writes a moment
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")


def told(text: str) -> str:
    if not isinstance(text, Said):
        return str(text)
    facts = {name: _fact(value) for name, value in text.facts.items()}
    if text.many:
        return filled(ngettext(text.template, text.many, text.number), facts)
    return filled(gettext(text.template) if text.template else "", facts)


def text(words: str) -> str:
    """Of a table of the engine."""
    return told(words) if isinstance(words, Said) else gettext(words)


def sentence_of(link: RecordLink) -> str:
    """All that its reason says, as the link's own sentence does in English."""
    if link.category not in CATEGORIES:
        return told(link.sentence)
    return told(explain(Finding(State(link.state), link.category, link.facts)))


def amount_in_words(amount: Decimal) -> str:
    """With as many decimals as it has: they are the currency's."""
    return number_format(amount, use_l10n=True, force_grouping=True)


def value_in_words(value: Value) -> str:
    """As the engine's `in_words`, in the reader's way of writing."""
    match value:
        case bool():
            return gettext("yes") if value else gettext("no")
        case datetime():
            return date_format(localtime(value), "DATETIME_FORMAT")
        case date():
            return date_format(value, "DATE_FORMAT")
        case _:
            return in_words(value, amount_in_words)


def _fact(value: str) -> str:
    if isinstance(value, Said):
        return told(value)
    text = str(value)
    if found := _AMOUNT.fullmatch(text):
        digits, currency = (found[1] or found[3]), (found[2] or found[4] or "")
        return amount_in_words(Decimal(digits.replace(",", ""))) + currency
    if _MOMENT.fullmatch(text):
        moment = datetime.fromisoformat(text.replace(" UTC", "+00:00"))
        return date_format(localtime(moment), "DATETIME_FORMAT")
    day = read_written_day(text)
    return date_format(day, "DATE_FORMAT") if day else text
