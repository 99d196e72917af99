"""Statements of the query language (quickbooks-api.md 11): AND only, values in quotes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

PAGE = 1000
# Neither is documented: an answer holds 1,000 rows, and statements are kept well below what
# usual servers take.
MOST_VALUES = 600
MOST_CHARACTERS = 24_000


def literal(value: str) -> str:
    r"""In single quotes, an apostrophe escaped by a backslash: `O'Brien` is `'O\'Brien'`."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def select(entity: str, *where: str, order_by: str = "", start: int = 1, most: int = PAGE) -> str:
    """`where` is made of `literal`s only; Intuit's statements know no parameters."""
    # quickbooks-api.md 5: some answers to `*` have left the Sku out
    columns = "*, Sku" if entity == "Item" else "*"
    parts = [f"SELECT {columns} FROM {entity}"]  # noqa: S608  no SQL
    if where:
        parts.append("WHERE " + " AND ".join(where))
    if order_by:
        parts.append(f"ORDERBY {order_by}")
    parts.append(f"STARTPOSITION {start} MAXRESULTS {most}")
    return " ".join(parts)


def count(entity: str, *where: str) -> str:
    clause = f" WHERE {' AND '.join(where)}" if where else ""
    return f"SELECT COUNT(*) FROM {entity}{clause}"  # noqa: S608  no SQL


def one_of(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(literal(value) for value in values)})"


def moment(at: datetime) -> str:
    """Only whole seconds are compared."""
    return literal(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def chunks(values: Sequence[str]) -> Iterator[list[str]]:
    """So many values as fit into one statement."""
    chunk: list[str] = []
    length = 0
    for value in values:
        cost = len(literal(value).encode()) + 2
        if chunk and (len(chunk) >= MOST_VALUES or length + cost > MOST_CHARACTERS):
            yield chunk
            chunk, length = [], 0
        chunk.append(value)
        length += cost
    if chunk:
        yield chunk
