"""Whether anybody is still there: requests of a person count, those of a page by itself do not."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from syncapp.admin.access import sessions

# Parts of pages that ask for themselves anew, by their id
_BY_THEMSELVES = frozenset(("ll-live", "ll-rehearsed"))


def noting_activity(
    respond: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def respond_to(request: HttpRequest) -> HttpResponse:
        is_person = request.headers.get("HX-Trigger") not in _BY_THEMSELVES
        if is_person and request.user.is_authenticated:
            sessions.seen(request)
        return respond(request)

    return respond_to
