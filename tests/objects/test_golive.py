from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.objects.golive import blocking, findings
from syncapp.objects.golive_checks import CHECKS, WORTH_SAYING
from syncapp.objects.golive_facts import (
    BookAccount,
    CompanyFacts,
    Facts,
    PortalFacts,
    RuleWanted,
    Severity,
)
from syncapp.objects.golive_words import WORDS

FLAGS = (
    "SalesFormsPrefs.CustomTxnNumbers",
    "SalesFormsPrefs.AllowDiscount",
    "SalesFormsPrefs.AllowServiceDate",
    "CurrencyPrefs.MultiCurrencyEnabled",
    "ProductAndServicesPrefs.RevenueRecognitionEnabled",
    "ProductAndServicesPrefs.RevenueRecognition",
)
SYNCED = (Entity.CONTACT, Entity.PRODUCT, Entity.INVOICE)
accounts = st.dictionaries(
    st.sampled_from(["79", "80"]),
    st.builds(
        BookAccount, st.just("Sales"), st.sampled_from(["Income", "Bank"]), is_active=st.booleans()
    ),
)
rules = st.lists(
    st.builds(
        RuleWanted,
        st.sampled_from(SYNCED),
        st.sampled_from(Direction),
        st.fixed_dictionaries(
            {},
            optional={
                "income_account": st.sampled_from(["79", "80", ""]),
                "invoice_date_as_service_date": st.booleans(),
                "without_sku": st.booleans(),
            },
        ),
    ),
    unique_by=lambda rule: rule.entity,
)
facts = st.builds(
    Facts,
    company=st.builds(
        CompanyFacts,
        country=st.sampled_from(["US", "CA"]),
        currency=st.sampled_from(["USD", "CAD"]),
        subscription=st.sampled_from(["", "SUBSCRIBED", "EXPIRED", "CANCELED_BY_USER"]),
        is_sandbox=st.booleans(),
        preferences=st.dictionaries(st.sampled_from(FLAGS), st.sampled_from(["True", "False"])),
        accounts=accounts,
        items_without_sku=st.sampled_from([None, 0, 3]),
        customers_without_email=st.sampled_from([None, 0, 3]),
        doubled=st.sampled_from([(), ("1", "2")]),
    ),
    portal=st.builds(
        PortalFacts,
        currencies=st.sampled_from([frozenset(), frozenset({"USD"})]),
        missing_scopes=st.dictionaries(st.sampled_from(SYNCED), st.just(("some.scope",))),
        foreign_invoices=st.integers(0, 2),
        api_payments=st.sampled_from(["accepted", "refused", "unknown"]),
    ),
    expiring=st.sampled_from([{}, {"Books": datetime(2026, 12, 1, tzinfo=UTC)}]),
)


def test_every_check_has_words_and_every_word_a_check() -> None:
    assert set(CHECKS) == set(WORDS)
    assert all(WORDS[code].good for code in WORTH_SAYING)


@given(facts, rules)
def test_it_speaks_of_wanted_rules_in_whole_sentences(
    told: Facts, wanted: list[RuleWanted]
) -> None:
    entities = {rule.entity for rule in wanted}
    for one in findings(told, wanted):
        assert set(one.entities) <= entities
        assert "{" not in one.sentence
        if one.severity is Severity.BLOCKING:
            assert one.entities or not wanted
            assert one.remedy


@given(facts, rules)
def test_blocking_findings_come_first(told: Facts, wanted: list[RuleWanted]) -> None:
    order = [list(Severity).index(one.severity) for one in findings(told, wanted)]
    assert order == sorted(order)


@given(facts, st.sampled_from(SYNCED))
def test_a_rule_that_only_brings_in_is_stopped_by_access_alone(told: Facts, entity: Entity) -> None:
    found = findings(told, [RuleWanted(entity, Direction.TO_HUBSPOT)])
    assert {one.code for one in blocking(found, entity)} <= {"subscription", "scopes"}


@given(facts, rules)
def test_a_rule_alone_is_not_stopped_by_more_than_with_the_others(
    told: Facts, wanted: list[RuleWanted]
) -> None:
    for rule in wanted:
        alone = {one.code for one in blocking(findings(told, [rule]), rule.entity)}
        together = {one.code for one in blocking(findings(told, wanted), rule.entity)}
        assert alone == together


@pytest.mark.parametrize("direction", [Direction.BOTH, Direction.TO_QUICKBOOKS])
def test_outbound_invoices_need_an_income_account(direction: Direction) -> None:
    bare = RuleWanted(Entity.INVOICE, direction)
    assert bare.writes_to(Side.QUICKBOOKS)
    assert [one.code for one in blocking(findings(Facts(), [bare]), Entity.INVOICE)] == [
        "no_income_account"
    ]
