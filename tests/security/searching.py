"""Looks for secrets where no plain search finds them: in base64, compressed, pickled."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import connection as database

_RUN = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_DEEPEST = 4


def found_in(text: Any, secrets: Mapping[str, str]) -> set[str]:
    """The names of the secrets that stand in it, in any disguise."""
    layers = tuple(_layers(as_bytes(text), 0))
    return {name for name, value in secrets.items() if any(_forms(value, layers))}


def tables() -> Iterator[tuple[str, Any]]:
    """Everything that the database holds: a place, and what stands there."""
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            columns = [column[0] for column in cursor.description or ()]
            for row in cursor.fetchall():
                yield from ((f"{table}.{name}", value) for name, value in zip(columns, row))  # noqa: B905


def places(secrets: Mapping[str, str], where: Iterable[tuple[str, Any]]) -> set[str]:
    return {f"{name} in {place}" for place, text in where for name in found_in(text, secrets)}


def as_bytes(text: Any) -> bytes:
    if isinstance(text, bytes | memoryview):
        return bytes(text)
    return str(text).encode(errors="surrogateescape")


def _forms(value: str, layers: Iterable[bytes]) -> Iterator[bool]:
    wanted = {value.encode(), base64.b64encode(value.encode()).rstrip(b"=")}
    return (one in layer for one in wanted for layer in layers)


def _layers(text: bytes, depth: int) -> Iterator[bytes]:
    yield text
    if depth == _DEEPEST:
        return
    if (unpacked := _unpacked(text)) is not None:
        yield from _layers(unpacked, depth + 1)
    for run in _RUN.findall(text):
        if (decoded := _decoded(run)) is not None:
            yield from _layers(decoded, depth + 1)


def _unpacked(text: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(text)
    except zlib.error:
        return None


def _decoded(run: bytes) -> bytes | None:
    bare = run.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    try:
        return binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))
    except binascii.Error:
        return None
