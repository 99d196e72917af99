"""What people do in HubSpot's own app, and what the world keeps of it."""

from typing import Any

import pytest

from tests.sandbox.hubspot.api import HubSpotApi
from tests.sandbox_process import ControlError, SandboxProcess

DAY = 86_400


def record(hubspot: HubSpotApi, type_name: str, record_id: str) -> dict[str, Any]:
    found: dict[str, Any] = hubspot.world()["objects"][type_name][record_id]
    return found


def test_a_person_makes_an_invoice_with_lines_in_one_go(hubspot: HubSpotApi) -> None:
    contact = hubspot.person("create", "contacts", properties={"lastname": "Berg"})["id"]
    invoice = hubspot.person(
        "create",
        "invoices",
        properties={"hs_currency": "USD"},
        contact=contact,
        lines=[{"name": "Sail", "price": "40"}, {"name": "Mast", "price": 60, "quantity": 2}],
    )["id"]
    hubspot.person("finalize", "invoices", invoice)
    shown = hubspot.values("invoices", invoice, "hs_invoice_status", "hs_amount_billed")
    assert shown == {"hs_invoice_status": "open", "hs_amount_billed": "160.00"}
    associations = hubspot.world()["associations"]["invoices"][invoice]
    assert associations["contacts"] == [contact]
    assert len(associations["line_items"]) == 2


def test_everything_a_person_writes_is_recorded_as_theirs(hubspot: HubSpotApi) -> None:
    company = hubspot.person("create", "companies", properties={"name": "Nordwind"})["id"]
    contact = hubspot.person(
        "create",
        "contacts",
        properties={"lastname": "Berg"},
        associations=[{"type": "company", "id": company, "label": "Billing contact"}],
        user_id=959200,
    )["id"]
    (entry,) = record(hubspot, "contacts", contact)["history"]["lastname"]
    assert (entry["sourceType"], entry["sourceId"]) == ("CRM_UI", "userId:959200")
    assert entry["updatedByUserId"] == 959200
    assert hubspot.value("contacts", contact, "hs_updated_by_user_id") == "959200"


def test_a_deed_may_have_happened_long_ago(hubspot: HubSpotApi) -> None:
    then = "2024-02-01T10:00:00.000Z"
    properties = {"lastname": "Berg"}
    contact = hubspot.person("create", "contacts", properties=properties, at=then)["id"]
    names = ("createdate", "lastmodifieddate")
    assert set(hubspot.values("contacts", contact, *names).values()) == {then}
    later = "2024-03-01T10:00:00.000Z"
    hubspot.person("edit", "contacts", contact, properties={"city": "Oslo"}, at=later)
    assert list(hubspot.values("contacts", contact, *names).values()) == [then, later]
    assert hubspot.found("contacts", ("lastmodifieddate", "LT", "2024-03-02")) == [contact]


def test_people_associate_and_dissociate(hubspot: HubSpotApi) -> None:
    contact, company = hubspot.create("contacts"), hubspot.create("companies", name="Nordwind")
    ends = {"to_type": "companies", "to_id": company}
    hubspot.person("associate", "contacts", contact, **ends, label="primary")
    assert hubspot.world()["associations"]["contacts"][contact] == {"companies": [company]}
    hubspot.person("dissociate", "contacts", contact, **ends)
    assert contact not in hubspot.world()["associations"]["contacts"]


def test_a_merged_contact_stays_visible_in_the_world(hubspot: HubSpotApi) -> None:
    primary, loser = hubspot.create("contacts"), hubspot.create("contacts")
    hubspot.person("merge", "contacts", primary, other_id=loser)
    merged = record(hubspot, "contacts", loser)
    assert merged["merged_into"] == primary
    assert merged["archived"] is True


def test_the_recycle_bin_is_emptied_after_ninety_days(hubspot: HubSpotApi) -> None:
    early, late = hubspot.create("contacts", city="Oslo"), hubspot.create("contacts")
    for contact in (early, late):
        hubspot.person("delete", "contacts", contact)
    hubspot.sandbox.advance(89 * DAY)
    hubspot.person("restore", "contacts", early)
    assert hubspot.value("contacts", early, "city") == "Oslo"
    hubspot.sandbox.advance(2 * DAY)
    with pytest.raises(ControlError, match="gone for good"):
        hubspot.person("restore", "contacts", late)


def test_a_contact_whose_email_was_taken_meanwhile_stays_in_the_bin(hubspot: HubSpotApi) -> None:
    first = hubspot.create("contacts", email="ada@nordwind.example")
    hubspot.person("delete", "contacts", first)
    hubspot.create("contacts", email="ada@nordwind.example")
    with pytest.raises(ControlError, match="already exists"):
        hubspot.person("restore", "contacts", first)


@pytest.mark.parametrize(
    ("action", "type_name", "more", "complaint"),
    [
        ("fly", "contacts", {}, "A person can create"),
        ("edit", "spaceships", {"id": "1"}, 'no record type "spaceships"'),
        ("edit", "contacts", {"id": "1"}, "There is no contact 1"),
        ("edit", "contacts", {}, 'needs "id"'),
        ("restore", "contacts", {"id": "1"}, "recycle bin"),
        ("create", "invoices", {}, "hs_currency"),
        ("create", "contacts", {"properties": {"shoe_size": "38"}}, "does not exist"),
        ("merge", "products", {"id": "1"}, "cannot be merged"),
        ("create", "contacts", {"at": "yesterday"}, "yesterday"),
    ],
)
def test_people_are_told_what_the_app_does_not_let_them_do(
    hubspot: HubSpotApi, action: str, type_name: str, more: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ControlError, match=complaint):
        hubspot.person(action, type_name, **{"record_id": more.pop("id", ""), **more})


def test_people_cannot_edit_an_invoice_with_payments(hubspot: HubSpotApi) -> None:
    invoice = hubspot.open_invoice("10")
    hubspot.person("pay", "invoices", invoice, amount="4")
    with pytest.raises(ControlError, match="cannot be edited"):
        hubspot.person("edit", "invoices", invoice, properties={"hs_title": "New"})


def test_a_person_voids_an_open_invoice(hubspot: HubSpotApi) -> None:
    hubspot.options(void_billable=False)
    invoice = hubspot.open_invoice("10")
    hubspot.person("void", "invoices", invoice)
    assert hubspot.value("invoices", invoice, "hs_invoice_status") == "voided"


def test_a_portal_survives_a_restart(tmp_path: Any) -> None:
    state = tmp_path / "world.json"
    with SandboxProcess(state=state) as sandbox:
        hubspot = HubSpotApi(sandbox, sandbox.reset()["hubspot"])
        invoice = hubspot.open_invoice("10")
        hubspot.options(api_payments="ignored", search_lag_seconds=5)
        gone = hubspot.create("contacts")
        hubspot.delete(f"/crm/v3/objects/contacts/{gone}")
        before = hubspot.world()
    with SandboxProcess(state=state) as sandbox:
        again = HubSpotApi(sandbox, hubspot.account)
        assert again.world() == before
        assert again.get(f"/crm/v3/objects/invoices/{invoice}").status_code == 200
        assert again.open_invoice("5") not in before["objects"]["invoices"]
