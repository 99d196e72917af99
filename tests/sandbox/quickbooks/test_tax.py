"""Tax and currency regimes of the company profiles."""

from decimal import Decimal

import pytest

from tests.sandbox.quickbooks.books import Books, Refused, discount, sale


def taxed(item, amount, code="TAX", **detail):
    return sale(item, amount, TaxCodeRef={"value": code}, **detail)


def test_without_sales_tax_codes_do_not_matter_but_must_be_us_codes(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    invoice = books.invoice(acme, taxed(item, 100), TxnTaxDetail={"TotalTax": 9})
    assert (invoice["TotalAmt"], invoice["TxnTaxDetail"]) == (100, {"TotalTax": 0})
    with pytest.raises(Refused) as refused:
        books.invoice(acme, taxed(item, 100, "3"))
    assert refused.value.code == "6100"


def test_automated_tax_is_computed_by_where_it_is_shipped(books: Books) -> None:
    books.options(profile="us_automated_tax")
    acme, item = books.customer("Acme"), books.item()
    at_home = books.invoice(acme, taxed(item, 100), taxed(item, 50, "NON"))
    assert (at_home["TxnTaxDetail"]["TotalTax"], at_home["TotalAmt"]) == (8, 158)
    (line,) = at_home["TxnTaxDetail"]["TaxLine"]
    assert line["TaxLineDetail"]["NetAmountTaxable"] == 100
    oregon = books.invoice(acme, taxed(item, 100), ShipAddr={"CountrySubDivisionCode": "OR"})
    assert oregon["TotalAmt"] == 100


def test_a_total_tax_that_was_sent_is_honoured(books: Books) -> None:
    books.options(profile="us_automated_tax")
    acme, item = books.customer("Acme"), books.item()
    invoice = books.invoice(acme, taxed(item, 100), TxnTaxDetail={"TotalTax": Decimal("7.5")})
    assert invoice["TotalAmt"] == Decimal("107.5")
    again = books.update("Invoice", invoice, {"PrivateNote": "x"})
    assert again["TotalAmt"] == Decimal("107.5")
    recomputed = books.update("Invoice", again, {"Line": [taxed(item, 200)]})
    assert recomputed["TotalAmt"] == 216


def test_automated_tax_follows_the_item_when_the_line_has_no_code(books: Books) -> None:
    books.options(profile="us_automated_tax")
    acme, item = books.customer("Acme"), books.item(Taxable=True)
    assert books.invoice(acme, sale(item, 100))["TotalAmt"] == 108
    books.options(line_without_tax_code="not_taxed")
    assert books.invoice(acme, sale(item, 100))["TotalAmt"] == 100


def test_a_discount_counts_before_tax_when_asked_to(books: Books) -> None:
    books.options(profile="us_automated_tax")
    acme, item = books.customer("Acme"), books.item()
    lines = taxed(item, 100), discount(Amount=50)
    after = books.invoice(acme, *lines, ApplyTaxAfterDiscount=True)
    before = books.invoice(acme, *lines)
    assert (after["TotalAmt"], before["TotalAmt"]) == (54, 58)


def test_classic_tax_takes_one_code_for_the_invoice(books: Books) -> None:
    books.options(profile="us_classic_tax")
    acme, item = books.customer("Acme"), books.item()
    detail = {"TxnTaxCodeRef": {"value": "3"}}
    invoice = books.invoice(acme, taxed(item, 100), TxnTaxDetail=detail)
    assert invoice["TxnTaxDetail"]["TotalTax"] == Decimal("8.1")
    assert len(invoice["TxnTaxDetail"]["TaxLine"]) == 2
    with pytest.raises(Refused) as refused:
        books.invoice(
            acme, taxed(item, 1), TxnTaxDetail={"TxnTaxCodeRef": {"value": "CustomSalesTax"}}
        )
    assert refused.value.code == "6160"


@pytest.mark.parametrize(("profile", "word"), [("canada", "GST/HST"), ("united_kingdom", "VAT")])
def test_outside_the_us_every_line_needs_a_code(books: Books, profile: str, word: str) -> None:
    books.options(profile=profile)
    acme, item = books.customer("Acme"), books.item()
    with pytest.raises(Refused) as refused:
        books.invoice(acme, sale(item, 100), TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}})
    assert refused.value.code == "6000"
    assert word in refused.value.detail


def test_lines_are_taxed_by_their_codes(books: Books) -> None:
    books.options(profile="canada")
    acme, item = books.customer("Acme"), books.item()
    invoice = books.invoice(acme, taxed(item, 100, "2"), taxed(item, 100, "4"))
    assert invoice["GlobalTaxCalculation"] == "TaxExcluded"
    assert invoice["TxnTaxDetail"]["TotalTax"] == 25
    assert invoice["TotalAmt"] == 225
    assert invoice["CurrencyRef"]["value"] == "CAD"
    with pytest.raises(Refused) as refused:
        books.invoice(acme, taxed(item, 100, "TAX"))
    assert refused.value.code == "2500"


def test_gross_prices_carry_both_amounts(books: Books) -> None:
    books.options(profile="united_kingdom")
    acme, item = books.customer("Acme"), books.item()
    line = taxed(item, 100, "2", TaxInclusiveAmt=130)
    net_wins = books.invoice(acme, line, GlobalTaxCalculation="TaxInclusive")
    assert net_wins["TotalAmt"] == 120
    assert net_wins["Line"][0]["SalesItemLineDetail"]["TaxInclusiveAmt"] == 120
    books.options(tax_inclusive_wins="TaxInclusiveAmt")
    gross_wins = books.invoice(acme, line, GlobalTaxCalculation="TaxInclusive")
    assert gross_wins["TotalAmt"] == 130
    assert gross_wins["Line"][0]["Amount"] == Decimal("108.33")


def test_tax_can_be_left_out_but_then_not_be_told(books: Books) -> None:
    books.options(profile="united_kingdom")
    acme, item = books.customer("Acme"), books.item()
    plain = books.invoice(acme, sale(item, 100), GlobalTaxCalculation="NotApplicable")
    assert plain["TotalAmt"] == 100
    with pytest.raises(Refused) as refused:
        books.invoice(
            acme,
            sale(item, 100),
            GlobalTaxCalculation="NotApplicable",
            TxnTaxDetail={"TotalTax": 1},
        )
    assert refused.value.code == "6170"


def test_the_preferences_tell_the_tax_regime(books: Books) -> None:
    def regime() -> dict:
        return books.ask("GET", "preferences")["Preferences"]["TaxPrefs"]

    assert regime() == {"UsingSalesTax": False, "PartnerTaxEnabled": False}
    books.options(profile="us_automated_tax")
    assert regime()["PartnerTaxEnabled"] is True
    books.options(profile="us_no_tax")
    assert regime() == {"UsingSalesTax": False}
    books.options(profile="canada")
    assert books.read("CompanyInfo", books.realm)["Country"] == "CA"


def test_multicurrency_invoices_say_their_currency_and_what_it_is_at_home(books: Books) -> None:
    books.options(profile="multicurrency")
    euro = {"value": "EUR"}
    acme, item = books.customer("Acme", CurrencyRef=euro), books.item()
    with pytest.raises(Refused) as missing:
        books.invoice(acme, sale(item, 100))
    with pytest.raises(Refused) as other:
        books.invoice(acme, sale(item, 100), CurrencyRef={"value": "USD"})
    assert (missing.value.code, other.value.code) == ("2020", "6000")
    invoice = books.invoice(acme, sale(item, 100), CurrencyRef=euro)
    assert invoice["ExchangeRate"] == Decimal("1.08")
    assert (invoice["TotalAmt"], invoice["HomeTotalAmt"]) == (100, 108)
    fixed = books.invoice(acme, sale(item, 100), CurrencyRef=euro, ExchangeRate=2)
    assert fixed["HomeBalance"] == 200


def test_the_code_for_the_wrong_currency_is_a_switch(books: Books) -> None:
    books.options(profile="multicurrency", currency_mismatch_code="2220")
    acme, item = books.customer("Acme"), books.item()
    with pytest.raises(Refused) as refused:
        books.invoice(acme, sale(item, 100), CurrencyRef={"value": "EUR"})
    assert refused.value.code == "2220"


def test_service_dates_of_the_far_future_can_appear_when_the_tax_changes(books: Books) -> None:
    books.options(profile="us_automated_tax", service_date_after_tax_change="9999-12-31")
    acme, item = books.customer("Acme"), books.item()
    invoice = books.invoice(acme, taxed(item, 100))
    after = books.update("Invoice", invoice, {"Line": [taxed(item, 200)]})
    assert after["Line"][0]["SalesItemLineDetail"]["ServiceDate"] == "9999-12-31"
