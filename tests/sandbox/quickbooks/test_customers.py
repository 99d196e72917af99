"""Customers: names, lengths, tokens, parents and activity."""

import pytest

from tests.sandbox.quickbooks.books import Books, Refused, ref


def test_it_answers_a_new_customer_with_its_defaults(books: Books) -> None:
    customer = books.customer("Nordwind", CompanyName="Nordwind GmbH")
    assert customer["SyncToken"] == "0"
    assert customer["Id"].isdigit()
    assert customer["FullyQualifiedName"] == "Nordwind"
    assert customer["Active"] is True
    assert customer["Balance"] == 0
    assert (customer["domain"], customer["sparse"]) == ("QBO", False)
    assert "GivenName" not in customer


def test_it_builds_the_display_name_from_the_name_parts(books: Books) -> None:
    customer = books.create("Customer", {"GivenName": "Ada", "FamilyName": "Lovelace"})
    assert customer["DisplayName"] == "Ada Lovelace"


def test_it_refuses_a_customer_without_any_name(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        books.create("Customer", {"PrimaryEmailAddr": {"Address": "ada@acme.test"}})
    assert refused.value.code == "6080"
    assert refused.value.status == 400


def test_it_refuses_a_second_customer_of_the_same_name_in_other_case(books: Books) -> None:
    books.customer("Nordwind")
    with pytest.raises(Refused) as refused:
        books.customer("NORDWIND")
    assert refused.value.code == "6240"


@pytest.mark.parametrize("other", ["Vendor", "Employee"])
def test_it_refuses_a_customer_with_the_name_of_somebody_else(books: Books, other: str) -> None:
    books.person("create", other, fields={"DisplayName": "Acme"})
    with pytest.raises(Refused) as refused:
        books.customer("Acme")
    assert refused.value.code == "6240"


@pytest.mark.parametrize("name", ["a:b", "a\tb", "a\nb"])
def test_it_refuses_a_display_name_with_forbidden_characters(books: Books, name: str) -> None:
    with pytest.raises(Refused) as refused:
        books.customer(name)
    assert refused.value.code == "2040"


def test_it_refuses_a_name_that_is_too_long(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        books.customer("Nordwind", GivenName="x" * 101)
    assert refused.value.code == "2050"
    assert "Max: 100, Supplied: 101" in refused.value.detail
    assert refused.value.element == "GivenName"


def test_it_refuses_an_email_address_without_a_dot(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        books.customer("Nordwind", PrimaryEmailAddr={"Address": "ada@localhost"})
    assert refused.value.code == "2210"


def test_it_takes_several_addresses_in_the_email_field(books: Books) -> None:
    both = {"Address": "ada@acme.test, ben@acme.test"}
    assert books.customer("Acme", PrimaryEmailAddr=both)["PrimaryEmailAddr"] == both


def test_it_lets_several_customers_share_an_email_address(books: Books) -> None:
    for name in ("Acme", "Nordwind"):
        books.customer(name, PrimaryEmailAddr={"Address": "ada@acme.test"})
    found = books.query("select * from Customer where PrimaryEmailAddr = 'ADA@acme.test'")
    assert len(found["Customer"]) == 2


def test_a_sparse_update_keeps_what_was_not_sent(books: Books) -> None:
    customer = books.customer("Nordwind", GivenName="Ada", Notes="first")
    after = books.update("Customer", customer, {"Notes": "second"})
    assert (after["GivenName"], after["Notes"], after["SyncToken"]) == ("Ada", "second", "1")


def test_a_full_update_clears_what_was_not_sent(books: Books) -> None:
    customer = books.customer("Nordwind", GivenName="Ada", Notes="first")
    after = books.replace("Customer", customer, {"DisplayName": "Nordwind"})
    assert "GivenName" not in after
    assert "Notes" not in after
    assert after["Active"] is True


def test_an_empty_value_clears_a_field(books: Books) -> None:
    customer = books.customer("Nordwind", Notes="first")
    assert "Notes" not in books.update("Customer", customer, {"Notes": ""})


def test_a_sparse_update_cannot_take_the_display_name_away(books: Books) -> None:
    after = books.update("Customer", books.customer("Nordwind"), {"DisplayName": ""})
    assert after["DisplayName"] == "Nordwind"


def test_it_refuses_an_update_with_an_old_token(books: Books) -> None:
    customer = books.customer("Nordwind")
    books.update("Customer", customer, {"Notes": "first"})
    with pytest.raises(Refused) as refused:
        books.update("Customer", customer, {"Notes": "second"})
    assert refused.value.code == "5010"


def test_it_refuses_an_update_without_a_token(books: Books) -> None:
    customer = books.customer("Nordwind")
    with pytest.raises(Refused) as refused:
        books.ask("POST", "customer", {"Id": customer["Id"], "sparse": True, "Notes": "x"})
    assert refused.value.code == "2020"


def test_it_refuses_a_property_nobody_knows(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        books.customer("Nordwind", Colour="blue")
    assert refused.value.code == "2010"


def test_it_ignores_read_only_fields_without_a_word(books: Books) -> None:
    customer = books.customer("Nordwind", FullyQualifiedName="Somebody else", Level=3)
    assert customer["FullyQualifiedName"] == "Nordwind"
    assert customer["Level"] == 0


def test_an_inactive_customer_gives_its_name_away(books: Books) -> None:
    gone = books.update("Customer", books.customer("Nordwind"), {"Active": False})
    assert gone["DisplayName"] == "Nordwind (deleted)"
    assert books.customer("Nordwind")["Id"] != gone["Id"]
    again = books.update("Customer", books.one("select * from Customer"), {"Active": False})
    assert again["DisplayName"] == "Nordwind (deleted 1)"


def test_a_customer_made_active_again_gets_its_name_back(books: Books) -> None:
    gone = books.update("Customer", books.customer("Nordwind"), {"Active": False})
    back = books.update("Customer", gone, {"Active": True})
    assert back["DisplayName"] == "Nordwind"


def test_it_cannot_be_made_active_again_when_the_name_is_taken(books: Books) -> None:
    gone = books.update("Customer", books.customer("Nordwind"), {"Active": False})
    books.customer("Nordwind")
    with pytest.raises(Refused) as refused:
        books.update("Customer", gone, {"Active": True})
    assert refused.value.code == "6240"


def test_customers_cannot_be_deleted(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        books.delete("Customer", books.customer("Nordwind"))
    assert refused.value.code == "500"


def test_sub_customers_carry_the_name_of_their_parent(books: Books) -> None:
    parent = books.customer("Nordwind")
    child = books.customer("Berlin", Job=True, ParentRef=ref(parent))
    assert child["FullyQualifiedName"] == "Nordwind:Berlin"
    assert (child["Level"], child["Job"]) == (1, True)
    room = books.customer("Room 7", ParentRef=ref(child))
    books.update("Customer", parent, {"DisplayName": "Nordwind AG"})
    assert books.fresh("Customer", child)["FullyQualifiedName"] == "Nordwind AG:Berlin"
    assert books.fresh("Customer", room)["FullyQualifiedName"] == "Nordwind AG:Berlin:Room 7"


def test_it_refuses_a_sixth_level_of_customers(books: Books) -> None:
    customer = books.customer("Level 0")
    for level in range(1, 5):
        customer = books.customer(f"Level {level}", ParentRef=ref(customer))
    with pytest.raises(Refused) as refused:
        books.customer("Level 5", ParentRef=ref(customer))
    assert refused.value.code == "6180"


def test_the_currency_of_a_customer_is_fixed(books: Books) -> None:
    books.options(profile="multicurrency")
    customer = books.customer("Nordwind", CurrencyRef={"value": "EUR"})
    after = books.update("Customer", customer, {"CurrencyRef": {"value": "USD"}})
    assert after["CurrencyRef"]["value"] == "EUR"


def test_it_refuses_a_foreign_currency_while_multicurrency_is_off(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        books.customer("Nordwind", CurrencyRef={"value": "EUR"})
    assert refused.value.code == "6000"


def test_it_refuses_a_currency_that_does_not_exist(books: Books) -> None:
    books.options(profile="multicurrency")
    with pytest.raises(Refused) as refused:
        books.customer("Nordwind", CurrencyRef={"value": "XXX"})
    assert refused.value.code == "2220"


def test_an_opening_balance_is_taken_at_creation_only(books: Books) -> None:
    customer = books.customer("Nordwind", Balance=50, OpenBalanceDate="2026-01-01")
    assert customer["Balance"] == customer["BalanceWithJobs"] == 50
    assert books.update("Customer", customer, {"Balance": 7})["Balance"] == 50


def test_reading_a_customer_that_is_not_there_is_a_610(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        books.read("Customer", "999")
    assert refused.value.code == "610"


def test_a_tax_number_is_masked(books: Books) -> None:
    customer = books.customer("Nordwind", PrimaryTaxIdentifier="123456789")
    assert customer["PrimaryTaxIdentifier"] == "XXXXX6789"


def test_addresses_keep_their_id_until_they_change(books: Books) -> None:
    customer = books.customer("Nordwind", BillAddr={"Line1": "1 Quay", "City": "Kiel"})
    same = books.update("Customer", customer, {"BillAddr": {"Line1": "1 Quay", "City": "Kiel"}})
    assert same["BillAddr"] == customer["BillAddr"]
    moved = books.update("Customer", same, {"BillAddr": {"Line1": "2 Quay", "City": "Kiel"}})
    assert moved["BillAddr"]["Id"] != customer["BillAddr"]["Id"]


def test_a_us_company_may_refuse_or_replace_letters_outside_latin_1(books: Books) -> None:
    assert books.customer("Łódź")["DisplayName"] == "Łódź"
    books.options(non_latin1="replaced")
    assert books.customer("Dvořák")["DisplayName"] == "Dvo?ák"
    books.options(non_latin1="refused")
    with pytest.raises(Refused) as refused:
        books.customer("Ґ")
    assert refused.value.code == "2040"


def test_an_open_balance_stands_in_the_way_of_deactivation(books: Books) -> None:
    customer = books.customer("Nordwind", Balance=50)
    with pytest.raises(Refused) as refused:
        books.update("Customer", customer, {"Active": False})
    assert refused.value.code == "6220"
