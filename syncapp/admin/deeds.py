"""What a person can do about one record: what is offered, what it says first, who does it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from syncapp.admin.scaffold import Text
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.engine.said import said
from syncapp.errors import NotPossible
from syncapp.models import RecordLink
from syncapp.pipeline import detached
from syncapp.pipeline.by_hand import protection, resolve
from syncapp.pipeline.by_hand.again import look_again

# what was sent with the button: `partner`, `id`, `wins`, `field`
Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deed:
    """`consequence` stands beside the button. `asks`: a second press is wanted. `is_at_once`: it
    is done when the page comes back; else a worker does it."""

    name: str
    label: Text
    consequence: Text
    said: Text
    do: Callable[[RecordLink, Given, str], None]
    asks: bool = False
    is_at_once: bool = False


def _again(link: RecordLink, _given: Given, _by: str) -> None:
    look_again(link.integration, [link])


def _link(link: RecordLink, given: Given, by: str) -> None:
    resolve.link(link, _partner(link, given), by=by)


def _choose(link: RecordLink, given: Given, by: str) -> None:
    if given.get("wins") not in list(Side):
        raise NotPossible(said("Choose HubSpot or QuickBooks."))
    resolve.choose_side(link, Side(given["wins"]), given.get("field", ""), by=by)


def _partner(link: RecordLink, given: Given) -> RecordRef:
    """A candidate's side and id; an id typed by hand is of the side where the record is not."""
    side, _sep, id_ = given.get("partner", "").partition(":")
    if side not in list(Side):
        missing = Side.QUICKBOOKS if link.quickbooks_id is None else Side.HUBSPOT
        side, id_ = missing.value, given.get("id", "")
    id_ = id_.strip()
    if not id_.isdecimal() or len(id_) > 30:
        raise NotPossible(said("An id is a number: it stands in the address of the record's page."))
    return RecordRef(Side(side), Entity(link.entity), id_)


_LATER = _("A worker does it in a moment.")

DEEDS: Mapping[str, Deed] = {
    one.name: one
    for one in (
        Deed(
            "sync",
            _("Sync now"),
            _("Both sides are read and decided again."),
            _("It is on the worklist: both sides are read and decided again in a moment."),
            _again,
        ),
        Deed(
            "retry",
            _("Retry now"),
            _("Both sides are read and decided again; what is put right goes through."),
            _("It is on the worklist: it is tried again in a moment."),
            _again,
        ),
        Deed(
            "link",
            _("Link"),
            _("The two are one: from now on they are kept alike."),
            _("It is linked with the record you chose in the next pass."),
            _link,
        ),
        Deed(
            "choose",
            _("Choose"),
            _("The value you choose is written to the other side."),
            _("Your choice is kept; the next pass writes it to the other side."),
            _choose,
        ),
        Deed(
            "keep_apart",
            _("Keep apart"),
            _("It is none of them. It gets a copy of its own on the other side."),
            _("It is kept apart; the next pass makes a copy of its own where the rule allows it."),
            lambda link, _given, by: resolve.keep_apart(link, by=by),
            asks=True,
        ),
        Deed(
            "unlink",
            _("Take the two apart"),
            _("They do not belong together. Nothing is deleted; both wait until you say how they"
              " go on."),
            _("The two are taken apart in the next pass; both then ask how to go on."),
            lambda link, _given, by: resolve.unlink(link, by=by),
            asks=True,
        ),
        Deed(
            "send_again",
            _("Send again"),
            _("A new copy of it is made where it was deleted."),
            _("It is sent again in the next pass."),
            lambda link, _given, by: resolve.send_again(link, by=by),
            asks=True,
        ),
        Deed(
            "let_go",
            _("Let go"),
            _("It stays deleted there, and is left alone here."),
            _("It is let go in the next pass; nothing is written."),
            lambda link, _given, by: resolve.let_go(link, by=by),
        ),
        Deed(
            "restore",
            _("Put back what was agreed"),
            _("What was changed in the app where it does not belong is overwritten with what both"
              " apps held before."),
            _("What both apps held before is put back."),
            lambda link, _given, _by: protection.restore(link),
            asks=True,
            is_at_once=True,
        ),
        Deed(
            "accept",
            _("Accept the change"),
            _("The change is taken over to the app where the document was made."),
            _("The change is taken over; both apps say the same."),
            lambda link, _given, _by: protection.accept(link),
            asks=True,
            is_at_once=True,
        ),
        Deed(
            "exclude",
            _("Leave it alone"),
            _("It is neither changed nor made again by the sync, until you take it back."),
            _("It is left alone from now on."),
            lambda link, _given, _by: detached.detach(link),
            asks=True,
            is_at_once=True,
        ),
        Deed(
            "take_back",
            _("Take it back"),
            _("It is synced again, against what both sides last agreed on."),
            _("It is taken back and decided anew in a moment."),
            lambda link, _given, _by: detached.take_back(link),
        ),
    )
}  # fmt: skip

_BY_CATEGORY = {
    "ambiguous": ("keep_apart",),
    "taken_apart": ("keep_apart",),
    "deleted_in_quickbooks": ("send_again", "let_go"),
    "deleted_there": ("send_again",),
    "protected_change": ("restore", "accept"),
}


def first_deed(link: RecordLink) -> Deed:
    """The button at the top of the page."""
    return DEEDS["retry" if link.state in ("failing", "waiting") else "sync"]


def offered(link: RecordLink) -> list[Deed]:
    """What makes sense now; those with fields of their own stand elsewhere on the page."""
    names = list(_BY_CATEGORY.get(link.category, ()))
    if link.is_linked and link.entity in (Entity.CONTACT, Entity.PRODUCT):
        names.append("unlink")
    names.append("take_back" if link.category == "detached" else "exclude")
    return [DEEDS[name] for name in names]


def may_be_linked(link: RecordLink) -> bool:
    return not link.is_linked and link.entity != Entity.PAYMENT


def print_of(link: RecordLink) -> str:
    """Names the state that a person saw when pressing a button."""
    seen = [link.state, link.category, link.sentence, link.hubspot_id, link.quickbooks_id]
    text = json.dumps([*seen, link.decisions], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
