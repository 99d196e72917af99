"""In which language and time zone a person reads our pages.

What they chose is theirs wherever they sign in; it is copied into the session, so that no page asks
the database for it. A browser that is open meanwhile takes it over at its next sign-in. Whoever
chose nothing reads as the browser asks for; the zone it names comes in a cookie (zone.js).
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from syncapp.admin.scaffold import person
from syncapp.models import Preferences

ZONE_COOKIE = "ll-zone"
_KEPT = "reading"
# Bokmål is closer to these than English is
_NORWEGIAN = ("no", "nn")


class AsTheyRead:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen_here = chosen(request)
        language = chosen_here["language"] or asked_for(request)
        request.LANGUAGE_CODE = language
        with (
            translation.override(language),
            timezone.override(zone_called(chosen_here["time_zone"] or guessed_zone(request))),
        ):
            answer = self._get_response(request)
        answer.headers.setdefault("Content-Language", language)
        patch_vary_headers(answer, ("Accept-Language",))
        return answer


def chosen(request: HttpRequest) -> dict[str, str]:
    kept = request.session.get(_KEPT) or {}
    return {name: str(kept.get(name, "")) for name in ("language", "time_zone")}


def take_over(request: HttpRequest) -> None:
    """At the sign-in."""
    kept = Preferences.objects.filter(user=person(request)).first()
    if kept is not None:
        request.session[_KEPT] = {"language": kept.language, "time_zone": kept.time_zone}


def keep(request: HttpRequest, *, language: str, time_zone: str) -> None:
    said = {"language": language, "time_zone": time_zone}
    Preferences.objects.update_or_create(user=person(request), defaults=said)
    request.session[_KEPT] = said


def asked_for(request: HttpRequest) -> str:
    """The first language of the browser that there is; English else."""
    offered = {code for code, _name in settings.LANGUAGES}
    for tag, _weight in _accepted(request.headers.get("Accept-Language", "")):
        code = "nb" if tag.split("-")[0] in _NORWEGIAN else tag
        if code in offered:
            return code
        if code.split("-")[0] in offered:
            return code.split("-")[0]
    return settings.LANGUAGE_CODE


def _accepted(header: str) -> list[tuple[str, float]]:
    from django.utils.translation.trans_real import parse_accept_lang_header

    return list(parse_accept_lang_header(header.lower()[:500]))


def guessed_zone(request: HttpRequest) -> str:
    return request.COOKIES.get(ZONE_COOKIE, "").replace("%2F", "/")


def zone_called(name: str) -> ZoneInfo:
    """UTC for a name nobody knows: a cookie is the caller's word. Paths are no names."""
    return ZoneInfo(name if name in zones() else settings.TIME_ZONE)


def zones() -> frozenset[str]:
    return _ZONES


_ZONES = frozenset(available_timezones())
