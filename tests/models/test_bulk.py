"""Many rows in one statement hold what rows saved one by one would."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncapp.models import RecordLink
from syncapp.models.bulk import Quick, insert_all, update_all
from tests.factories import nordwind

ODD = {"name": "Zoë “Ø”", "number": 2**70, "list": [1, None, True, {"deep": ""}], "": {}}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(anything)
def test_json_reads_back_whatever_it_holds(value: Any) -> None:
    assert json.loads(Quick().encode(value)) == value


@pytest.mark.django_db
def test_rows_read_back_with_their_json() -> None:
    integration = nordwind()
    rows = [
        RecordLink(integration=integration, entity="contact", hubspot_id="1", facts=ODD),
        RecordLink(integration=integration, entity="contact", hubspot_id="2", facts={}),
    ]
    insert_all(rows)
    first, second = RecordLink.objects.order_by("hubspot_id")
    assert (first.facts, first.baseline_hubspot) == (ODD, None)
    assert second.facts == {}
    first.baseline_hubspot, second.facts = {"$": "map", "v": []}, ODD
    update_all([first, second], ["baseline_hubspot", "facts"])
    first, second = RecordLink.objects.order_by("hubspot_id")
    assert (first.baseline_hubspot, second.facts) == ({"$": "map", "v": []}, ODD)
    assert not RecordLink.objects.filter(baseline_hubspot__isnull=True, hubspot_id="1").exists()
