import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import acme, activity, link, nordwind

pytestmark = pytest.mark.django_db

CONFLICT = {
    "field": "phone=PrimaryPhone",
    "verdict": "conflict",
    "target": "",
    "before": "",
    "after": "",
    "hubspot": "555 0100",
    "quickbooks": "555 0199",
    "lost": False,
}
LOST = CONFLICT | {
    "verdict": "copy",
    "target": "quickbooks",
    "before": "555 0199",
    "after": "555 0100",
    "lost": True,
}


def export(*arguments):
    out = StringIO()
    call_command("export", *arguments, stdout=out)
    return out.getvalue()


def rows(what, *more):
    return [json.loads(line) for line in export("--what", what, *more).splitlines()]


def test_links_carry_both_ids_state_and_reason():
    link(
        nordwind(),
        "invoice",
        hubspot_id="1",
        quickbooks_id="145",
        state="failing",
        category="total",
        sentence="The totals differ.",
        amount="12.50",
        currency="EUR",
    )

    (row,) = rows("links")

    expected = {
        "integration": "Nordwind",
        "entity": "invoice",
        "hubspot_id": "1",
        "quickbooks_id": "145",
        "state": "failing",
        "reason": "total",
        "sentence": "The totals differ.",
        "amount": "12.50",
        "currency": "EUR",
    }
    assert expected.items() <= row.items()
    assert row["time"].endswith("+00:00")


@pytest.mark.parametrize("state", ["failing", "excluded"])
def test_only_records_in_the_asked_state_are_exported(state):
    integration = nordwind()
    for one in ("in_sync", "failing", "excluded", "waiting"):
        link(integration, state=one, label=one)

    assert [row["name"] for row in rows(state)] == [state]


def test_a_contested_field_comes_with_both_values():
    record = link(nordwind(), state="needs_decision", category="conflict")
    told = {"action": "needs_decision", "category": "conflict"}
    activity(record, CONFLICT | {"hubspot": "555 0000"}, **told)
    activity(record, CONFLICT, **told, vendor_request_id="req-1")
    activity(record, LOST)  # another field was written since

    (row, _) = rows("conflicts")

    assert (row["field"], row["hubspot"], row["quickbooks"], row["request_id"]) == (
        "phone=PrimaryPhone",
        "555 0100",
        "555 0199",
        "req-1",
    )


def test_a_held_difference_is_listed_as_long_as_it_stands():
    record = link(nordwind(), state="in_sync", category="held", sentence="Left as it is.")
    activity(record, CONFLICT | {"verdict": "held"}, action="in_sync", category="held")

    (row,) = rows("conflicts")

    assert (row["state"], row["reason"], row["sentence"]) == ("in_sync", "held", "Left as it is.")
    assert (row["hubspot"], row["quickbooks"]) == ("555 0100", "555 0199")
    record.category = ""
    record.save()
    assert rows("conflicts") == []


def test_a_value_that_lost_to_a_policy_is_listed_with_the_conflicts():
    record = link(nordwind(), state="in_sync")
    activity(record, LOST, side="quickbooks")

    (row,) = rows("conflicts")

    assert (row["winner"], row["before"], row["after"]) == ("hubspot", "555 0199", "555 0100")


def test_a_plain_change_is_no_conflict():
    record = link(nordwind(), state="in_sync")
    activity(record, LOST | {"lost": False})

    assert rows("conflicts") == []


def test_activity_has_a_row_for_each_field():
    record = link(nordwind())
    activity(record, LOST, CONFLICT)
    activity(record, action="created")

    assert [row["action"] for row in rows("activity")] == ["updated", "updated", "created"]


def test_one_integration_can_be_exported_alone():
    link(nordwind(), label="ours")
    link(acme(), label="theirs")

    assert [row["name"] for row in rows("links", "--integration", "Acme")] == ["theirs"]
    with pytest.raises(CommandError, match="There is no integration “Nowhere”"):
        export("--what", "links", "--integration", "Nowhere")


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1"])
def test_csv_cells_are_never_formulas(name):
    link(nordwind(), label=name)

    (row,) = csv.DictReader(StringIO(export("--what", "links", "--csv")))

    assert row["name"] == f"'{name}"
