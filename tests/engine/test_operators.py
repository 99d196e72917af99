"""Which operators fit which field, and what saving refuses."""

import pytest

from syncapp.engine.field_types import FieldInfo, FieldType
from syncapp.engine.operators import OPERATORS, Operator, what_is_wrong
from syncapp.engine.rules import Condition


def field(type_, **more):
    return FieldInfo("it", "Field", type_, **more)


def wrong(type_, operator, value=None, **more):
    return what_is_wrong(Condition("contact", "it", operator, value), field(type_, **more))


OFFERED = {
    FieldType.TEXT: "is is_not contains does_not_contain starts_with ends_with is_known is_unknown",
    FieldType.NUMBER: "is is_not greater_than at_least less_than at_most between"
    " is_known is_unknown",
    FieldType.DATE: "is before after between in_last_days in_next_days is_known is_unknown",
    FieldType.DATETIME: "is before after between in_last_days in_next_days is_known is_unknown",
    FieldType.CHOICE: "is_any_of is_none_of is_known is_unknown",
    FieldType.CHOICES: "is_any_of is_none_of is_known is_unknown",
    FieldType.BOOLEAN: "is_true is_false",
}


@pytest.mark.parametrize("type_", OFFERED)
def test_every_type_has_its_operators(type_):
    assert set(OFFERED[type_].split()) <= set(OPERATORS[type_])


def test_no_operator_is_without_a_type_and_no_type_without_operators():
    assert {one for fitting in OPERATORS.values() for one in fitting} == set(Operator)
    assert set(OPERATORS) == set(FieldType)


GOOD = [
    (FieldType.TEXT, "contains", "x"),
    (FieldType.TEXT, "is_known", None),
    (FieldType.TEXT, "is_any_of", ("a", "b")),
    (FieldType.NUMBER, "at_least", "10.50"),
    (FieldType.NUMBER, "between", ("1", "1")),
    (FieldType.DATE, "is", "2026-03-31"),
    (FieldType.DATETIME, "before", "2026-03-31"),
    (FieldType.DATE, "between", ("2026-03-01", "2026-03-31")),
    (FieldType.DATE, "in_last_days", "30"),
    (FieldType.DATE, "in_next_days", "0"),
    (FieldType.DATE, "is_today", None),
    (FieldType.BOOLEAN, "is_true", None),
]


@pytest.mark.parametrize(("type_", "operator", "value"), GOOD)
def test_a_good_condition_has_nothing_wrong_with_it(type_, operator, value):
    assert wrong(type_, operator, value) == ""


BAD = [
    (FieldType.TEXT, "greater_than", "1", "does not fit"),
    (FieldType.TEXT, "in_last_days", "1", "does not fit"),
    (FieldType.NUMBER, "contains", "1", "does not fit"),
    (FieldType.BOOLEAN, "is", "true", "Choose one of is_true, is_false"),
    (FieldType.NUMBER, "at_least", "many", "“many” is no number"),
    (FieldType.NUMBER, "at_least", "NaN", "is no number"),
    (FieldType.DATE, "after", "soon", "“soon” is no date: write it as 2026-03-31"),
    (FieldType.DATE, "after", "2026-02-30", "is no date"),
    (FieldType.DATE, "after", "20260331", "is no date"),
    (FieldType.DATE, "between", "2026-03-31", "takes two values"),
    (FieldType.DATE, "between", ("2026-03-31",), "takes two values"),
    (FieldType.NUMBER, "between", ("1", ""), "takes two values"),
    (FieldType.NUMBER, "between", ("10", "9"), "give the lowest first"),
    (FieldType.NUMBER, "between", ("1", "x"), "“x” is no number"),
    (FieldType.DATE, "in_last_days", "1.5", "whole number of days"),
    (FieldType.DATE, "in_last_days", "-1", "whole number of days"),
    (FieldType.DATE, "in_last_days", "soon", "“soon” is none"),
    (FieldType.DATE, "in_last_days", None, "value is missing"),
    (FieldType.DATE, "in_next_days", "99999999999", "from 0 to"),
    (FieldType.TEXT, "is", None, "value is missing"),
    (FieldType.TEXT, "contains", " ", "value is missing"),
    (FieldType.TEXT, "is", ("a", "b"), "not with a list"),
    (FieldType.TEXT, "is_any_of", (), "takes a list"),
    (FieldType.TEXT, "is_any_of", ("a", ""), "none of them may be empty"),
    (FieldType.TEXT, "is_known", "x", "leave the value out"),
]


@pytest.mark.parametrize(("type_", "operator", "value", "sentence"), BAD)
def test_a_bad_condition_is_refused_with_the_remedy(type_, operator, value, sentence):
    assert sentence in wrong(type_, operator, value)


def test_a_pick_list_knows_its_options():
    options = (("lead", "Lead"), ("customer", "Customer"))
    assert wrong(FieldType.CHOICE, "is_any_of", ("lead", "Customer"), options=options) == ""
    refused = wrong(FieldType.CHOICE, "is_any_of", ("lead", "friend"), options=options)
    assert refused == "“Field” has no option “friend”. Choose from lead, customer."
