import ast
from dataclasses import replace
from pathlib import Path

import pytest

import syncapp
from syncapp.engine.catalogue import CATEGORIES, UNKNOWN, explain, heals_itself, parts_of, place_of
from syncapp.engine.catalogue.category import Group, Place, When, Who
from syncapp.engine.catalogue.table import page
from syncapp.engine.plan import Finding, State

PRODUCT = Path(syncapp.__file__).parent
CATALOGUE = PRODUCT / "engine" / "catalogue"
FAILURES = PRODUCT.parent / "docs" / "failures.md"
FINDERS = {"Finding": 1, "excluded": 0, "failing": 0}
# Records that others refer to; their missing partner is a reason named after them.
PARENTS = {"contact_link", "invoice_link"}


def sources():
    for path in sorted(PRODUCT.rglob("*.py")):
        if not path.is_relative_to(CATALOGUE) and "migrations" not in path.parts:
            yield ast.parse(path.read_text("utf-8"))


def categories_named():
    """In calls that make a finding."""
    for tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield from _category(node)


def words_used():
    for tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _category(call):
    position = FINDERS.get(call.func.id)
    if position is not None and len(call.args) > position:
        argument = call.args[position]
        if isinstance(argument, ast.Constant):
            yield argument.value


def test_every_reason_that_is_given_is_in_the_catalogue():
    used = set(categories_named())
    assert len(used) > 30
    assert used <= set(CATEGORIES)


def test_every_row_is_used_somewhere():
    from_policies = {row.retry.gives_up_as for row in CATEGORIES.values()}
    used = {*words_used(), *PARENTS, *from_policies}
    assert {name for name in CATEGORIES if name not in used} - {UNKNOWN} == set()


@pytest.mark.parametrize("name", sorted(CATEGORIES))
def test_every_row_says_all_that_a_page_shows(name):
    row = CATEGORIES[name]
    assert 2 <= len(row.title.split()) <= 6
    for part in (row.happened, row.remedy, row.why):
        assert part[-1] in ".}"
    assert (row.place is Place.NOWHERE) <= (row.who is Who.NOBODY or row.group is Group.OURS)
    assert row.retry.gives_up_as in {"", *CATEGORIES}
    assert bool(row.retry.gives_up_as) is (row.retry.when is When.PARKED)


def test_the_page_for_book_keepers_is_up_to_date():
    assert FAILURES.read_text("utf-8") == page(), "run: manage.py reasons > docs/failures.md"


def test_a_place_follows_the_app_that_is_named():
    changed = Finding(State.FAILING, "protected_change", {"side": "QuickBooks"})
    assert place_of(changed) is Place.QUICKBOOKS_RECORD
    assert place_of(replace(changed, facts={"side": "HubSpot"})) is Place.HUBSPOT_RECORD
    assert place_of(Finding(State.FAILING, "permission")) is Place.CONNECTION


def test_the_parts_of_a_sentence_stand_apart_for_pages():
    facts = {"side": "QuickBooks", "owner": "HubSpot", "author": "Ada", "field": "lines"}
    parts = parts_of(Finding(State.FAILING, "protected_change", facts))
    assert parts.title == "Money changed elsewhere"
    assert parts.happened.startswith("It was changed in QuickBooks by Ada")
    assert parts.remedy == "Undo the change in QuickBooks and make it in HubSpot."
    assert (parts.who, parts.place) == (Who.BOOKKEEPER, Place.QUICKBOOKS_RECORD)
    assert parts.retry is When.CHANGED


def test_a_remedy_of_its_own_may_hold_any_characters():
    facts = {"side": "QuickBooks", "remedy": "Undo {this}."}
    finding = Finding(State.FAILING, "protected_change", facts)
    assert explain(finding).endswith("Undo {this}.")
    assert parts_of(finding).remedy == "Undo {this}."


def test_an_unknown_refusal_names_the_request_that_support_asks_for():
    facts = {"side": "QuickBooks", "message": "Odd", "request_id": "1-abc"}
    assert explain(Finding(State.FAILING, "refused", facts)).endswith("“Odd” (request 1-abc)")
    assert "1-abc" not in explain(Finding(State.FAILING, "tax", facts))


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_a_sentence_survives_missing_facts_and_shows_those_it_has(category):
    assert explain(Finding(State.FAILING, category))
    row = CATEGORIES[category]
    sentence = row.happened if row.who is Who.NOBODY else f"{row.happened} {row.remedy}"
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
