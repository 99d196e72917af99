"""What an option of a rule can be set to: accounts and items of a company, by id and name."""

from collections.abc import Iterable

from syncapp.connectors.quickbooks import query
from syncapp.connectors.quickbooks.endpoints import Company
from syncapp.connectors.transport import Transport

Choices = tuple[tuple[str, str], ...]

_ACTIVE = "Active = true"
_SOLD = query.one_of("Type", ("Service", "NonInventory"))


class Offered:
    def __init__(self, transport: Transport, realm: str) -> None:
        self._company = Company(transport, realm)

    def accounts(self, types: Iterable[str]) -> Choices:
        rows = self._company.rows("Account", query.one_of("AccountType", types), _ACTIVE)
        return _named(rows)

    def items(self) -> Choices:
        """An ordinary line can be booked on these; inventory would lose stock with each fee."""
        return _named(self._company.rows("Item", _SOLD, _ACTIVE))

    def close(self) -> None:
        self._company.close()


def _named(rows: Iterable[dict[str, object]]) -> Choices:
    named = [
        (str(row["Id"]), str(row.get("FullyQualifiedName") or row.get("Name") or row["Id"]))
        for row in rows
    ]
    return tuple(sorted(named, key=lambda one: one[1].casefold()))
