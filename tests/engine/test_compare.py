from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from syncapp.engine.compare import changed, fold, is_empty, money_fold
from syncapp.engine.rules import FieldKind
from tests.engine.factories import H, Q, discount, item, ref, text

TEXT, NAME, PHONE, NUMBER = FieldKind.TEXT, FieldKind.NAME, FieldKind.PHONE, FieldKind.NUMBER


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (TEXT, " Oslo ", "Oslo"),
        (TEXT, "a\r\nb", "a\nb"),
        (TEXT, "a\rb", "a\nb"),
        (TEXT, "Re\u0301mi", "R\u00e9mi"),
        (TEXT, "", None),
        (TEXT, "   ", None),
        (NAME, " Åsa  Berg ", "åsa berg"),
        (NAME, "STRASSE", "straße"),
        (NAME, "A@Example.com", "a@example.COM"),
        (PHONE, "+1 (212) 555-0100", "2125550100"),
        (PHONE, "212.555.0100", "(212) 555 0100"),
        (PHONE, "ask Ada", "ASK ADA"),
        (NUMBER, Decimal("10.50"), Decimal("10.5")),
        (NUMBER, Decimal("-0"), Decimal("0.00")),
        (NUMBER, Decimal("1E+2"), Decimal("100")),
        (FieldKind.LINES, (), None),
        (
            FieldKind.DATE,
            datetime(2026, 1, 1, 12, tzinfo=UTC),
            datetime(2026, 1, 1, 14, 0, 0, 5, tzinfo=timezone(timedelta(hours=2))),
        ),
    ],
)
def test_these_are_the_same(kind, one, other):
    assert fold(kind, one) == fold(kind, other)
    assert not changed(kind, one, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (TEXT, "oslo", "Oslo"),
        (TEXT, "a  b", "a b"),
        (TEXT, "0", None),
        (NAME, "Åsa", "Asa"),
        (PHONE, "212 555 0100", "212 555 0101"),
        (NUMBER, Decimal(0), None),
        (NUMBER, Decimal("0.01"), Decimal("0.02")),
        (FieldKind.BOOLEAN, False, None),
        (FieldKind.DATE, date(2026, 1, 1), date(2026, 1, 2)),
        (FieldKind.REFERENCE, ref(H, "1"), ref(H, "2")),
        (FieldKind.LINES, (item("1", name="a"),), (item("1", name="b"),)),
        (FieldKind.LINES, (item("1"), item("2")), (item("2"), item("1"))),
    ],
)
def test_these_differ(kind, one, other):
    assert changed(kind, one, other)


@pytest.mark.parametrize("value", [None, "", " \n", ()])
def test_nothing_is_empty(value):
    assert is_empty(value)
    assert fold(TEXT, value) is None


@pytest.mark.parametrize("value", [False, Decimal(0), "0", (item("0"),), ref(Q)])
def test_zero_and_no_are_values(value):
    assert not is_empty(value)


def test_lines_are_the_same_whatever_their_ids_and_what_the_connector_carries():
    assert fold(FieldKind.LINES, (item("1", id="7", carried="x", partner="9"),)) == fold(
        FieldKind.LINES, (item("1.00"),)
    )


def test_money_does_not_mind_words_order_and_text_lines():
    lines = (item("1", name="a"), item("2", description="b"), discount("1"))
    same = (discount("1.00"), text("thanks"), item("2.0"), item("1", name="c"))
    assert money_fold(lines) == money_fold(same)


def test_money_minds_how_often_a_line_comes():
    assert money_fold((item("1"), item("1"))) != money_fold((item("1"),))


def test_money_of_an_amount_is_the_amount():
    assert money_fold(Decimal("1.00")) == money_fold(Decimal(1))
    assert money_fold(Decimal(1)) != money_fold(Decimal(2))
