"""The catalogue as a page for book-keepers."""

from collections.abc import Mapping

from syncapp.engine.catalogue.access import ACCESS
from syncapp.engine.catalogue.category import Category
from syncapp.engine.catalogue.decision import DECISIONS
from syncapp.engine.catalogue.excluded import EXCLUDED
from syncapp.engine.catalogue.failing import FAILING
from syncapp.engine.catalogue.in_sync import IN_SYNC
from syncapp.engine.catalogue.payments import PAYMENTS
from syncapp.engine.catalogue.protection import PROTECTION
from syncapp.engine.catalogue.refused import REFUSED
from syncapp.engine.catalogue.waiting import WAITING

_CHAPTERS: Mapping[str, Mapping[str, Category]] = {
    "In sync, with a remark": IN_SYNC,
    "Left out on purpose": EXCLUDED,
    "Waiting": WAITING,
    "Needs a decision": DECISIONS,
    "Failing: the record itself": FAILING,
    "Failing: changed in the other app": PROTECTION,
    "Payments": PAYMENTS,
    "Failing: not accepted": REFUSED,
    "Failing: access and outages": ACCESS,
}
_INTRODUCTION = """# Reasons

Why a record is not simply in sync, and what to do. Made by `manage.py reasons`; do not edit.
Words in angle brackets stand for the record's own facts. Whatever the last column says, a record is
looked at again whenever it is changed.
"""
_HEAD = """
| reason | what happened | why | what to do | who | where | tried again |
| --- | --- | --- | --- | --- | --- | --- |
"""


def page() -> str:
    chapters = [
        f"\n## {title}\n{_HEAD}" + "".join(_line(name, row) for name, row in rows.items())
        for title, rows in _CHAPTERS.items()
    ]
    return _INTRODUCTION + "".join(chapters)


def _line(name: str, row: Category) -> str:
    cells = (
        f"**{row.title}** (`{name}`)",
        _shown(row.happened),
        row.why,
        _shown(row.remedy),
        row.who.value,
        row.place.value,
        row.retry.when.value,
    )
    return f"| {' | '.join(cells)} |\n"


def _shown(template: str) -> str:
    return template.replace("{", "‹").replace("}", "›").replace("|", "\\|")
