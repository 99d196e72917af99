from decimal import Decimal

import pytest

from syncapp.engine.records import Entity, Presence
from syncapp.engine.writes import FaultKind
from tests.connectors.quickbooks.factories import create, customer, read, ref, refusal, sent, update
from tests.sandbox.quickbooks.books import ref as value_of

EMAIL = "PrimaryEmailAddr.Address"


def test_it_reads_what_the_mapping_rows_know(books, quickbooks):
    made = books.customer(
        "Nordwind",
        GivenName="Ada",
        PrimaryPhone={"FreeFormNumber": "555 0100"},
        BillAddr={"Line1": "1 Main St", "City": "Reno", "CountrySubDivisionCode": "NV"},
    )
    snapshot = read(quickbooks, customer(made))
    assert snapshot.get("DisplayName") == "Nordwind"
    assert snapshot.get("PrimaryPhone.FreeFormNumber") == "555 0100"
    assert snapshot.get("BillAddr.City") == "Reno"
    assert snapshot.get("CurrencyRef") == "USD"
    assert snapshot.get("Balance") == Decimal(0)
    assert snapshot.get("Active") is True
    assert snapshot.get("Notes") is None
    assert snapshot.version == made["SyncToken"]
    assert snapshot.created_at is not None


def test_of_several_addresses_the_first_counts_and_the_others_stay(books, quickbooks):
    made = books.customer(PrimaryEmailAddr={"Address": "ap@nordwind.test, boss@nordwind.test"})
    before = read(quickbooks, customer(made))
    assert before.get(EMAIL) == "ap@nordwind.test"
    after = sent(quickbooks, update(before, {EMAIL: "new@nordwind.test"}))
    assert after.get(EMAIL) == "new@nordwind.test"
    address = books.fresh("Customer", made)["PrimaryEmailAddr"]["Address"]
    assert address == "new@nordwind.test, boss@nordwind.test"


def test_it_finds_a_customer_by_the_first_of_several_addresses(books, quickbooks):
    made = books.customer(PrimaryEmailAddr={"Address": "ap@nordwind.test, boss@nordwind.test"})
    found = quickbooks.find(Entity.CONTACT, EMAIL, ["AP@nordwind.test", "boss@nordwind.test"])
    assert {key: [one.ref for one in value] for key, value in found.items()} == {
        "AP@nordwind.test": [customer(made)]
    }


@pytest.mark.parametrize("fresh_seconds", [30, 0])
def test_many_names_are_looked_for_among_all_vendors_at_once(books, connect, fresh_seconds):
    connector = connect(fresh_seconds=fresh_seconds)
    books.create("Vendor", {"DisplayName": "Acme"})
    names = [f"Nobody {number}" for number in range(40)]
    books.sandbox.forget_requests()
    found = connector.taken_elsewhere(Entity.CONTACT, [*names, "ACME"])
    assert found == {"ACME": "a vendor"}
    assert connector.taken_elsewhere(Entity.CONTACT, names) == {}
    asked = books.sandbox.requests()["total"]
    assert asked == (2 if fresh_seconds else 4)  # vendors and employees
    books.create("Vendor", {"DisplayName": "Nobody 1"})
    assert connector.taken_elsewhere(Entity.CONTACT, names[:3]) == {"Nobody 1": "a vendor"}


def test_a_customer_whose_address_is_separators_only_hides_no_other(books, quickbooks):
    """Old companies hold such; today QuickBooks refuses them."""
    rows = [
        {"Id": "1", "SyncToken": "0", "PrimaryEmailAddr": {"Address": ", ;"}},
        {"Id": "2", "SyncToken": "0", "PrimaryEmailAddr": {"Address": "ap@acme.test, b@acme.test"}},
    ]
    for found in ([], rows):
        books.sandbox.fault("status", status=200, path="/query$", times=1,
                            body={"QueryResponse": {"Customer": found}})  # fmt: skip
    having = quickbooks.find(Entity.CONTACT, EMAIL, ["ap@acme.test", "nobody@acme.test"])
    assert {key: [one.ref.id for one in value] for key, value in having.items()} == {
        "ap@acme.test": ["2"]
    }


def test_it_finds_names_with_quotes_and_backslashes(books, quickbooks):
    names = ["O'Brien & Söhne", "Back\\slash", '100% "fine"']
    made = [books.customer(name) for name in names]
    found = quickbooks.find(Entity.CONTACT, "DisplayName", names)
    assert [found[name][0].ref for name in names] == [customer(one) for one in made]


def test_it_finds_every_customer_that_shares_an_address(books, quickbooks):
    parent = books.customer("Acme", PrimaryEmailAddr={"Address": "ap@acme.test"})
    child = books.customer(
        "Acme East",
        PrimaryEmailAddr={"Address": "ap@acme.test"},
        Job=True,
        ParentRef=value_of(parent),
    )
    (found,) = quickbooks.find(Entity.CONTACT, EMAIL, ["ap@acme.test"]).values()
    assert {one.ref: one.get("ParentRef") for one in found} == {
        customer(parent): None,
        customer(child): customer(parent),
    }


def test_it_does_not_find_who_was_switched_off(books, quickbooks):
    made = books.customer(PrimaryEmailAddr={"Address": "ap@nordwind.test"})
    books.person("deactivate", "Customer", made["Id"])
    assert quickbooks.find(Entity.CONTACT, EMAIL, ["ap@nordwind.test"]) == {}
    assert read(quickbooks, customer(made)).presence is Presence.INACTIVE


def test_a_change_inside_an_address_keeps_the_rest_of_it(books, quickbooks):
    made = books.customer(BillAddr={"Line1": "1 Main St", "City": "Reno", "PostalCode": "89501"})
    before = read(quickbooks, customer(made))
    sent(quickbooks, update(before, {"BillAddr.City": "Elko"}))
    address = books.fresh("Customer", made)["BillAddr"]
    assert (address["Line1"], address["City"], address["PostalCode"]) == (
        "1 Main St",
        "Elko",
        "89501",
    )


def test_an_update_leaves_alone_what_it_does_not_name(books, quickbooks):
    made = books.customer(Notes="Pays late", Mobile={"FreeFormNumber": "555 0199"})
    sent(quickbooks, update(read(quickbooks, customer(made)), {"CompanyName": "Nordwind Ltd"}))
    fresh = books.fresh("Customer", made)
    assert (fresh["Notes"], fresh["Mobile"]["FreeFormNumber"]) == ("Pays late", "555 0199")


def test_an_empty_value_clears_a_field(books, quickbooks):
    made = books.customer(Notes="Pays late", PrimaryPhone={"FreeFormNumber": "555 0100"})
    before = read(quickbooks, customer(made))
    after = sent(quickbooks, update(before, {"Notes": None, "PrimaryPhone.FreeFormNumber": None}))
    assert after.get("Notes") is None
    assert after.get("PrimaryPhone.FreeFormNumber") is None


def test_it_never_writes_what_quickbooks_computes(quickbooks):
    fields = {"DisplayName": "Nordwind", "Balance": Decimal(500)}
    assert sent(quickbooks, create(Entity.CONTACT, fields)).get("Balance") == Decimal(0)


def test_a_name_somebody_else_has_is_said_to_exist(books, quickbooks):
    made = books.customer("Nordwind")
    fault = refusal(quickbooks, create(Entity.CONTACT, {"DisplayName": "nordwind"}))
    assert fault.kind is FaultKind.ALREADY_EXISTS
    assert fault.category == "customer_name"
    assert fault.code == "6240"
    assert fault.request_id
    assert fault.existing_id in ("", made["Id"])


def test_an_edit_meanwhile_is_a_version_clash(books, quickbooks):
    made = books.customer()
    before = read(quickbooks, customer(made))
    books.person("edit", "Customer", made["Id"], fields={"Notes": "Mine"})
    fault = refusal(quickbooks, update(before, {"Notes": "Ours"}))
    assert fault.kind is FaultKind.VERSION_CLASH


@pytest.mark.parametrize("reads", ["610", "inactive"])
def test_a_customer_that_was_merged_away_is_no_more(books, quickbooks, reads):
    books.options(merged_id_reads=reads)
    kept, lost = books.customer("Kept"), books.customer("Lost")
    books.person("merge", "Customer", kept["Id"], losing_id=lost["Id"])
    presence = read(quickbooks, customer(lost)).presence
    assert presence in (Presence.GONE, Presence.INACTIVE)


def test_a_customer_the_query_does_not_show_yet_is_read_directly(books, quickbooks):
    books.options(query_lag_seconds=600)
    made = books.customer()
    assert read(quickbooks, customer(made)).presence is Presence.LIVE
    assert read(quickbooks, ref(Entity.CONTACT, 4711)).presence is Presence.GONE


def test_many_records_are_fetched_in_one_call(books, quickbooks):
    made = [books.customer(f"Customer {number}") for number in range(12)]
    books.sandbox.forget_requests()
    found = quickbooks.fetch([customer(one) for one in made])
    assert len(found) == 12
    assert books.sandbox.requests()["total"] == 1
