import pytest
import yaml
from django.utils import timezone

from syncapp.models import ChangeCursor, Connection, FilterCondition, Integration, SyncRule
from tests.behaviour.naming import item
from tests.commands.calling import call
from tests.commands.conftest import INTEGRATION
from tests.factories import nordwind

pytestmark = pytest.mark.django_db


@pytest.fixture
def configure(tmp_path):
    def carry_out(document):
        file = tmp_path / "ledgerline.yaml"
        text = document if isinstance(document, str) else yaml.safe_dump(document)
        file.write_text(text, encoding="utf-8")
        return call("configure", str(file))

    return carry_out


def nothing_is_stored():
    return not (Connection.objects.exists() or Integration.objects.exists())


def test_it_makes_connections_integration_and_rules(configure, accounts):
    ended = configure(INTEGRATION)

    assert ended.code == 0, ended.err
    assert "Made Nordwind." in ended.out
    books = Connection.objects.get(name="Books")
    assert books.access_token == accounts["quickbooks"]["companies"][0]["access_token"]
    rule = SyncRule.objects.get()
    assert (rule.entity, rule.direction, rule.conflict, rule.is_on) == (
        "contact",
        "both",
        "hubspot",
        True,
    )
    assert rule.started_at is not None


def test_on_needs_no_quotation_marks(configure, accounts):
    configure(INTEGRATION.replace("{entity: contact,", "{entity: contact, on: false,"))
    assert not SyncRule.objects.get().is_on


def test_the_same_file_again_changes_nothing(configure, accounts):
    configure(INTEGRATION)
    before = SyncRule.objects.get()
    read = {"integration": before.integration, "entity": "contact", "side": "hubspot"}
    ChangeCursor.objects.create(since=timezone.now(), **read)

    ended = configure(INTEGRATION)

    assert ended.code == 0
    assert "rule" not in ended.out
    assert SyncRule.objects.get().version == before.version
    assert ChangeCursor.objects.filter(**read).exists()


def test_the_same_file_again_keeps_tokens_that_were_rotated_meanwhile(configure, accounts):
    configure(INTEGRATION)
    books = Connection.objects.get(name="Books")
    books.refresh_token = "the-newer-one"
    books.save()

    configure(INTEGRATION)

    assert Connection.objects.get(name="Books").refresh_token == "the-newer-one"


def test_new_tokens_end_the_need_to_reconnect(configure, accounts):
    configure(INTEGRATION)
    Connection.objects.filter(name="Books").update(needs_reconnect=True, reconnect_reason="x")

    configure(INTEGRATION)

    assert not Connection.objects.get(name="Books").needs_reconnect


def test_a_changed_rule_starts_its_initial_pass_again(configure, accounts):
    configure(INTEGRATION)
    rule = SyncRule.objects.get()
    read = {"integration": rule.integration, "entity": "contact", "side": "hubspot"}
    ChangeCursor.objects.create(since=timezone.now(), **read)

    ended = configure(INTEGRATION.replace("entity: contact,", "entity: contact, conflict: ask,"))

    assert "Changed the contact rule of Nordwind." in ended.out
    changed = SyncRule.objects.get()
    assert (changed.conflict, changed.version) == ("ask", rule.version + 1)
    assert not ChangeCursor.objects.filter(**read).exists()


def test_an_expired_access_token_is_renewed_and_the_new_pair_stored(
    configure, accounts, monkeypatch
):
    monkeypatch.setenv("QB_TOKEN", "long-expired")

    ended = configure(INTEGRATION)

    assert ended.code == 0, ended.err
    books = Connection.objects.get(name="Books")
    assert books.access_token not in ("long-expired", "")
    assert books.refresh_token != ""
    assert books.expires_at > timezone.now()


@pytest.mark.parametrize(
    ("name", "value", "path", "sentence"),
    [
        ("HS_PORTAL", "999", "connections[0].account", "these credentials open the HubSpot"),
        ("QB_REALM", "999", "connections[1].account", "does not open account 999"),
        ("HS_TOKEN", "nonsense", "connections[0]", "does not open account"),
    ],
)
def test_credentials_of_another_account_are_refused(
    configure, accounts, monkeypatch, name, value, path, sentence
):
    monkeypatch.setenv(name, value)
    if name == "HS_TOKEN":
        monkeypatch.setenv("HS_REFRESH", "nonsense")

    ended = configure(INTEGRATION)

    assert ended.code == 2
    assert path in ended.err
    assert sentence in ended.err
    assert nothing_is_stored()


def test_an_unreachable_vendor_is_said_and_does_not_stop_it(configure, accounts, settings):
    settings.HUBSPOT_API_BASE = "http://127.0.0.1:9/hubspot"

    ended = configure(INTEGRATION)

    assert ended.code == 0
    assert "connections[0]: not checked, HubSpot cannot be reached." in ended.err
    assert Connection.objects.count() == 2


def test_every_error_is_named_at_once_and_nothing_is_written(configure):
    ended = configure(
        {
            "connections": [
                {"name": "Portal", "vendor": "salesforce", "account": 1, "access_token": "${NOPE}"},
                {"name": "Books", "vendor": "quickbooks", "account": True, "colour": "red"},
            ],
            "integrations": [
                {
                    "name": "Nordwind",
                    "hubspot": "Books",
                    "quickbooks": "Elsewhere",
                    "interval_seconds": 5,
                    "rules": [
                        {"entity": "deal"},
                        {
                            "entity": "contact",
                            "direction": "sideways",
                            "on": "yes please",
                            "match_on": "Shoe size",
                            "options": {"speed": 3},
                            "mappings": [{"hubspot": "phone"}],
                            "filters": {
                                "to_quickbooks": [
                                    [{"object": "contact", "property": "x", "operator": "likes"}],
                                    [],
                                ],
                                "upwards": [],
                            },
                        },
                    ],
                }
            ],
            "extra": 1,
        }
    )

    assert ended.code == 2
    for error in (
        "connections[0].vendor: “salesforce” is none of hubspot, quickbooks.",
        "connections[0].access_token: NOPE is not set in the environment.",
        "connections[1].account: must be text, not true or false.",
        "connections[1].colour: is not known here",
        "connections[1].access_token: is missing",
        "integrations[0].hubspot: “Books” is a connection to the other vendor.",
        "integrations[0].quickbooks: there is no connection “Elsewhere”",
        "integrations[0].interval_seconds: must be at least 60, not 5.",
        "integrations[0].rules[0].entity: “deal” is none of contact, product, invoice.",
        "integrations[0].rules[1].direction: “sideways” is none of both",
        "integrations[0].rules[1].on: must be true or false",
        "integrations[0].rules[1].match_on: “Shoe size” is neither",
        "integrations[0].rules[1].options.speed: is not known here",
        "integrations[0].rules[1].mappings[0].quickbooks: is missing.",
        "integrations[0].rules[1].filters.to_quickbooks[0][0].operator: “likes” is none of",
        "integrations[0].rules[1].filters.to_quickbooks[1]: a group without a condition",
        "integrations[0].rules[1].filters.upwards: is not known here",
        "extra: is not known here",
    ):
        assert error in ended.err, f"{error}\n{ended.err}"
    assert nothing_is_stored()


@item("A4")
def test_a_rule_for_payments_is_refused_for_they_follow_the_invoices(configure):
    ended = configure(INTEGRATION.replace("{entity: contact,", "{entity: payment,"))

    assert ended.code == 2
    assert "rules[0].entity: “payment” is none of contact, product, invoice." in ended.err
    assert nothing_is_stored()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("connections: [", "The file is not YAML"),
        ("- a\n- b", "The file: must be a mapping of names to values, not a list."),
        ("connections: 3", "connections: must be a list, not “3”."),
        ("connections: [3]", "connections[0]: must be a mapping"),
    ],
)
def test_a_file_of_another_shape_is_refused_in_a_sentence(configure, text, sentence):
    ended = configure(text)

    assert ended.code == 2
    assert sentence in ended.err


def test_a_file_that_is_not_there_is_named():
    ended = call("configure", "/nowhere/ledgerline.yaml")

    assert ended.code == 2
    assert "/nowhere/ledgerline.yaml cannot be read: No such file or directory." in ended.err


def test_a_token_in_the_clear_is_warned_about_and_not_repeated(configure, accounts):
    token = accounts["hubspot"]["access_token"]

    ended = configure(INTEGRATION.replace("${HS_TOKEN}", token))

    assert ended.code == 0
    assert "connections[0].access_token: stands in the file in the clear" in ended.err
    assert token not in ended.err


def test_an_account_that_has_links_cannot_be_exchanged(configure, accounts, monkeypatch):
    integration = nordwind()
    integration.hubspot.name = "Portal"
    integration.hubspot.save()

    ended = configure(
        {
            "connections": [
                {"name": "Portal", "vendor": "hubspot", "account": "${HS_PORTAL}"}
                | {"access_token": "${HS_TOKEN}"}
            ]
        }
    )

    assert ended.code == 2
    assert "holds the links of account 4711" in ended.err


def test_an_account_is_connected_under_one_name_only(configure, accounts):
    configure(INTEGRATION)

    ended = configure(INTEGRATION.replace("Portal", "Other portal"))

    assert ended.code == 2
    assert "is connected already, as “Portal”" in ended.err


RULES = [
    {
        "entity": "contact",
        "direction": "both",
        "conflict": "ask",
        "on": True,
        "match_on": "DisplayName",
        "options": {"without_email": True, "keeps_linked": ["to_quickbooks"]},
        "mappings": [
            {"hubspot": "phone", "quickbooks": "PrimaryPhone", "direction": "both", "on": False},
            {
                "hubspot": "jobtitle",
                "quickbooks": "Title",
                "direction": "to_quickbooks",
                "on": True,
            },
        ],
        "filters": {
            "to_quickbooks": [
                [
                    {"object": "contact", "property": "lifecyclestage"}
                    | {"operator": "is_any_of", "value": ["customer", "lead"]},
                    {"object": "company", "property": "domain", "operator": "is_known"},
                ],
                [
                    {"object": "contact", "property": "createdate", "operator": "after"}
                    | {"value": "2026-01-31"}
                ],
            ]
        },
    },
    {
        "entity": "invoice",
        "direction": "to_hubspot",
        "conflict": "quickbooks",
        "on": False,
        "options": {"income_account": "27"},
    },
]


@pytest.mark.parametrize("change", [{"direction": "to_hubspot"}, {"transform": "upper"}])
def test_a_row_of_our_own_is_only_switched(configure, accounts, change):
    document = yaml.safe_load(INTEGRATION)
    row = {"hubspot": "firstname", "quickbooks": "GivenName", **change}
    document["integrations"][0]["rules"] = [{"entity": "contact", "mappings": [row]}]

    ended = configure(document)

    assert ended.code == 2
    assert "mappings[0]: “firstname” with “GivenName” is a mapping of Ledgerline’s own" in ended.err


def test_what_is_exported_is_what_was_configured(configure, accounts):
    document = yaml.safe_load(INTEGRATION)
    document["integrations"][0]["rules"] = RULES
    assert configure(document).code == 0

    exported = yaml.safe_load(call("configure", "--export").out)

    assert exported["integrations"][0]["rules"] == RULES
    assert [one["name"] for one in exported["connections"]] == ["Books", "Portal"]


def test_an_export_holds_no_secret_and_is_accepted_again(configure, accounts, monkeypatch):
    configure(INTEGRATION)

    exported = call("configure", "--export").out

    for connection in Connection.objects.all():
        assert connection.access_token not in exported
        assert connection.refresh_token not in exported
    monkeypatch.setenv("PORTAL_ACCESS_TOKEN", accounts["hubspot"]["access_token"])
    monkeypatch.setenv("PORTAL_REFRESH_TOKEN", accounts["hubspot"]["refresh_token"])
    company = accounts["quickbooks"]["companies"][0]
    monkeypatch.setenv("BOOKS_ACCESS_TOKEN", company["access_token"])
    monkeypatch.setenv("BOOKS_REFRESH_TOKEN", company["refresh_token"])
    ended = configure(exported)
    assert ended.code == 0, ended.err
    assert "rule" not in ended.out


def test_a_file_that_names_no_filter_gets_the_recommended_one(configure, accounts):
    configure(INTEGRATION.replace(", filters: {}", ""))
    shown = yaml.safe_load(call("configure", "--export").out)
    rule = shown["integrations"][0]["rules"][0]
    assert rule["filters"]["to_quickbooks"]
    assert rule["options"]["keeps_linked"] == ["to_quickbooks"]

    configure(INTEGRATION)

    shown = yaml.safe_load(call("configure", "--export").out)
    assert shown["integrations"][0]["rules"][0]["filters"] == {}


def filtered(*conditions, towards="to_quickbooks", entity="contact"):
    document = yaml.safe_load(INTEGRATION)
    rule = {"entity": entity, "filters": {towards: [list(conditions)]}}
    document["integrations"][0]["rules"] = [rule]
    return document


def condition(property_, operator, value=None, object_="contact"):
    return {"object": object_, "property": property_, "operator": operator} | (
        {} if value is None else {"value": value}
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (condition("createdate", "after", "soon"), "“soon” is no date: write it as 2026-03-31"),
        (condition("createdate", "between", ["2026-01-31"]), "takes two values"),
        (condition("createdate", "in_last_days", 1.5), "whole number of days"),
        (condition("city", "greater_than", "1"), "is a text, which “greater_than” does not fit"),
        (condition("shoe_size", "is", "40"), "There is no field “shoe_size” on a contact"),
        (condition("name", "is", "x", "deal"), "cannot look at “deal”. Choose from contact"),
        (condition("seats", "is_known", None, "company"), "no field “seats” on a company"),
        (condition("lifecyclestage", "is_any_of", ["friend"]), "has no option “friend”"),
    ],
)
def test_a_condition_that_fits_no_field_of_the_account_is_refused(
    configure, accounts, wrong, sentence
):
    ended = configure(filtered(condition("city", "is_known"), wrong))
    assert ended.code == 2
    assert "integrations[0].rules[0].filters.to_quickbooks[0][1]: " in ended.err
    assert sentence in ended.err
    assert nothing_is_stored()


def test_a_filter_towards_hubspot_is_judged_by_the_fields_of_quickbooks(configure, accounts):
    here = condition("TxnDate", "after", "2026-01-31", "invoice")
    there = condition("hs_invoice_date", "after", "2026-01-31", "invoice")
    customer = condition("CompanyName", "is_known")
    refused = configure(filtered(there, towards="to_hubspot", entity="invoice"))
    assert "no field “hs_invoice_date” on an invoice in QuickBooks" in refused.err
    ended = configure(filtered(here, customer, towards="to_hubspot", entity="invoice"))
    assert ended.code == 0, ended.err
    labels = FilterCondition.objects.order_by("position").values_list("label", "shown", "type")
    assert list(labels) == [
        ("Invoice date", "31 Jan 2026", "date"),
        ("Company name", "", "text"),
    ]


def test_a_row_that_no_account_can_have_is_refused_with_its_place(configure, accounts):
    document = yaml.safe_load(INTEGRATION)
    document["integrations"][0]["rules"] = [
        {
            "entity": "contact",
            "mappings": [
                {"hubspot": "nonsense", "quickbooks": "Notes"},
                {"hubspot": "jobtitle", "quickbooks": "Balance"},
                {"hubspot": "jobtitle", "quickbooks": "Title", "transform": "shout"},
                {"hubspot": "gone", "quickbooks": "Suffix", "on": False},
            ],
        }
    ]

    ended = configure(document)

    assert ended.code == 2
    assert "mappings[0]: There is no field “nonsense” in HubSpot." in ended.err
    assert "mappings[1]: QuickBooks lets nobody write “Open balance”." in ended.err
    assert "mappings[2]: “shout” is no transform" in ended.err
    assert "mappings[3]" not in ended.err
    assert not Integration.objects.exists()


def test_a_transform_that_cannot_be_read_is_refused_on_our_own_rows_too(configure, accounts):
    document = yaml.safe_load(INTEGRATION)
    row = {"hubspot": "country", "quickbooks": "BillAddr.Country", "transform": "country:iso"}
    document["integrations"][0]["rules"] = [{"entity": "contact", "mappings": [row]}]

    ended = configure(document)

    assert ended.code == 2
    assert "mappings[0]: “country” needs a form" in ended.err
    assert not Integration.objects.exists()


def test_a_transform_that_cannot_be_read_is_refused_though_nobody_answers(
    configure, accounts, settings
):
    settings.HUBSPOT_API_BASE = "http://127.0.0.1:9/hubspot"
    document = yaml.safe_load(INTEGRATION)
    row = {"hubspot": "jobtitle", "quickbooks": "Title", "transform": "shout"}
    document["integrations"][0]["rules"] = [{"entity": "contact", "mappings": [row]}]

    ended = configure(document)

    assert ended.code == 2
    assert "mappings[0]: “shout” is no transform" in ended.err
    assert not Integration.objects.exists()
