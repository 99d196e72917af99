"""What holds for the rows and rules of all four."""

import pytest

from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction, FieldKind
from syncapp.objects import DEFAULT_MAPPINGS, MATCH_KEYS, SPECIAL


@pytest.mark.parametrize("entity", list(Entity))
def test_every_entity_has_rules_rows_and_keys(entity):
    assert SPECIAL[entity].entity is entity
    assert DEFAULT_MAPPINGS[entity]
    assert entity in MATCH_KEYS


@pytest.mark.parametrize("entity", list(Entity))
def test_no_row_comes_twice(entity):
    keys = [row.key for row in DEFAULT_MAPPINGS[entity]]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("entity", list(Entity))
def test_no_two_rows_fight_over_a_field(entity):
    """A row that only fills in what a new record lacks is compared never again."""
    rows = [row for row in DEFAULT_MAPPINGS[entity] if not row.on_create]
    for side in ("hubspot", "quickbooks"):
        reached = [getattr(row, side) for row in rows if row.direction in ("both", f"to_{side}")]
        assert len(reached) == len(set(reached))


@pytest.mark.parametrize("entity", [Entity.INVOICE, Entity.PAYMENT])
def test_documents_are_never_matched_by_a_value(entity):
    assert MATCH_KEYS[entity] == ()


@pytest.mark.parametrize("entity", [Entity.INVOICE, Entity.PAYMENT])
def test_money_never_follows_the_conflict_policy(entity):
    money = {FieldKind.LINES, FieldKind.NUMBER}
    rows = [row for row in DEFAULT_MAPPINGS[entity] if row.kind in money]
    assert rows
    assert all(row.by_origin or row.direction is not Direction.BOTH for row in rows)
    assert any(row.is_protected for row in rows)


@pytest.mark.parametrize("entity", list(Entity))
def test_no_row_clears_the_other_side_unless_somebody_says_so(entity):
    assert not any(row.may_wipe for row in DEFAULT_MAPPINGS[entity])
