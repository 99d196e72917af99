"""What proves a person besides their password. The seed of an app is encrypted like a vendor's
token; of recovery codes only hashes are kept."""

import hashlib
import hmac
import secrets
import time
from base64 import b32encode
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import models
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP

from syncapp.models.encrypted import EncryptedTextField, SealedRow

if TYPE_CHECKING:

    class _Base(models.Model):
        """What the library's untyped classes bring."""

        user: Any
        objects: ClassVar[models.Manager[Any]]

        class Meta:
            abstract = True

        def verify_is_allowed(self) -> tuple[bool, dict[str, Any] | None]: ...
        def throttle_increment(self) -> None: ...
        def throttle_reset(self, commit: bool = True) -> None: ...  # noqa: FBT001, FBT002

else:

    class _Base(ThrottlingMixin, Device):
        class Meta:
            abstract = True


SEED_BYTES = 20
STEP_SECONDS = 30
STEPS_EITHER_WAY = 1  # clocks differ
CODE_BYTES = 8  # 64 bits: 13 letters and digits
# About 50 ms and 16 MB for each guess at a stolen database
_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


def fresh_seed() -> str:
    return secrets.token_hex(SEED_BYTES)


class AuthenticatorApp(SealedRow, _Base):
    """On a person's phone: it and we know the seed, and the code follows from seed and time."""

    when_unreadable = "take the second factor away and set it up again"

    seed = EncryptedTextField("seed", default=fresh_seed)
    last_step = models.BigIntegerField(
        "time of the last code", default=-1, help_text="In steps; a code is good once."
    )

    class Meta:
        verbose_name = "authenticator app"
        ordering = ("id",)

    def verify_token(self, token: str) -> bool:
        is_allowed, _why = self.verify_is_allowed()
        if not is_allowed:
            return False
        step = self._matching_step(token)
        if step is None:
            self.throttle_increment()
            return False
        self.last_step = step
        self.throttle_reset(commit=False)
        self.save()
        return True

    def code_at(self, seconds: float) -> str:
        generator = TOTP(bytes.fromhex(self.seed), STEP_SECONDS)
        generator.time = seconds
        return f"{generator.token():06d}"

    def address(self) -> str:
        """What an app reads from the picture."""
        issuer = str(settings.OTP_TOTP_ISSUER)
        label = quote(f"{issuer}:{self.user.get_username()}")
        asked = {"secret": self.typed_seed(), "issuer": issuer, "period": STEP_SECONDS}
        return f"otpauth://totp/{label}?{urlencode(asked)}"

    def typed_seed(self) -> str:
        return b32encode(bytes.fromhex(self.seed)).decode().rstrip("=")

    def get_throttle_factor(self) -> int:
        return 1

    def _matching_step(self, token: str) -> int | None:
        now = time.time()
        for step in range(-STEPS_EITHER_WAY, STEPS_EITHER_WAY + 1):
            at = now + step * STEP_SECONDS
            number = int(at // STEP_SECONDS)
            is_right = hmac.compare_digest(self.code_at(at).encode(), token.encode())
            if is_right and number > self.last_step:
                return number
        return None


class RecoveryCodes(_Base):
    """A person's codes for the day the phone is gone; each is good once."""

    salt = models.CharField(max_length=32)
    hashes = models.JSONField(default=list, help_text="Of the codes that were not used yet.")

    class Meta:
        verbose_name = verbose_name_plural = "recovery codes"
        ordering = ("id",)

    @classmethod
    def of(cls, user: Any, codes: list[str]) -> Any:
        """In place of those there were."""
        salt = secrets.token_hex(16)
        cls.objects.filter(user=user).delete()
        hashes = [hashed(code, salt) for code in codes]
        return cls.objects.create(user=user, name="recovery", salt=salt, hashes=hashes)

    def verify_token(self, token: str) -> bool:
        is_allowed, _why = self.verify_is_allowed()
        if not is_allowed:
            return False
        found = hashed(token, self.salt)
        left = [one for one in self.hashes if not hmac.compare_digest(one, found)]
        if len(left) == len(self.hashes):
            self.throttle_increment()
            return False
        self.hashes = left
        self.throttle_reset(commit=False)
        self.save()
        return True

    def get_throttle_factor(self) -> int:
        return 1


def fresh_code() -> str:
    return b32encode(secrets.token_bytes(CODE_BYTES)).decode().rstrip("=").lower()


def hashed(code: str, salt: str) -> str:
    return hashlib.scrypt(code.encode(), salt=bytes.fromhex(salt), **_SCRYPT).hex()
