"""The fields of an integration's accounts, as pages need them: asked once in some minutes, kept in
the database. A vendor that cannot be asked leaves what is known, and the reason."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from syncapp.connectors.base import Connector
from syncapp.connectors.quickbooks.choices import Choices, Offered
from syncapp.engine.field_types import FieldInfo, FieldType
from syncapp.engine.records import Entity, Side
from syncapp.engine.said import said
from syncapp.errors import AuthorizationLost, InvariantBroken, RemoteError
from syncapp.models import AccountFields, Connection, Integration
from syncapp.objects.golive_checks import INCOME_TYPES
from syncapp.pipeline.connect import transport_for
from syncapp.pipeline.identify import asking

FRESH = timedelta(minutes=5)
ITEMS = "items"

# Which accounts an option may be set to, by the option's name
_ACCOUNT_TYPES: Mapping[str, tuple[str, ...]] = {
    "income_account": INCOME_TYPES,
    "deposit_account": ("Bank", "Other Current Asset"),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """`is_lost`: nothing helps but connecting again."""

    side: Side
    message: str
    is_lost: bool


@dataclass(slots=True)
class Account:
    """Answers what a connector would say of its fields, without asking for the same twice."""

    connection: Connection
    trouble: Trouble | None = None
    read_at: datetime | None = None
    _known: dict[tuple[str, str], tuple[FieldInfo, ...]] = field(default_factory=dict)

    @property
    def side(self) -> Side:
        return self.connection.side

    @side.setter
    def side(self, side: Side) -> None:
        raise InvariantBroken(f"the side of an account was set to {side}")

    @property
    def is_silent(self) -> bool:
        return self.trouble is not None

    def describe(self, entity: Entity) -> tuple[FieldInfo, ...]:
        return self._fields(entity, entity.value, lambda one: one.describe(entity))

    def related_objects(self, entity: Entity) -> tuple[str, ...]:
        with closing(asking(self.connection)) as connector:  # no call: the connector knows them
            return tuple(one for one in connector.related_objects(entity) if one != entity)

    def describe_related(self, entity: Entity, name: str) -> tuple[FieldInfo, ...]:
        return self._fields(entity, name, lambda one: one.describe_related(entity, name))

    def about(self, entity: Entity, name: str) -> tuple[FieldInfo, ...]:
        """Of the entity itself, or of an object that is associated with it."""
        return self.describe(entity) if name == entity else self.describe_related(entity, name)

    def accounts_for(self, option: str) -> Choices:
        types = _ACCOUNT_TYPES.get(option, INCOME_TYPES)
        return self._choices(option, lambda offered: offered.accounts(types))

    def items(self) -> Choices:
        return self._choices(ITEMS, Offered.items)

    def _choices(self, about: str, ask: Callable[[Offered], Choices]) -> Choices:
        def asked() -> tuple[FieldInfo, ...]:
            transport = transport_for(self.connection, read_only=True)
            with closing(Offered(transport, self.connection.account_id)) as offered:
                return (FieldInfo(about, about, FieldType.CHOICE, options=ask(offered)),)

        found = self._kept("", about, asked)
        return found[0].options if found else ()

    def _fields(
        self, entity: Entity, about: str, ask: Callable[[Connector], tuple[FieldInfo, ...]]
    ) -> tuple[FieldInfo, ...]:
        def asked() -> tuple[FieldInfo, ...]:
            with closing(asking(self.connection)) as connector:
                return ask(connector)

        return self._kept(entity.value, about, asked)

    def _kept(
        self, entity: str, about: str, ask: Callable[[], tuple[FieldInfo, ...]]
    ) -> tuple[FieldInfo, ...]:
        if (entity, about) not in self._known:
            self._known[entity, about] = self._looked_up(entity, about, ask)
        return self._known[entity, about]

    def _looked_up(
        self, entity: str, about: str, ask: Callable[[], tuple[FieldInfo, ...]]
    ) -> tuple[FieldInfo, ...]:
        key: dict[str, Any] = {
            "connection": self.connection,
            "entity": entity,
            "about": about,
        }
        row = AccountFields.objects.filter(**key).first()
        if row is not None and timezone.now() - row.read_at < FRESH:
            self.read_at = row.read_at
            return _decoded(row.fields)
        found = None if self.trouble else self._asked(ask)
        if found is None:
            return _decoded(row.fields) if row else ()
        self.read_at = timezone.now()
        AccountFields.objects.update_or_create(
            **key, defaults={"fields": _encoded(found), "read_at": self.read_at}
        )
        return found

    def _asked(self, ask: Callable[[], tuple[FieldInfo, ...]]) -> tuple[FieldInfo, ...] | None:
        try:
            if self.connection.needs_reconnect:
                raise AuthorizationLost(
                    said(
                        "“{connection_name}” must be reconnected.",
                        connection_name=self.connection.name,
                    )
                )
            if transaction.get_connection().in_atomic_block:
                raise InvariantBroken("An account was asked for its fields in a transaction.")
            return ask()
        except RemoteError as error:
            is_lost = isinstance(error, AuthorizationLost)
            self.trouble = Trouble(self.side, error.message, is_lost)
            return None


@dataclass(frozen=True, slots=True)
class Accounts:
    by_side: Mapping[Side, Account]

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        return tuple(one.trouble for one in self.by_side.values() if one.trouble)

    def __getitem__(self, side: Side) -> Account:
        return self.by_side[side]


def accounts_of(integration: Integration) -> Accounts:
    return Accounts({side: Account(integration.connection(side)) for side in Side})


def forget(integration: Integration) -> None:
    """Whoever needs the fields next asks for them; what was known stays for a vendor's silence."""
    long_ago = timezone.now() - 2 * FRESH
    connections = [integration.hubspot_id, integration.quickbooks_id]
    AccountFields.objects.filter(connection__in=connections, read_at__gt=long_ago).update(
        read_at=long_ago
    )


def _encoded(fields: tuple[FieldInfo, ...]) -> list[dict[str, Any]]:
    return [asdict(one) for one in fields]


def _decoded(stored: list[dict[str, Any]]) -> tuple[FieldInfo, ...]:
    return tuple(
        FieldInfo(
            **{
                **one,
                "type": FieldType(one["type"]),
                "options": tuple((value, label) for value, label in one["options"]),
            }
        )
        for one in stored
    )
