"""Every request has an id: in its log lines and in its answer, so that the two can be found."""

import re
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from syncapp.logs import about

HEADER = "X-Request-Id"
_FROM_A_PROXY = re.compile(r"[A-Za-z0-9._-]{8,64}")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def request_id(get_response: GetResponse) -> GetResponse:
    def named(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        name = given if _FROM_A_PROXY.fullmatch(given) else uuid4().hex
        with about(request=name):
            answer = get_response(request)
        answer[HEADER] = name
        return answer

    return named
