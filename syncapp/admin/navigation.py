"""What the sidebar offers: only what this person may open."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from syncapp.admin.roles import CONFIGURE, OWN, VIEW
from syncapp.admin.scaffold import Text
from syncapp.reporting.objects import asking_for_somebody


@dataclass(frozen=True, slots=True)
class Place:
    title: Text
    name: str  # of its page
    icon: str
    permission: str


@dataclass(frozen=True, slots=True)
class Entry:
    title: Text
    url: str
    icon: str
    is_here: bool
    number: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    title: Text
    entries: Sequence[Entry] = field(default_factory=list)


PLACES: Sequence[tuple[Text, Sequence[Place]]] = (
    (
        _("Sync"),
        (
            Place(_("Home"), "index", "home", VIEW),
            Place(_("Object view"), "objects", "objects", VIEW),
            Place(_("Record view"), "records", "records", VIEW),
            Place(_("Failure desk"), "desk", "warning", VIEW),
            Place(_("Passes"), "passes", "passes", VIEW),
        ),
    ),
    (
        pgettext_lazy("menu", "Set up"),
        (
            Place(_("Rules"), "syncapp_syncrule_changelist", "rules", "syncapp.view_syncrule"),
            Place(_("Connections"), "connections", "plug", VIEW),
            Place(_("Alerts"), "alerts", "bell", VIEW),
        ),
    ),
    (
        _("People"),
        (
            Place(_("People"), "people", "people", OWN),
            Place(_("Changes"), "changes", "history", CONFIGURE),
            Place(_("Your account"), "account", "lock", VIEW),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[Part]:
    parts = []
    for title, places in PLACES:
        allowed = [place for place in places if request.user.has_perm(place.permission)]
        if allowed:
            parts.append(Part(title, [_entry(place, request.path) for place in allowed]))
    return parts


def _entry(place: Place, here: str) -> Entry:
    url = reverse(f"admin:{place.name}")
    is_here = here == url if place.name == "index" else here.startswith(url)
    number = asking_for_somebody() if place.name == "desk" else 0
    return Entry(place.title, url, f"ledgerline/icons/{place.icon}.html", is_here, number)
