"""The go-live check: what of two accounts would hinder the rules that shall be on. Pure."""

from collections.abc import Iterator, Sequence

from syncapp.engine.records import Entity
from syncapp.engine.said import said
from syncapp.objects.golive_checks import CHECKS, CLOSED_UNTIL, WORTH_SAYING, Found, Rules
from syncapp.objects.golive_facts import Facts, GoLiveFinding, Severity
from syncapp.objects.golive_words import WORDS, Words


def findings(facts: Facts, rules: Rules) -> tuple[GoLiveFinding, ...]:
    """Blocking ones first. A check that finds nothing is told as good where that is worth it."""
    found = [one for code, check in CHECKS.items() for one in _said(code, check(facts, rules))]
    order = list(Severity)
    return tuple(sorted([*found, *_good(facts, rules)], key=lambda one: order.index(one.severity)))


def blocking(found: Sequence[GoLiveFinding], entity: Entity) -> tuple[GoLiveFinding, ...]:
    return tuple(
        one for one in found if one.severity is Severity.BLOCKING and entity in one.entities
    )


def _said(code: str, found: Found) -> Iterator[GoLiveFinding]:
    if found is None:
        return
    words, (entities, facts) = WORDS[code], found
    yield GoLiveFinding(
        code,
        words.severity,
        title=said(words.title, **facts),
        consequence=said(words.consequence, **facts),
        remedy=said(words.remedy, **facts),
        place=words.place,
        entities=entities,
        facts=facts,
    )


def _good(facts: Facts, rules: Rules) -> Iterator[GoLiveFinding]:
    for code, applies in WORTH_SAYING.items():
        words: Words = WORDS[code]
        if applies(facts, rules) and CHECKS[code](facts, rules) is None:
            date = {"date": facts.company.preferences.get(CLOSED_UNTIL, "")}
            yield GoLiveFinding(code, Severity.GOOD, title=said(words.good, **date))
