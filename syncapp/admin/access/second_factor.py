"""One-time passwords and recovery codes: who needs one, is it right, a fresh set.

A password alone opens nothing to somebody who has set one up, nor to an owner where the
installation requires one.
"""

from dataclasses import dataclass
from typing import Any

import django_otp
import segno
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from syncapp.admin.roles import OWN
from syncapp.errors import NotPossible
from syncapp.models import AuthenticatorApp, RecoveryCodes
from syncapp.models.second_factor import fresh_code

RECOVERY_CODES = 10
_CACHED = "_ledgerline_has_second_factor"


@dataclass(frozen=True, slots=True)
class Secret:
    """What a person's app is told, as a picture and as text."""

    drawing: str
    text: str


def is_satisfied(request: HttpRequest) -> bool:
    """Nothing more is asked of this session."""
    user: Any = request.user
    if user.is_verified():
        return True
    return not has_one(user) and not is_required(user)


def is_required(user: Any) -> bool:
    return bool(settings.REQUIRE_SECOND_FACTOR and user.has_perm(OWN))


def has_one(user: Any) -> bool:
    """Asked several times while a page is made; read once."""
    if not hasattr(user, _CACHED):
        setattr(user, _CACHED, _confirmed(user).exists())
    return bool(getattr(user, _CACHED))


def check(request: HttpRequest, typed: str) -> None:
    """Six digits are an app's, everything else a recovery code. Raises `NotPossible`."""
    code = typed.replace(" ", "").lower()
    kind: Any = AuthenticatorApp if code.isdecimal() else RecoveryCodes
    with transaction.atomic():  # guesses side by side are counted one after the other
        device = kind.objects.select_for_update().filter(user=request.user, confirmed=True).first()
        is_right = device is not None and device.verify_token(code)
    if not is_right:
        raise NotPossible(_refusal(device))
    request.session.cycle_key()
    django_otp.login(request, device)


def begin(user: Any) -> AuthenticatorApp:
    """The one that waits to be confirmed, so that the picture stays the same."""
    app: AuthenticatorApp | None = AuthenticatorApp.objects.filter(
        user=user, confirmed=False
    ).first()
    if app is None:
        app = AuthenticatorApp(user=user, name="app", confirmed=False)
        app.save()
    return app


def secret_of(app: AuthenticatorApp) -> Secret:
    drawing = segno.make(app.address(), error="m").svg_inline(
        scale=5, border=3, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Secret(drawing, app.typed_seed())


def confirm(request: HttpRequest, typed: str) -> list[str]:
    """The app shows the right code, so it takes over from whatever was there. Answers the recovery
    codes, which are shown this once. Raises `NotPossible`."""
    device: Any = begin(request.user)
    if not device.verify_token(typed.replace(" ", "")):
        raise NotPossible(_refusal(device))
    with transaction.atomic():
        _confirmed(request.user).delete()
        device.confirmed = True
        device.save()
        codes = fresh_codes(request.user)
    request.session.cycle_key()
    django_otp.login(request, device)
    setattr(request.user, _CACHED, True)
    return codes


def fresh_codes(user: Any) -> list[str]:
    """The old ones are worthless from now on."""
    codes = [fresh_code() for _number in range(RECOVERY_CODES)]
    with transaction.atomic():
        RecoveryCodes.of(user, codes)
    return codes


def codes_left(user: Any) -> int:
    return sum(len(one.hashes) for one in RecoveryCodes.objects.filter(user=user))


def people_with_one() -> set[int]:
    return set(AuthenticatorApp.objects.filter(confirmed=True).values_list("user_id", flat=True))


def _confirmed(user: Any) -> Any:
    return AuthenticatorApp.objects.filter(user=user, confirmed=True)


def _refusal(device: Any) -> str:
    if device is not None:
        is_allowed, why = device.verify_is_allowed()
        if not is_allowed and (until := (why or {}).get("locked_until")):
            seconds = max(1, round((until - timezone.now()).total_seconds()))
            return _("This code is wrong. Wait %(seconds)s seconds before the next try.") % {
                "seconds": seconds
            }
    return _("This code is wrong, or was used already. Take the one that is shown now.")
