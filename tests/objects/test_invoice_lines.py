"""Lines as the other side would hold them: never a cent more or less."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncapp.engine.money import cents
from syncapp.engine.records import Entity, LineKind, Pair
from syncapp.objects.invoice_booking import Booking, to_quickbooks
from syncapp.objects.invoice_lines import pair_lines, to_hubspot, total
from tests.engine.factories import discount, fee, item, tax, text
from tests.objects.factories import CATCH_ALL, PARTNERS, SETUP, SETUP_THERE, Q, ref

PAIR = Pair(None, None, parents=PARTNERS)
CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])


def outbound(*lines, pair=PAIR, catch_all=CATCH_ALL, currency="USD"):
    return to_quickbooks(lines, pair, Booking(currency, catch_all))


def inbound(*lines, pair=PAIR):
    return to_hubspot(lines, pair)


def fits(line, currency="USD"):
    """QuickBooks refuses a line whose amount is not quantity times price (fault 6070)."""
    return cents(line.quantity * line.unit_price, currency) == line.amount


# Outbound


def test_a_line_goes_over_with_quantity_price_and_words():
    (line,) = outbound(item("300.00", quantity="3", price="100", description="On site", id="501"))
    assert (line.quantity, line.unit_price, line.amount) == (3, 100, 300)
    assert (line.description, line.partner, line.id) == ("On site", "501", "")


def test_a_line_without_description_is_described_by_its_name():
    assert outbound(item(name="Setup"))[0].description == "Setup"


def test_a_line_finds_its_item_through_the_product_link_first():
    pair = replace(PAIR, items_by_sku={"a-1": CATCH_ALL})
    assert outbound(item(product=SETUP, sku="A-1"), pair=pair)[0].product == SETUP_THERE


def test_a_line_finds_its_item_by_sku_whatever_the_letter_case():
    pair = replace(PAIR, items_by_sku={"a-1": SETUP_THERE})
    assert outbound(item(sku="A-1"), pair=pair)[0].product == SETUP_THERE


def test_a_line_without_an_item_goes_to_the_catch_all_item():
    assert outbound(item(sku="B-2"))[0].product == CATCH_ALL


def test_a_line_written_again_keeps_its_partner():
    pair = replace(PAIR, line_pairs={"501": "7"})
    assert [line.id for line in outbound(item(id="501"), item(id="502"), pair=pair)] == ["7", ""]


def test_a_line_discount_is_folded_into_the_price_and_named():
    (line,) = outbound(
        item("270.00", quantity="3", price="100", discount=Decimal(30), name="Setup")
    )
    assert (line.quantity, line.unit_price, line.amount) == (3, 90, 270)
    assert line.description == "Setup (less 30.00 USD discount)"


def test_a_price_takes_up_to_five_decimals_to_meet_the_amount():
    (line,) = outbound(item("100.00", quantity="7", price="15", discount=Decimal(5)))
    assert line.unit_price == Decimal("14.28571")
    assert fits(line)


def test_where_no_price_meets_the_amount_the_line_goes_once_with_the_quantity_in_words():
    (line,) = outbound(
        item("100.01", quantity="300000", price="0.001", discount=Decimal("199.99"), name="Clicks")
    )
    assert (line.quantity, line.unit_price, line.amount) == (
        1,
        Decimal("100.01"),
        Decimal("100.01"),
    )
    assert line.description == "Clicks (less 199.99 USD discount) (300000 × 0.001)"


def test_a_price_with_more_decimals_than_quickbooks_keeps_is_fitted():
    (line,) = outbound(item("1.00", quantity="3", price="0.3333333"))
    assert line.unit_price == Decimal("0.33333")
    assert fits(line)


def test_a_line_without_quantity_counts_once():
    (line,) = outbound(item("5.00", quantity=None, price="5.00"))
    assert (line.quantity, line.unit_price) == (1, 5)


def test_a_line_of_nothing_stays_a_line():
    (line,) = outbound(item("0", quantity="0", price="10"))
    assert (line.quantity, line.unit_price, line.amount) == (0, 10, 0)


def test_order_discounts_become_one_discount_line():
    lines = outbound(discount("5.00", name="Loyalty"), item(), discount("2.50", name="March"))
    assert [line.kind for line in lines] == [LineKind.ITEM, LineKind.DISCOUNT]
    assert (lines[1].amount, lines[1].description) == (Decimal("7.50"), "Loyalty, March")


def test_taxes_fees_and_text_are_left_out():
    assert len(outbound(item(), tax("7"), fee("3"), text("Thanks"))) == 1


outbound_items = st.builds(
    lambda quantity, price, rebate: item(
        str(quantity * price - rebate),
        quantity=str(quantity),
        price=str(price),
        discount=rebate,
    ),
    st.decimals(0, 100_000, places=3),
    st.decimals(0, 100_000, places=6),
    st.decimals(0, 1000, places=4),
)


@given(st.lists(outbound_items, min_size=1, max_size=5), CURRENCIES)
def test_every_outbound_line_is_one_that_quickbooks_takes(lines, currency):
    for line in outbound(*lines, currency=currency):
        assert fits(line, currency)
        assert line.unit_price == round(line.unit_price, 5)


@given(
    st.lists(outbound_items, min_size=1, max_size=5),
    st.lists(st.decimals(0, 100, places=2).map(str).map(discount), max_size=2),
    CURRENCIES,
)
def test_outbound_lines_add_up_to_the_net_amounts(items, discounts, currency):
    net = sum(cents(line.amount, currency) for line in items)
    off = cents(sum((line.amount for line in discounts), Decimal(0)), currency)
    assert total(outbound(*items, *discounts, currency=currency)) == net - off


CENTS = st.decimals(0, 500, places=2).map(str)


@given(
    st.lists(outbound_items, min_size=1, max_size=3),
    st.lists(st.one_of(CENTS.map(fee), CENTS.map(tax)), max_size=3),
    st.lists(st.decimals(0, 50, places=2), min_size=3, max_size=3),
)
def test_with_items_for_them_fees_and_taxes_add_up_too(items, extras, line_taxes):
    taxed = [replace(line, tax=one) for line, one in zip(items, line_taxes, strict=False)]
    booking = Booking(catch_all=CATCH_ALL, fee=ref(Q, Entity.PRODUCT, 7), tax=CATCH_ALL)
    sent = to_quickbooks([*taxed, *extras], PAIR, booking)
    assert {line.kind for line in sent} == {LineKind.ITEM}
    net = sum(cents(line.amount) for line in items)
    assert total(sent) == net + sum(line.tax for line in taxed) + sum(one.amount for one in extras)


# Inbound


def test_a_sales_line_becomes_a_line_item():
    (line,) = inbound(
        item("300.00", quantity="3", price="100", product=SETUP_THERE, name="Setup", id="4")
    )
    assert (line.quantity, line.unit_price, line.amount) == (3, 100, 300)
    assert (line.product, line.name, line.partner, line.id) == (SETUP, "Setup", "4", "")
    assert not line.is_recurring


def test_a_line_whose_item_is_not_linked_is_a_plain_one():
    (line,) = inbound(item(product=CATCH_ALL, description="By hand"))
    assert (line.product, line.name) == (None, "By hand")


def test_a_line_without_any_words_is_an_item():
    assert inbound(item())[0].name == "Item"


@pytest.mark.parametrize(("quantity", "price"), [(None, None), ("3", None), (None, "100")])
def test_a_line_without_quantity_or_price_is_once_its_amount(quantity, price):
    line = replace(
        item("80.00"),
        quantity=quantity and Decimal(quantity),
        unit_price=price and Decimal(price),
        description="Gratuity",
    )
    (made,) = inbound(line)
    assert (made.quantity, made.unit_price, made.amount) == (1, 80, 80)
    assert made.description == "Gratuity"


def test_a_rounded_amount_is_kept_and_the_quantity_said_in_words():
    (line,) = inbound(item("10.00", quantity="3", price="3.33333", description="Hours"))
    assert (line.quantity, line.unit_price, line.amount) == (1, 10, 10)
    assert line.description == "Hours (3 × 3.33333)"


@pytest.mark.parametrize(("quantity", "price"), [("1", "-40.00"), ("-1", "40.00")])
def test_a_negative_line_becomes_a_discount(quantity, price):
    (line,) = inbound(
        item("-40.00", quantity=quantity, price=price, description="Returned", id="4")
    )
    assert (line.kind, line.amount, line.name) == (LineKind.DISCOUNT, 40, "Returned")
    assert line.partner == "4"


def test_two_negatives_make_no_negative_price():
    (line,) = inbound(item("40.00", quantity="-1", price="-40.00"))
    assert (line.kind, line.quantity, line.unit_price) == (LineKind.ITEM, 1, 40)


def test_discounts_and_taxes_stay_beside_the_lines_one_by_one():
    lines = inbound(
        item(),
        discount("5.00", description="Loyalty", id="2"),
        tax("7.00", name="City", partner="tax:0"),
        tax("1.00", partner="tax:1"),
    )
    rest = [(line.kind, line.name, line.amount, line.partner) for line in lines[1:]]
    assert rest == [
        (LineKind.DISCOUNT, "Loyalty", 5, "2"),
        (LineKind.TAX, "City", 7, "tax:0"),
        (LineKind.TAX, "Tax", 1, "tax:1"),
    ]


def test_text_joins_the_line_before_it():
    lines = inbound(
        item(description="A"), text("one"), text("two"), item(description=""), text("B")
    )
    assert [line.description for line in lines] == ["A\none\ntwo", "B"]


def test_text_before_everything_is_dropped_and_text_alone_makes_nothing():
    assert [line.description for line in inbound(text("Dear Ada"), item(description="A"))] == ["A"]
    assert inbound(text("Dear Ada")) == ()


inbound_lines = st.one_of(
    st.builds(
        lambda quantity, price: item(
            str(cents(quantity * price)), quantity=str(quantity), price=str(price)
        ),
        st.decimals(-1000, 1000, places=3),
        st.decimals(-1000, 1000, places=5),
    ),
    st.decimals(-1000, 1000, places=2).map(lambda one: item(str(one), quantity=None, price=None)),
    st.decimals(0, 1000, places=2).map(str).map(discount),
    st.decimals(0, 1000, places=2).map(str).map(tax),
    st.just(text("Thanks")),
)


@given(st.lists(inbound_lines, max_size=6))
def test_inbound_lines_add_up_to_what_quickbooks_added_up(lines):
    theirs = sum(
        {LineKind.TEXT: 0, LineKind.DISCOUNT: -line.amount}.get(line.kind, line.amount)
        for line in lines
    )
    assert total(inbound(*lines)) == theirs


@given(st.lists(inbound_lines, max_size=6))
def test_every_inbound_line_is_one_that_hubspot_takes(lines):
    for line in inbound(*lines):
        assert line.amount >= 0
        if line.kind is LineKind.ITEM:
            assert line.unit_price >= 0
            assert line.quantity * line.unit_price == line.amount
            assert line.name


# What both have in common


def test_a_total_counts_items_fees_and_taxes_less_discounts():
    lines = [item("100"), replace(item("50"), tax=Decimal(5)), fee("3"), tax("7"), discount("10")]
    assert total([*lines, text("Thanks")]) == 155
    assert total([]) == 0


def test_lines_are_paired_in_the_order_they_were_sent():
    sent = outbound(item(id="501"), discount("1"), item(id="502"))
    answered = (text("note"), item(id="1"), item(id="2"), discount("1", id="3"))
    assert pair_lines(sent, answered) == {"501": "1", "502": "2"}


def test_lines_are_not_paired_where_somebody_added_one():
    assert pair_lines(outbound(item(id="501")), (item(id="1"), item(id="2"))) == {}
