import ast
from pathlib import Path

import pytest

import syncapp
from syncapp.engine.catalogue import CATEGORIES, explain, heals_itself
from syncapp.engine.plan import Finding, State

PURE = [Path(syncapp.__file__).parent / name for name in ("engine", "objects")]
FINDERS = {"Finding": 1, "excluded": 0, "failing": 0}


def categories_used():
    for folder in PURE:
        for path in folder.glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield from _category(node)


def _category(call):
    position = FINDERS.get(call.func.id)
    if position is not None and len(call.args) > position:
        argument = call.args[position]
        if isinstance(argument, ast.Constant):
            yield argument.value


def test_every_reason_the_engine_gives_has_a_sentence():
    used = set(categories_used())
    assert len(used) > 30
    assert used <= set(CATEGORIES)


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_a_sentence_survives_missing_facts_and_shows_those_it_has(category):
    assert explain(Finding(State.FAILING, category))
    sentence = CATEGORIES[category].sentence
    facts = dict.fromkeys(("side", "parent", "reason", "field"), "Nordwind")
    named = any(f"{{{name}}}" in sentence for name in facts)
    assert ("Nordwind" in explain(Finding(State.FAILING, category, facts))) is named


def test_a_record_in_sync_needs_no_sentence():
    assert explain(None) == ""
    assert heals_itself(None)


@pytest.mark.parametrize("category", ["something else", "number_clash", "bad_value"])
def test_the_vendors_own_words_are_quoted(category):
    facts = {"side": "QuickBooks", "message": "Try later", "field": "DocNumber"}
    sentence = explain(Finding(State.FAILING, category, facts))
    assert sentence.endswith("QuickBooks says (DocNumber): “Try later”")


@pytest.mark.parametrize("category", ["ambiguous", "conflict", "deleted_in_quickbooks"])
def test_questions_for_a_person_do_not_heal_by_themselves(category):
    assert not heals_itself(Finding(State.NEEDS_DECISION, category))


def test_a_protected_change_heals_when_it_is_undone():
    assert heals_itself(Finding(State.FAILING, "protected_change"))
