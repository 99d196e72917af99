"""A rule that is not saved yet, in sentences: what its review says."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from syncapp.admin.scaffold import Text
from syncapp.admin.wizard.configure_form import MappingRow
from syncapp.admin.wizard.flow import Step
from syncapp.admin.wizard.texts import (
    CONFLICTS,
    DIRECTION_TEXTS,
    MATCHING_CONSEQUENCES,
    consequences,
    matching_usual,
)
from syncapp.admin.words import OBJECTS
from syncapp.engine.filter_words import filter_in_words
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction, SyncRule
from syncapp.models import SyncRule as StoredRule
from syncapp.models.rules import DEFAULT_MATCHING, NO_MATCHING
from syncapp.objects.options import OPTIONS, Option, OptionKind
from syncapp.setup.account_fields import Accounts
from syncapp.setup.rule_document.wanted import RuleWanted
from syncapp.told import text, told


@dataclass(frozen=True, slots=True)
class Section:
    title: Text
    step: Step
    sentences: tuple[str, ...]


def sections(
    wanted: RuleWanted,
    rule: SyncRule | None,
    rows: list[MappingRow],
    stored: StoredRule | None,
    accounts: Accounts,
) -> list[Section]:
    """`rule` is None while an account cannot say who it is: the automatic filters are then left
    out rather than guessed."""
    entity = Entity(wanted.entity)
    found = [
        Section(_("Direction"), Step.CONFIGURE, tuple(_direction(wanted, entity, stored))),
        Section(_("Conflicts"), Step.CONFIGURE, tuple(_conflict(wanted, entity))),
        Section(_("Matching"), Step.CONFIGURE, tuple(_matching(wanted, entity, rows))),
        Section(_("Fields"), Step.CONFIGURE, tuple(_fields(rows))),
        Section(_("Options"), Step.CONFIGURE, tuple(_options(wanted, entity, accounts))),
        *_limits(wanted, entity, rule),
    ]
    if entity is Entity.INVOICE:
        found.append(
            Section(_("Payments and history"), Step.CONFIGURE, tuple(_history(wanted, stored)))
        )
    return [one for one in found if one.sentences]


def widens(wanted: RuleWanted, stored: StoredRule | None) -> bool:
    """Does an invoice sync begin to send that only received until now?"""
    return (
        stored is not None
        and wanted.entity == Entity.INVOICE
        and Direction(wanted.direction).reaches(Side.QUICKBOOKS)
        and not Direction(stored.direction).reaches(Side.QUICKBOOKS)
    )


def fixed_filters(rule: SyncRule | None, target: Side) -> list[str]:
    """What only it lets through, by itself."""
    return [text(one.words) for one in rule.special.locked(target, rule)] if rule else []


def _direction(wanted: RuleWanted, entity: Entity, stored: StoredRule | None) -> Iterator[str]:
    yield f"{DIRECTION_TEXTS[wanted.direction]}. {consequences(entity)[wanted.direction]}"
    if stored is not None and stored.direction != wanted.direction:
        before = DIRECTION_TEXTS[stored.direction]
        yield _("Until now: %(direction)s.") % {"direction": before}


def _conflict(wanted: RuleWanted, entity: Entity) -> Iterator[str]:
    sender = Direction(wanted.direction).sender
    if sender is not None:
        said = _("%(app)s sends, so its value counts.")
        yield said % {"app": sender.product_name}
    else:
        said = _("Where a field was changed in both apps: %(choice)s.")
        yield said % {"choice": CONFLICTS[wanted.conflict]}
    if entity is Entity.INVOICE:
        yield _("Money on an invoice is changed only in the app it was made in.")


def _matching(wanted: RuleWanted, entity: Entity, rows: list[MappingRow]) -> Iterator[str]:
    if wanted.match_on == NO_MATCHING:
        yield str(MATCHING_CONSEQUENCES["none"])
    elif wanted.match_on == DEFAULT_MATCHING:
        if usual := str(matching_usual(entity)):
            yield _("Records that exist in both apps are linked, not doubled.") + " " + usual
    else:
        named = [
            f"{row.hubspot_label} = {row.quickbooks_label}"
            for row in rows
            if wanted.match_on in (row.key, row.quickbooks)
        ]
        said = _("By %(field)s only. Records it does not tell apart are not linked.")
        yield said % {"field": (named or [wanted.match_on])[0]}


def _fields(rows: list[MappingRow]) -> Iterator[str]:
    used = [row for row in rows if row.is_on and row.direction]
    yield ngettext(
        "%(number)d field is kept alike.", "%(number)d fields are kept alike.", len(used)
    ) % {"number": len(used)}
    if off := [row.hubspot_label for row in rows if not row.is_on]:
        yield _("Switched off: %(fields)s.") % {"fields": ", ".join(off)}
    for row in used:
        if not row.is_ours:
            said = _("Added: %(hubspot)s with %(quickbooks)s, %(direction)s.") % {
                "hubspot": row.hubspot_label,
                "quickbooks": row.quickbooks_label,
                "direction": str(DIRECTION_TEXTS[row.direction]).lower()
                if row.direction == Direction.BOTH
                else DIRECTION_TEXTS[row.direction],
            }
            more = _("On its way: %(transform)s.") % {"transform": row.transform}
            yield f"{said} {more}" if row.transform else said


def _options(wanted: RuleWanted, entity: Entity, accounts: Accounts) -> Iterator[str]:
    for option in OPTIONS[entity]:
        value = wanted.options.get(option.name, option.is_on_at_first)
        if option.is_on_at_first and not value:
            yield _("%(option)s: no.") % {"option": _(option.label)}
        if value:
            shown = _shown(option, value, accounts)
            yield f"{_(option.label)}: {shown}." if shown else f"{_(option.label)}."


def _shown(option: Option, value: object, accounts: Accounts) -> str:
    books = accounts[Side.QUICKBOOKS]
    match option.kind:
        case OptionKind.FLAG:
            return ""
        case OptionKind.CHOICE:
            return _(dict(option.choices).get(str(value), str(value)))
        case OptionKind.ACCOUNT:
            return dict(books.accounts_for(option.name)).get(str(value), str(value))
        case OptionKind.ITEM:
            return dict(books.items()).get(str(value), str(value))
        case OptionKind.TEXT:
            return str(value)


def _limits(wanted: RuleWanted, entity: Entity, rule: SyncRule | None) -> Iterator[Section]:
    for target in (Side.QUICKBOOKS, Side.HUBSPOT):
        if Direction(wanted.direction).reaches(target):
            title = _("Which go to %(app)s") % {"app": target.product_name}
            yield Section(title, Step.LIMIT, tuple(_limit(entity, rule, target)))


def _limit(entity: Entity, rule: SyncRule | None, target: Side) -> Iterator[str]:
    if rule is None:
        yield _("The accounts must be asked once before the automatic filters can be shown.")
        return
    direction = Direction.towards(target)
    name = str(OBJECTS[entity]).lower()
    for words in fixed_filters(rule, target):
        yield _("Always: only %(object)s %(words)s.") % {"object": name, "words": words}
    if own := told(filter_in_words(rule.filters.get(direction, ()))):
        yield _("Your filter: %(filter)s.") % {"filter": own}
    else:
        yield _("No filter of your own.")
        return
    if direction in rule.keeps_linked:
        yield _("A linked record that no longer matches is kept in sync.")
    else:
        yield _("A linked record that no longer matches stops being updated.")


def _history(wanted: RuleWanted, stored: StoredRule | None) -> Iterator[str]:
    if not Direction(wanted.direction).reaches(Side.QUICKBOOKS):
        yield _("Payments are off: an inbound invoice sync brings none.")
        return
    yield _("Payments switch on by themselves and travel both ways.")
    if stored is not None and stored.started_at is not None and not widens(wanted, stored):
        day = date_format(localtime(stored.started_at), "DATE_FORMAT")
        said = _(
            "Invoices made in HubSpot before %(day)s stay behind unless somebody changes them."
        )
        yield said % {"day": day}
    else:
        yield _(
            "Older invoices stay behind: of HubSpot’s, only those created or changed after you save"
            " go to QuickBooks. Import the history into QuickBooks by hand."
        )
