from decimal import Decimal

import pytest

from syncapp.engine.money import cents, show


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("10.005", "USD", "10.01"),
        ("10.004", "USD", "10.00"),
        ("-10.005", "USD", "-10.01"),
        ("10.5", "JPY", "11"),
        ("10.5", "jpy", "11"),
        ("1.0005", "KWD", "1.001"),
        ("10.005", "XXX", "10.01"),
    ],
)
def test_it_rounds_half_up_to_what_the_currency_has(amount, currency, rounded):
    assert str(cents(Decimal(amount), currency)) == rounded


def test_it_shows_an_amount_as_people_write_it():
    assert show(Decimal("1250"), "USD") == "1,250.00 USD"
    assert show(Decimal("1250"), "JPY") == "1,250 JPY"
    assert show(Decimal("0.5")) == "0.50"
    assert show(None, "USD") == "nothing"
