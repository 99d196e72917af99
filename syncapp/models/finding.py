"""Names as they are searched: folded alike in every database, and found by how they begin."""

import re
import unicodedata
from typing import Any

from django.db.models import CharField, Lookup

_LAST_OF_ALL = "\U0010ffff"


def folded(text: str) -> str:
    """`" Åse  BERG "` and `"ase berg"` are one."""
    bare = "".join(
        one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)
    )
    return " ".join(bare.casefold().split())


def last_word(text: str) -> str:
    """Of a folded name: `"ada berg"` is also looked for as berg, `"inv-1042"` as 1042."""
    words = re.findall(r"\w+", text)
    return words[-1] if words else ""


class Begins(Lookup):
    """As an index answers it: a range in SQLite, whose LIKE would read every row; a LIKE in
    PostgreSQL, whose order depends on its language."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        first, end = str(self.rhs), str(self.rhs) + _LAST_OF_ALL
        return f"({column} >= %s AND {column} < %s)", (*values, first, *values, end)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        literal = re.sub(r"([\\%_])", r"\\\1", str(self.rhs))
        return f"{column} LIKE %s", (*values, f"{literal}%")


CharField.register_lookup(Begins)
