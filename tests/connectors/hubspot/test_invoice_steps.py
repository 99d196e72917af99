"""Which calls a write to an invoice takes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from syncapp.connectors.hubspot.invoice_steps import Step, merge, own_properties, steps_of
from syncapp.engine.records import Entity, Line, LineKind, Snapshot
from syncapp.engine.writes import Operation, Write
from tests.connectors.hubspot.factories import (
    DISCOUNT,
    TAX,
    TRAVEL,
    TWO_HOURS,
    change,
    create,
    hubspot,
    mirror,
)

INVOICE = hubspot(Entity.INVOICE, "900")


def steps(write: Write, *, keyed_lines: bool = True) -> tuple[Step, ...]:
    return steps_of(write, keyed_lines=keyed_lines)


def there(*lines: Line) -> Snapshot:
    found = tuple(replace(line, id=str(number)) for number, line in enumerate(lines, 1))
    return Snapshot(INVOICE, fields={"lines": found}, key="4620816365:invoice:145")


@pytest.mark.parametrize(
    ("lines", "keyed_lines", "expected"),
    [
        ([TWO_HOURS], True, "lines document finish"),
        ([TWO_HOURS, TAX], True, "lines document attach finish"),
        ([], True, "document finish"),
        ([Line(kind=LineKind.TEXT, description="Thank you")], True, "document finish"),
        ([TWO_HOURS, TAX], False, "document attach finish"),
        ([TWO_HOURS], False, "document attach finish"),
    ],
)
def test_a_mirror_is_made_in_steps(lines: list[Line], keyed_lines: bool, expected: str) -> None:
    assert " ".join(steps(mirror(contact="7", lines=lines), keyed_lines=keyed_lines)) == expected


def test_a_document_without_a_status_needs_no_last_step() -> None:
    assert steps(create(Entity.INVOICE, "145", hs_currency="USD")) == (Step.DOCUMENT,)


def test_status_number_and_amounts_come_last() -> None:
    write = mirror(contact="7", lines=[TWO_HOURS])
    first, last = (own_properties(write, step) for step in (Step.DOCUMENT, Step.FINISH))
    assert set(first) == {"hs_currency", "hs_invoice_date", "hs_due_date", "contact"}
    assert "hs_invoice_status" in last
    assert set(first) | set(last) | {"lines"} == set(write.fields)


def test_an_update_takes_the_steps_it_needs() -> None:
    before = there(TWO_HOURS, TRAVEL)
    three = replace(TWO_HOURS, quantity=Decimal(3), amount=Decimal(150))
    other = hubspot(Entity.CONTACT, "8")
    assert steps(change(before, ledgerline_status="paid")) == (Step.FINISH,)
    assert steps(change(before, lines=(TWO_HOURS, TRAVEL, TAX))) == (Step.ATTACH,)
    assert steps(change(before, lines=(three, TRAVEL))) == (Step.CHANGE,)
    assert steps(change(before, lines=(TWO_HOURS,))) == (Step.REMOVE,)
    assert steps(change(before, contact=other)) == (Step.RELATE,)
    everything = change(before, lines=(three, TAX), contact=other, hs_number="9")
    assert steps(everything) == (
        Step.ATTACH,
        Step.CHANGE,
        Step.REMOVE,
        Step.RELATE,
        Step.FINISH,
    )


@pytest.mark.parametrize("operation", [Operation.VOID, Operation.ARCHIVE])
def test_an_end_is_one_step(operation: Operation) -> None:
    (step,) = steps(change(there(TWO_HOURS), operation))
    assert step is (Step.FINISH if operation is Operation.VOID else Step.ARCHIVE)


def test_a_void_says_so() -> None:
    write = change(there(TWO_HOURS), Operation.VOID, ledgerline_status="voided")
    assert own_properties(write, Step.FINISH)["hs_invoice_status"] == "voided"


def test_equal_lines_are_left_alone() -> None:
    lines = (TWO_HOURS, TRAVEL, DISCOUNT, TAX)
    merged = merge(change(there(*lines), lines=lines))
    assert (merged.new, merged.changed, merged.removed) == ((), (), ())


def test_only_what_differs_of_a_line_is_written() -> None:
    renamed = replace(TWO_HOURS, description="Three", quantity=Decimal(3), amount=Decimal(150))
    (part,) = merge(change(there(TWO_HOURS), lines=(renamed,))).changed
    assert part.id == "1"
    assert part.properties == {"description": "Three", "quantity": "3"}


def test_a_line_finds_its_copy_by_its_partner_before_one_that_looks_like_it() -> None:
    strange = replace(TWO_HOURS, partner="")
    merged = merge(change(there(strange, TWO_HOURS), lines=(TWO_HOURS,)))
    assert merged.changed == ()
    assert [part.id for part in merged.removed] == ["1"]


def test_without_keys_a_line_is_known_by_what_it_says() -> None:
    merged = merge(change(there(replace(TWO_HOURS, partner="")), lines=(TWO_HOURS, TRAVEL)))
    assert [part.line for part in merged.new] == [TRAVEL]
    assert merged.removed == ()


def test_a_product_that_is_linked_no_more_is_cleared() -> None:
    linked = replace(TWO_HOURS, product=hubspot(Entity.PRODUCT, "7"))
    (part,) = merge(change(there(linked), lines=(TWO_HOURS,))).changed
    assert part.properties == {"hs_product_id": ""}


def test_lines_that_are_not_written_are_not_touched() -> None:
    merged = merge(change(there(TWO_HOURS), hs_number="9"))
    assert (merged.new, merged.changed, merged.removed) == ((), (), ())
