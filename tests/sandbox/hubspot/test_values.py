"""What a property takes and what it keeps: hubspot-api.md 9 [PROPS]."""

import pytest

from tests.sandbox.hubspot.api import HubSpotApi, error_codes

GROUP = "contactinformation"


def define(hubspot: HubSpotApi, name: str, type_name: str, field: str, **more: object) -> None:
    definition = {
        "name": name,
        "label": name,
        "type": type_name,
        "fieldType": field,
        "groupName": GROUP,
        **more,
    }
    assert hubspot.post("/crm/v3/properties/contacts", definition).status_code == 201


def choices(*values: str) -> list[dict[str, object]]:
    return [{"value": value, "label": value.title(), "hidden": False} for value in values]


@pytest.mark.parametrize(
    ("type_name", "field", "sent", "kept"),
    [
        ("number", "number", 12, "12"),
        ("number", "number", "12.50", "12.50"),
        ("bool", "booleancheckbox", True, "true"),
        ("bool", "booleancheckbox", "FALSE", "false"),
        ("date", "date", "2026-03-01", "2026-03-01"),
        ("date", "date", 1772323200000, "2026-03-01"),
        ("datetime", "date", "2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00.000Z"),
        ("datetime", "date", "1772323200000", "2026-03-01T00:00:00.000Z"),
        ("string", "text", "Zoë", "Zoë"),
    ],
)
def test_values_are_kept_as_text(
    hubspot: HubSpotApi, type_name: str, field: str, sent: object, kept: str
) -> None:
    define(hubspot, "probe", type_name, field)
    record = hubspot.create("contacts", probe=sent)
    assert hubspot.value("contacts", record, "probe") == kept


@pytest.mark.parametrize(
    ("type_name", "field", "wrong", "code"),
    [
        ("number", "number", "many", "INVALID_INTEGER"),
        ("number", "number", "NaN", "INVALID_INTEGER"),
        ("bool", "booleancheckbox", "maybe", "INVALID_OPTION"),
        ("date", "date", "soon", "INVALID_DATE"),
        ("date", "date", 1772359200000, "INVALID_DATE"),
        ("datetime", "date", "soon", "INVALID_DATE"),
        ("string", "text", "x" * 65_537, "PROPERTY_VALUE_TOO_LONG"),
    ],
)
def test_values_of_another_type_are_refused(
    hubspot: HubSpotApi, type_name: str, field: str, wrong: object, code: str
) -> None:
    define(hubspot, "probe", type_name, field)
    assert error_codes(hubspot.try_create("contacts", probe=wrong)) == [code]


def test_an_option_must_be_one_of_the_list_with_its_case(hubspot: HubSpotApi) -> None:
    define(hubspot, "colour", "enumeration", "select", options=choices("red", "blue"))
    assert hubspot.try_create("contacts", colour="red").status_code == 201
    assert error_codes(hubspot.try_create("contacts", colour="Red")) == ["INVALID_OPTION"]


def test_several_options_are_joined_and_a_leading_semicolon_appends(hubspot: HubSpotApi) -> None:
    define(hubspot, "colours", "enumeration", "checkbox", options=choices("red", "blue", "green"))
    record = hubspot.create("contacts", colours="red;blue")
    hubspot.update("contacts", record, colours=";green;red")
    assert hubspot.value("contacts", record, "colours") == "red;blue;green"


def test_an_unknown_property_fails_the_whole_record(hubspot: HubSpotApi) -> None:
    response = hubspot.try_create("contacts", firstname="Ada", shoe_size="38")
    assert error_codes(response) == ["PROPERTY_DOESNT_EXIST"]
    assert response.json()["message"].startswith("Property values were not valid: [{")
    assert hubspot.get("/crm/v3/objects/contacts").json()["results"] == []


@pytest.mark.parametrize(
    ("type_name", "name"),
    [
        ("contacts", "hs_object_id"),
        ("companies", "createdate"),
        ("line_items", "amount"),
        ("invoices", "hs_balance_due"),
        ("invoices", "hs_invoice_source"),
        ("commerce_payments", "hs_net_amount"),
    ],
)
def test_read_only_properties_are_refused(hubspot: HubSpotApi, type_name: str, name: str) -> None:
    assert "READ_ONLY_VALUE" in error_codes(hubspot.try_create(type_name, **{name: "1"}))


def test_an_account_may_let_apps_write_balances(hubspot: HubSpotApi) -> None:
    hubspot.options(balance_writable=True)
    invoice = hubspot.mirror("10")
    assert hubspot.update("invoices", invoice, hs_balance_due="4").status_code == 200
    assert hubspot.value("invoices", invoice, "hs_balance_due") == "4"


def test_a_currency_must_be_one_of_the_account(hubspot: HubSpotApi) -> None:
    assert error_codes(hubspot.try_create("invoices", hs_currency="EUR")) == ["INVALID_OPTION"]
    hubspot.options(additional_currencies=["EUR"])
    assert hubspot.try_create("invoices", hs_currency="EUR").status_code == 201


@pytest.mark.parametrize(("exists", "status"), [(True, 201), (False, 400)])
def test_prices_per_currency_exist_where_the_account_has_them(
    hubspot: HubSpotApi, exists: bool, status: int
) -> None:
    hubspot.options(currency_price_properties=exists, additional_currencies=["EUR"])
    assert hubspot.try_create("products", name="Sail", hs_price_eur="9").status_code == status
