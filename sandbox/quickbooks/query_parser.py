"""The query language's grammar: a statement in, its parts out (quickbooks-api.md 11)."""

import re
from dataclasses import dataclass

from sandbox.quickbooks.faults import Fault

TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>'(?:[^'\\]|\\.)*')
      | (?P<number>-?\d+(?:\.\d+)?(?![\w.-]))
      | (?P<word>[A-Za-z_][\w.]*)
      | (?P<sign><=|>=|!=|<>|[=<>(),*])
    )""",
    re.VERBOSE | re.DOTALL,
)
OPERATORS = ("=", "<", ">", "<=", ">=")
CLAUSES = ("WHERE", "ORDERBY", "ORDER", "STARTPOSITION", "MAXRESULTS")
USUAL_PAGE = 100


@dataclass(frozen=True, slots=True)
class Condition:
    field: str
    operator: str  # one of OPERATORS, "IN" or "LIKE"
    values: tuple[str, ...]


@dataclass(slots=True)
class Statement:
    entity: str
    columns: tuple[str, ...]  # ("*",), names, or both
    is_count: bool = False
    conditions: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()  # field, and whether it is descending
    start: int = 1
    page: int = USUAL_PAGE


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str


def parse(text: str) -> Statement:
    """Raises Fault 4000 for bad syntax."""
    return _Parser(_tokens(text)).statement()


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    position, end = 0, len(text.rstrip().rstrip(";"))
    while position < end:
        found = TOKEN.match(text, position, end)
        if not found or not found.lastgroup:
            raise _syntax(text[position : position + 20].strip())
        tokens.append(Token(found.lastgroup, found[found.lastgroup]))
        position = found.end()
    return tokens


def _syntax(near: str) -> Fault:
    return Fault(
        "4000", f'QueryParserError: Encountered "{near}" where something else was expected'
    )


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def statement(self) -> Statement:
        self._keyword("SELECT")
        columns, is_count = self._columns()
        self._keyword("FROM")
        statement = Statement(self._take("word").text, columns, is_count)
        if self._skip("WHERE"):
            statement.conditions = self._conditions()
        if self._skip("ORDERBY") or (self._skip("ORDER") and self._keyword("BY")):
            statement.order = self._order()
        while not self._is_done():
            if self._skip("STARTPOSITION"):
                statement.start = self._whole_number()
            elif self._skip("MAXRESULTS"):
                statement.page = self._whole_number()
            else:
                raise _syntax(self._peek().text)
        return statement

    def _columns(self) -> tuple[tuple[str, ...], bool]:
        if self._skip("COUNT"):
            for sign in "(*)":
                self._sign(sign)
            return ("*",), True
        columns = [self._column()]
        while self._skip(","):
            columns.append(self._column())
        return tuple(columns), False

    def _column(self) -> str:
        return "*" if self._skip("*") else self._take("word").text

    def _conditions(self) -> tuple[Condition, ...]:
        conditions = [self._condition()]
        while self._skip("AND"):
            conditions.append(self._condition())
        return tuple(conditions)

    def _condition(self) -> Condition:
        field = self._take("word").text
        if field.upper() == "NOT":
            raise _syntax(field)
        if self._skip("IN"):
            return Condition(field, "IN", self._value_list())
        if self._skip("LIKE"):
            return Condition(field, "LIKE", (self._value(),))
        operator = self._take("sign").text
        if operator not in OPERATORS:
            raise _syntax(operator)
        return Condition(field, operator, (self._value(),))

    def _value_list(self) -> tuple[str, ...]:
        self._sign("(")
        values = [self._value()]
        while self._skip(","):
            values.append(self._value())
        self._sign(")")
        return tuple(values)

    def _value(self) -> str:
        token = self._peek()
        self._next += 1
        if token.kind == "quoted":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)
        if token.kind == "number" or token.text.lower() in ("true", "false"):
            return token.text
        raise _syntax(token.text)

    def _order(self) -> tuple[tuple[str, bool], ...]:
        order = []
        while True:
            field = self._take("word").text
            descending = self._skip("DESC")
            if not descending:
                self._skip("ASC")
            order.append((field, descending))
            if not self._skip(","):
                return tuple(order)

    def _whole_number(self) -> int:
        text = self._take("number").text
        if "." in text:
            raise _syntax(text)
        return int(text)

    def _is_done(self) -> bool:
        return self._next >= len(self._tokens)

    def _peek(self) -> Token:
        if self._is_done():
            raise _syntax("<EOF>")
        return self._tokens[self._next]

    def _take(self, kind: str) -> Token:
        token = self._peek()
        if token.kind != kind or token.text.upper() in CLAUSES:
            raise _syntax(token.text)
        self._next += 1
        return token

    def _skip(self, text: str) -> bool:
        if self._is_done() or self._tokens[self._next].kind == "quoted":
            return False
        if self._tokens[self._next].text.upper() != text:
            return False
        self._next += 1
        return True

    def _keyword(self, text: str) -> bool:
        if not self._skip(text):
            raise _syntax(self._peek().text)
        return True

    def _sign(self, text: str) -> None:
        self._keyword(text)
