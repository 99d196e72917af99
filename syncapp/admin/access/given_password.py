"""A password that somebody else chose opens one page only: that on which a person chooses their
own. Asked at sign-in: whoever is given a new one is signed out by it."""

from typing import Any

from django.http import HttpRequest

from syncapp.models import GivenPassword
from syncapp.pipeline import audit

_KEY = "owes_own_password"


def give(person: Any) -> None:
    GivenPassword.objects.get_or_create(user=person)


def begun(request: HttpRequest) -> None:
    request.session[_KEY] = GivenPassword.objects.filter(user=request.user.pk).exists()


def is_owed(request: HttpRequest) -> bool:
    return bool(request.session.get(_KEY))


def chosen(request: HttpRequest) -> None:
    user: Any = request.user
    GivenPassword.objects.filter(user=user).delete()
    request.session[_KEY] = False
    audit.note(user, "own_password_chosen")
