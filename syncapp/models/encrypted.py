"""A text column that is encrypted at rest with TOKEN_KEYS (newest first, apart from SECRET_KEY).

The row's id and the column's name are sealed in with the value and checked on reading, so that a
value moved to another row or column is refused.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models, transaction
from django.db.models.query_utils import DeferredAttribute

from syncapp.errors import ConfigurationError
from syncapp.logs import remember_secret

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField

PREFIX = "enc1:"


class Sealed(str):
    """The value as the database holds it."""

    __slots__ = ()


class Opened(str):
    """A value as we use it. It remembers its sealed form, which a raw save (loaddata) stores."""

    sealed: Sealed
    column: str


class SealedAttribute(DeferredAttribute):
    """Opens the value when it is read, never earlier: listing rows needs no key."""

    field: "EncryptedTextField"

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Sealed):
            return value
        return self.field.open(value, instance)

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(_TextField):
    descriptor_class = SealedAttribute
    description = "Text, encrypted at rest"

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return Sealed(value) if value else value

    def to_python(self, value: Any) -> Any:
        is_sealed = isinstance(value, str) and value.startswith(PREFIX)
        return Sealed(value) if is_sealed else super().to_python(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001
        value = model_instance.__dict__.get(self.attname)
        if not value or isinstance(value, Sealed):
            return value
        if model_instance.pk is None:
            message = f"{self.name} is sealed with the row's id: save the row first."
            raise FieldError(message)
        return self.seal(str(value), model_instance)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Opened) and value.column == self.name:
            return str(value.sealed)
        if value and not isinstance(value, Sealed):
            message = f"{self.name} is encrypted: assign it on a row and save that."
            raise FieldError(message)
        return None if value is None else str(value)

    def get_lookup(self, lookup_name: str) -> Any:
        message = f"{self.name} is encrypted and cannot be searched ({lookup_name})."
        raise FieldError(message)

    def value_to_string(self, obj: models.Model) -> str:
        """Exports carry the encrypted form."""
        return str(obj.__dict__.get(self.attname) or "")

    def seal(self, value: str, row: models.Model) -> Sealed:
        remember_secret(value)
        bound = f"{self._place(row)}\n{value}"
        return Sealed(PREFIX + token_keys().encrypt(bound.encode()).decode())

    def open(self, sealed: Sealed, row: models.Model) -> Opened:
        try:
            text = token_keys().decrypt(sealed.removeprefix(PREFIX).encode()).decode()
        except InvalidToken:
            message = (
                f"The {self.verbose_name} of {row._meta.verbose_name} {row.pk} was encrypted with "
                "a key that TOKEN_KEYS no longer holds: put that key back, after the new one, or "
                f"{_remedy(row)}."
            )
            raise ConfigurationError(message) from None
        place, _, value = text.partition("\n")
        if place != self._place(row):
            message = (
                f"The {self.verbose_name} of {row._meta.verbose_name} {row.pk} was encrypted for "
                f"another row: the database was changed by hand. To go on, {_remedy(row)}."
            )
            raise ConfigurationError(message)
        remember_secret(value)
        opened = Opened(value)
        opened.sealed, opened.column = sealed, str(self.name)
        return opened

    def _place(self, row: models.Model) -> str:
        return f"{row._meta.label_lower}/{row.pk}/{self.name}"


class SealedRow(models.Model):
    """A row with encrypted columns. `when_unreadable` says what a person can do without the key."""

    when_unreadable: ClassVar[str] = ""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Secrets are sealed with the row's id, so a new row is stored before its secrets are."""
        if self.pk is not None:
            super().save(*args, **kwargs)
            return
        names = self.sealed_fields()
        secrets = {name: self.__dict__.get(name, "") for name in names}
        with transaction.atomic(using=kwargs.get("using")):
            self._assign(dict.fromkeys(names, ""))
            try:
                super().save(*args, **kwargs)
            finally:
                self._assign(secrets)
            super().save(using=kwargs.get("using"), update_fields=names)

    @classmethod
    def sealed_fields(cls) -> tuple[str, ...]:
        fields = cls._meta.concrete_fields
        return tuple(one.attname for one in fields if isinstance(one, EncryptedTextField))

    def _assign(self, secrets: dict[str, str]) -> None:
        for name, secret in secrets.items():
            setattr(self, name, secret)


def _remedy(row: models.Model) -> str:
    """Rows of a migration are no `SealedRow`."""
    return getattr(row, "when_unreadable", "") or "enter it again"


def token_keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.TOKEN_KEYS])
