"""Which property may meet which field, and which way."""

import pytest

from syncapp.engine.field_types import FieldInfo, FieldType
from syncapp.engine.pairing import pairing
from syncapp.engine.records import Side
from syncapp.engine.rules import Direction, FieldKind
from syncapp.engine.transforms import parsed

T = FieldType
OPEN = (("open", "Open"), ("paid", "Paid"))


def info(type: FieldType, **more):
    return FieldInfo(type.value, type.value.title(), type, **more)


def met(hubspot, quickbooks, transform="", **more):
    return pairing(info(hubspot), info(quickbooks), parsed(transform), **more)


@pytest.mark.parametrize(
    ("hubspot", "quickbooks", "direction", "kind"),
    [
        (T.TEXT, T.TEXT, Direction.BOTH, FieldKind.TEXT),
        (T.NUMBER, T.NUMBER, Direction.BOTH, FieldKind.NUMBER),
        (T.DATE, T.DATE, Direction.BOTH, FieldKind.DATE),
        (T.DATETIME, T.DATETIME, Direction.BOTH, FieldKind.DATETIME),
        (T.DATE, T.DATETIME, Direction.BOTH, FieldKind.DATE),
        (T.DATETIME, T.DATE, Direction.BOTH, FieldKind.DATE),
        (T.BOOLEAN, T.BOOLEAN, Direction.BOTH, FieldKind.BOOLEAN),
        (T.CHOICE, T.CHOICE, Direction.BOTH, FieldKind.CHOICE),
        (T.TEXT, T.NUMBER, Direction.TO_HUBSPOT, FieldKind.TEXT),
        (T.TEXT, T.DATE, Direction.TO_HUBSPOT, FieldKind.TEXT),
        (T.TEXT, T.DATETIME, Direction.TO_HUBSPOT, FieldKind.TEXT),
        (T.TEXT, T.BOOLEAN, Direction.TO_HUBSPOT, FieldKind.TEXT),
        (T.TEXT, T.OWNER, Direction.TO_HUBSPOT, FieldKind.TEXT),
        (T.TEXT, T.CHOICE, Direction.TO_HUBSPOT, FieldKind.TEXT),
        (T.NUMBER, T.TEXT, Direction.TO_QUICKBOOKS, FieldKind.TEXT),
        (T.DATE, T.TEXT, Direction.TO_QUICKBOOKS, FieldKind.TEXT),
        (T.DATETIME, T.TEXT, Direction.TO_QUICKBOOKS, FieldKind.TEXT),
        (T.BOOLEAN, T.TEXT, Direction.TO_QUICKBOOKS, FieldKind.TEXT),
        (T.CHOICE, T.TEXT, Direction.TO_QUICKBOOKS, FieldKind.TEXT),
        (T.CHOICES, T.TEXT, Direction.TO_QUICKBOOKS, FieldKind.TEXT),
        (T.OWNER, T.TEXT, None, FieldKind.TEXT),
        (T.CHOICES, T.CHOICE, None, FieldKind.TEXT),
        (T.BOOLEAN, T.CHOICE, None, FieldKind.TEXT),
        (T.NUMBER, T.DATE, None, FieldKind.TEXT),
        (T.REFERENCE, T.REFERENCE, None, FieldKind.TEXT),
        (T.LINES, T.LINES, None, FieldKind.TEXT),
    ],
)
def test_types_decide_the_widest_direction(hubspot, quickbooks, direction, kind):
    found = met(hubspot, quickbooks)
    assert found.direction is direction
    if direction is not None:
        assert found.kind is kind


@pytest.mark.parametrize("hubspot", FieldType)
@pytest.mark.parametrize("quickbooks", FieldType)
def test_every_direction_is_either_open_or_refused_with_a_reason(hubspot, quickbooks):
    found = met(hubspot, quickbooks)
    for direction in Direction:
        is_open = found.direction in (direction, Direction.BOTH)
        assert bool(found.refusal(direction)) is not is_open


def test_what_nobody_may_write_is_only_read():
    balance = FieldInfo("Balance", "Open balance", T.NUMBER, is_read_only=True)
    found = pairing(info(T.NUMBER), balance)
    assert found.direction is Direction.TO_HUBSPOT
    assert found.refusal(Direction.BOTH) == (
        "QuickBooks lets nobody write “Open balance”. Let it run from QuickBooks to HubSpot only."
    )
    assert not found.refusal(Direction.TO_HUBSPOT)


def test_a_calculated_number_goes_out_as_a_number_or_a_text():
    score = FieldInfo("score", "Score", T.NUMBER, is_read_only=True)
    for target in (T.NUMBER, T.TEXT):
        assert pairing(score, info(target)).direction is Direction.TO_QUICKBOOKS


def test_two_fields_that_cannot_meet_are_refused_with_what_they_are():
    assert met(T.TEXT, T.NUMBER).refusal(Direction.TO_QUICKBOOKS) == (
        "“Text” is a text in HubSpot, but “Number” is a number in QuickBooks."
    )


def test_an_option_that_the_other_side_does_not_know_closes_that_way():
    found = pairing(
        info(T.CHOICE, options=(*OPEN, ("draft", "Draft"))), info(T.CHOICE, options=OPEN)
    )
    assert found.direction is Direction.TO_HUBSPOT
    assert "“draft”" in found.refusal(Direction.TO_QUICKBOOKS)


def test_options_that_a_vendor_does_not_list_are_left_to_it():
    assert pairing(info(T.CHOICE), info(T.CHOICE, options=OPEN)).direction is Direction.BOTH


def test_a_map_of_options_opens_the_way():
    terms = FieldInfo("SalesTermRef", "Terms", T.CHOICE, options=(("3", "Net 30"), ("1", "Due")))
    words = info(T.CHOICE, options=(("Net 30", "Net 30"), ("Due now", "Due now")))
    assert pairing(words, terms).direction is None
    mapped = parsed("map:Net 30=3;Due now=1")
    assert pairing(words, terms, mapped).direction is Direction.BOTH
    assert pairing(info(T.TEXT), terms, mapped).direction is Direction.BOTH
    wrong = parsed("map:Net 30=9;Due now=1")
    assert "“Net 30”" in pairing(info(T.TEXT), terms, wrong).refusal(Direction.TO_QUICKBOOKS)


def test_the_map_of_a_row_into_hubspot_is_read_from_quickbooks():
    terms = FieldInfo("SalesTermRef", "Terms", T.CHOICE, options=(("3", "Net 30"),))
    words = info(T.CHOICE, options=(("Net 30", "Net 30"),))
    mapped = parsed("map:3=Net 30")
    found = pairing(words, terms, mapped, forward=Side.HUBSPOT)
    assert not found.refusal(Direction.TO_HUBSPOT)


def test_a_transform_makes_texts_only():
    assert "makes texts" in met(T.NUMBER, T.NUMBER, "trim").refusal(Direction.BOTH)
    assert met(T.NUMBER, T.TEXT, "prefix:No. ").direction is Direction.TO_QUICKBOOKS
