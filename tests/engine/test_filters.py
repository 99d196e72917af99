from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from syncapp.engine.filter_words import filter_in_words, in_words
from syncapp.engine.filters import holds, why_excluded
from syncapp.engine.operators import Operator
from syncapp.engine.rules import Condition
from tests.engine.factories import H, only, ref, snapshot, where

NOW = datetime(2026, 3, 15, 23, 30, tzinfo=UTC)
DAY = date(2026, 3, 10)
MOMENT = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)

CASES = [
    # text
    ("Oslo", "is", "oslo", True),
    ("Oslo", "is", "Rome", False),
    ("Oslo", "is_not", "OSLO", False),
    ("Oslo", "is_not", "Rome", True),
    (None, "is", "Oslo", False),
    (None, "is_not", "Oslo", True),
    ("None", "is", None, False),
    ("Oslo", "contains", "SL", True),
    ("Oslo", "contains", "x", False),
    ("Oslo", "does_not_contain", "sl", False),
    (None, "does_not_contain", "sl", True),
    ("Oslo", "starts_with", "os", True),
    ("Oslo", "starts_with", "lo", False),
    ("Oslo", "ends_with", "LO", True),
    ("Oslo", "ends_with", "os", False),
    ("Oslo", "is_known", None, True),
    (" ", "is_known", None, False),
    (None, "is_unknown", None, True),
    ("Oslo", "is_unknown", None, False),
    ("Oslo", "is_any_of", ("Rome", "OSLO"), True),
    ("Oslo", "is_any_of", "oslo", True),
    ("Oslo", "is_any_of", ("Rome",), False),
    ("Oslo", "is_none_of", ("Rome",), True),
    ("Oslo", "is_none_of", ("Oslo", "Rome"), False),
    (None, "is_none_of", ("Rome",), True),
    # numbers
    (Decimal("10.00"), "is", "10", True),
    (Decimal(10), "is", Decimal("10.0"), True),
    (Decimal(10), "is_not", "10.0", False),
    (Decimal(10), "greater_than", "9.99", True),
    (Decimal(10), "greater_than", "10", False),
    (Decimal(10), "at_least", "10", True),
    (Decimal(9), "at_least", "10", False),
    (Decimal(9), "less_than", "10", True),
    (Decimal(10), "less_than", "10", False),
    (Decimal(10), "at_most", "10", True),
    (Decimal(11), "at_most", "10", False),
    (Decimal(10), "between", ("10", "20"), True),
    (Decimal(20), "between", ("10", "20"), True),
    (Decimal(21), "between", ("10", "20"), False),
    (Decimal(10), "between", "10", False),
    (Decimal(10), "is_any_of", ("9", "10.0"), True),
    (Decimal(10), "greater_than", "many", False),
    (Decimal(10), "greater_than", None, False),
    (None, "at_most", "10", False),
    (Decimal(0), "is_known", None, True),
    # yes or no
    (True, "is_true", None, True),
    (False, "is_true", None, False),
    (False, "is_false", None, True),
    (True, "is_false", None, False),
    ("true", "is_true", None, True),
    (None, "is_false", None, True),
    (None, "is_true", None, False),
    (True, "is", "True", True),
    (False, "is", "true", False),
    # dates and moments
    (DAY, "is", "2026-03-10", True),
    (DAY, "before", "2026-03-11", True),
    (DAY, "before", "2026-03-10", False),
    (DAY, "after", "2026-03-09", True),
    (DAY, "after", "2026-03-10", False),
    (DAY, "between", ("2026-03-01", "2026-03-10"), True),
    (DAY, "before", "soon", False),
    (DAY, "in_last_days", "5", True),
    (DAY, "in_last_days", "4", False),
    (date(2026, 3, 16), "in_last_days", "5", False),
    (date(2026, 3, 16), "in_next_days", "1", True),
    (date(2026, 3, 15), "in_next_days", "1", True),
    (DAY, "in_next_days", "5", False),
    (DAY, "in_last_days", "some", False),
    (DAY, "in_last_days", "999999999999", False),
    ("Oslo", "in_last_days", "5", False),
    (date(2026, 3, 15), "is_today", None, True),
    (DAY, "is_today", None, False),
    (None, "is_today", None, False),
    (MOMENT, "is", "2026-03-10", True),
    (MOMENT, "before", "2026-03-11", True),
    (MOMENT, "after", "2026-03-10T00:00:00Z", False),
    (MOMENT, "in_last_days", "5", True),
]


@pytest.mark.parametrize(("value", "operator", "wanted", "expected"), CASES)
def test_an_operator_holds_or_does_not(value, operator, wanted, expected):
    record = snapshot(H, fields={"it": value})
    assert holds(where("it", operator, wanted), record, NOW) is expected


def test_every_operator_is_tried_both_ways():
    tried = {(operator, expected) for _, operator, _, expected in CASES}
    assert tried == {(one, answer) for one in Operator for answer in (True, False)}


def test_relative_dates_need_to_know_today():
    record = snapshot(H, fields={"it": DAY})
    assert not holds(where("it", "in_last_days", "5"), record, None)


def test_a_reference_is_known_or_not():
    assert holds(where("it", "is_known"), snapshot(H, fields={"it": ref(H)}), NOW)


def test_an_operator_nobody_knows_lets_nothing_through():
    assert not holds(where("it", "resembles", "x"), snapshot(H, fields={"it": "x"}), NOW)


# Day borders: the zone of `now` is the account's

NEW_YORK, TOKYO = ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")


def on(moment, operator, value, zone, now=NOW):
    record = snapshot(H, fields={"it": moment})
    return holds(where("it", operator, value), record, now.astimezone(zone))


def test_an_instant_belongs_to_the_day_it_has_in_the_account():
    late = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)  # 10 March, nine in the evening, in New York
    assert on(late, "is", "2026-03-10", NEW_YORK)
    assert on(late, "is", "2026-03-11", TOKYO)
    assert on(late, "before", "2026-03-11", NEW_YORK)
    assert not on(late, "after", "2026-03-10", NEW_YORK)


def test_today_ends_at_midnight_in_the_account():
    # NOW is 15 March 19:30 in New York and 16 March 08:30 in Tokyo
    begins = datetime(2026, 3, 15, tzinfo=NEW_YORK)
    last = begins + timedelta(hours=24) - timedelta(milliseconds=1)
    assert on(begins, "is_today", None, NEW_YORK)
    assert on(last, "is_today", None, NEW_YORK)
    assert not on(begins - timedelta(milliseconds=1), "is_today", None, NEW_YORK)
    assert not on(last + timedelta(milliseconds=1), "is_today", None, NEW_YORK)
    assert on(date(2026, 3, 16), "is_today", None, TOKYO)


def test_the_last_days_reach_back_whole_days_and_the_next_ones_forward():
    first = datetime(2026, 3, 8, tzinfo=NEW_YORK)
    assert on(first, "in_last_days", "7", NEW_YORK)
    assert not on(first - timedelta(seconds=1), "in_last_days", "7", NEW_YORK)
    assert on(date(2026, 3, 22), "in_next_days", "7", NEW_YORK)
    assert not on(date(2026, 3, 23), "in_next_days", "7", NEW_YORK)


def test_a_day_of_23_hours_is_one_day():
    # clocks go forward on 8 March 2026 in New York
    now = datetime(2026, 3, 9, 0, 30, tzinfo=NEW_YORK)
    assert on(datetime(2026, 3, 8, 0, 0, tzinfo=NEW_YORK), "in_last_days", "1", NEW_YORK, now)
    evening_before = datetime(2026, 3, 7, 23, 59, tzinfo=NEW_YORK)
    assert not on(evening_before, "in_last_days", "1", NEW_YORK, now)


# Several options in one text


def test_one_of_several_chosen_options_is_enough():
    def several(operator, value):
        return Condition("contact", "it", operator, value, type="choices")

    record = snapshot(H, fields={"it": "red;blue"})
    assert holds(several("is_any_of", ("blue", "green")), record, NOW)
    assert not holds(several("is_any_of", ("green",)), record, NOW)
    assert not holds(several("is_none_of", ("blue",)), record, NOW)
    assert holds(several("is_known", None), record, NOW)


# Associated objects


def with_invoices(*statuses):
    return snapshot(H, related={"invoice": tuple({"status": one} for one in statuses)})


def on_invoice(operator, value=None):
    return where("status", operator, value, "invoice")


def test_some_associated_record_is_enough():
    record = with_invoices("draft", "open")
    assert holds(on_invoice("is", "open"), record, NOW)
    assert not holds(on_invoice("is", "paid"), record, NOW)
    assert holds(on_invoice("is_any_of", ("open", "paid")), record, NOW)


def test_a_negative_condition_wants_it_of_none_of_them():
    assert holds(on_invoice("is_not", "paid"), with_invoices("draft", "open"), NOW)
    assert not holds(on_invoice("is_not", "open"), with_invoices("draft", "open"), NOW)
    assert holds(on_invoice("is_none_of", ("paid",)), with_invoices("draft"), NOW)


def test_without_associated_records_only_negative_conditions_hold():
    for record in (with_invoices(), snapshot(H)):
        assert not holds(on_invoice("is_known"), record, NOW)
        assert not holds(on_invoice("is_false"), record, NOW)
        assert holds(on_invoice("is_unknown"), record, NOW)
        assert holds(on_invoice("is_not", "open"), record, NOW)


# Groups

IN_OSLO, CALLED_ADA = where("city", "is", "Oslo"), where("name", "is", "Ada")


def why(filter_, **fields):
    return why_excluded(filter_, snapshot(H, fields=fields), NOW)


def test_an_empty_filter_lets_everything_through():
    assert why(()) == ""


def test_inside_a_group_all_conditions_count_and_the_first_failing_is_named():
    both = only(IN_OSLO, CALLED_ADA)
    assert why(both, city="Oslo", name="Ada") == ""
    assert why(both, city="Oslo", name="Ben") == "contact name is Ada"
    assert why(both, city="Rome", name="Ben") == "contact city is Oslo"


def test_between_groups_one_is_enough_and_else_each_says_what_it_missed():
    either = ((IN_OSLO,), (CALLED_ADA,))
    assert why(either, city="Rome", name="Ada") == ""
    assert why(either, city="Rome", name="Ben") == "contact city is Oslo, or contact name is Ada"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (where("name", "is_known"), "contact name is known"),
        (where("amount", "at_least", "10", "invoice"), "invoice amount is at least 10"),
        (where("city", "is_any_of", ("Oslo", "Rome")), "contact city is any of Oslo or Rome"),
        (where("due", "in_next_days", "7"), "contact due is in the next 7 days"),
    ],
)
def test_a_condition_is_said_in_words(condition, words):
    assert in_words(condition) == words


def test_every_operator_has_words():
    assert all(in_words(where("city", one, "x")) for one in Operator)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (("due", "is", "2026-03-10"), "contact “Due” is 10 Mar 2026"),
        (("due", "between", ("2026-03-01", "2026-03-10")),
         "contact “Due” is between 1 Mar 2026 and 10 Mar 2026"),
        (("due", "in_last_days", "1"), "contact “Due” is in the last 1 day"),
        (("due", "is_today", None), "contact “Due” is today"),
        (("due", "is_none_of", ("A", "B", "C")), "contact “Due” is none of A, B or C"),
    ],
)  # fmt: skip
def test_a_condition_names_the_label_and_a_readable_value(condition, words):
    assert in_words(Condition("contact", *condition, label="Due")) == words


def test_a_saved_condition_shows_the_options_by_their_labels():
    saved = Condition("contact", "stage", "is", "lead", label="Lifecycle stage", shown="Lead")
    assert in_words(saved) == "contact “Lifecycle stage” is Lead"


def test_a_long_list_is_cut_short_in_words():
    many = where("city", "is_any_of", tuple(f"City {number}" for number in range(40)))
    assert in_words(many).endswith("City 11 or 28 more")


def test_a_whole_filter_is_said_in_words():
    both = ((IN_OSLO, CALLED_ADA), (where("name", "is_unknown"),))
    assert filter_in_words(both) == (
        "contact city is Oslo and contact name is Ada, or contact name is unknown"
    )
