import pytest
import yaml

from syncapp.models import SyncRule
from tests.commands.calling import call
from tests.commands.conftest import INTEGRATION

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filtered(tmp_path, accounts):
    document = yaml.safe_load(INTEGRATION)
    stage = {"object": "contact", "property": "lifecyclestage", "operator": "is_any_of"}
    filters = {"to_quickbooks": [[{**stage, "value": ["customer", "lead"]}]]}
    rules = [{"entity": "contact", "direction": "to_quickbooks", "filters": filters}]
    document["integrations"][0]["rules"] = rules
    file = tmp_path / "ledgerline.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    ended = call("configure", str(file))
    assert ended.code == 0, ended.err


def test_it_shows_both_kinds_of_filters_in_words_and_how_many_match(filtered, sandbox):
    people = ({"email": "ada@acme.test", "lifecyclestage": "lead"}, {"lifecyclestage": "lead"})
    for properties in (*people, {"email": "ben@acme.test"}):
        sandbox.person("hubspot", "create", "contacts", properties=properties)
    sandbox.forget_requests()
    ended = call("filters")
    assert ended.code == 0, ended.err
    lines = [line.strip() for line in ended.out.splitlines()]
    assert lines == [
        "Nordwind: contacts to QuickBooks",
        "always: only contacts whose e-mail address is known (option without_email takes it away)",
        "filter: contact “Lifecycle Stage” is any of Customer or Lead",
        "a linked contact that no longer matches stops being updated",
        "1 of 3 match now.",
        "1 of 3 looked at: contact without e-mail",
        "1 of 3 looked at: left out by a filter",
    ]
    assert sandbox.requests()["writes"] == 0


def test_an_unknown_integration_is_refused(filtered):
    ended = call("filters", "--integration", "Nobody")
    assert (ended.code, SyncRule.objects.count()) == (2, 1)
    assert "There is no integration “Nobody”." in ended.err
