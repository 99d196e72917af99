"""What a new customer is called in QuickBooks, where names are unique among customers, vendors and
employees (quickbooks-api.md 4). Given once, on create; never fought over afterwards."""

import re
from collections.abc import Iterator

from syncapp.engine.records import Snapshot
from syncapp.engine.rules import SyncRule

LIMIT = 500
ASSOCIATED = "associated_company"  # the name of the contact's primary company in HubSpot
MADE_OF = "display_name"
ON_CLASH = "display_name_clash"
NEVER_RENAME = "fail"

_LAST_NUMBER = 9
_COLONS = re.compile(r"\s*:+\s*")  # QuickBooks keeps the colon for sub-customers
_BLANKS = re.compile(r"\s+")

# What comes first, and what stands in where it is missing
_ORDER = {
    "company": ("company", "person", "email"),
    "person": ("person", "company", "email"),
    "person_company": ("person_company", "person", "company", "email"),
    "email": ("email", "person", "company"),
}
_TELLS_APART = {
    "company": ("person", "email"),
    "person": ("company", "email"),
    "person_company": ("email",),
    "email": ("person", "company"),
}


def display_names(contact: Snapshot, rule: SyncRule) -> tuple[str, ...]:
    """All that it may be called, best first; none where there is nothing to call it by.

    A second contact of Acme is "Acme – Ada Berg", a third of that name "Acme – Ada Berg (2)".
    """
    parts = _parts(contact)
    wanted = _ORDER.get(rule.option(MADE_OF), _ORDER["company"])
    base = next((part for part in wanted if parts[part]), None)
    if base is None:
        return ()
    if rule.option(ON_CLASH) == NEVER_RENAME or len(parts[base]) > LIMIT:
        return (parts[base],)
    return tuple(name for name in _patterns(parts, base) if len(name) <= LIMIT)


def _patterns(parts: dict[str, str], base: str) -> Iterator[str]:
    longest = parts[base]
    yield longest
    more = next((parts[part] for part in _TELLS_APART[base] if parts[part]), "")
    if more and more.casefold() != longest.casefold():
        longest = f"{longest} – {more}"
        yield longest
    for number in range(2, _LAST_NUMBER + 1):
        yield f"{longest} ({number})"


def _parts(contact: Snapshot) -> dict[str, str]:
    company = _clean(contact.get("company")) or _clean(contact.get(ASSOCIATED))
    email = _clean(contact.get("email"))
    names = (_clean(contact.get("firstname")), _clean(contact.get("lastname")))
    person = " ".join(name for name in names if name)
    both = f"{person} ({company})" if person and company else ""
    return {"company": company, "person": person, "person_company": both, "email": email}


def _clean(value: object) -> str:
    """Without what QuickBooks takes in no name: colons, tabs and ends of lines."""
    return _BLANKS.sub(" ", _COLONS.sub(" - ", str(value or ""))).strip(" -")
