"""The words of the go-live check: title, consequence, remedy and place of each finding."""

from collections.abc import Mapping
from dataclasses import dataclass

from syncapp.engine.catalogue.category import Place
from syncapp.objects.golive_facts import Severity


@dataclass(frozen=True, slots=True)
class Words:
    """`good`: what is said where there is nothing to find; empty: nothing."""

    severity: Severity
    title: str
    consequence: str
    remedy: str
    place: Place
    good: str = ""


_BLOCKING, _ADVICE = Severity.BLOCKING, Severity.ADVICE

WORDS: Mapping[str, Words] = {
    "subscription": Words(
        _BLOCKING,
        "The QuickBooks company is read-only ({status})",
        "Nothing could be written to its books.",
        "Renew the QuickBooks subscription.",
        Place.COMPANY,
        "The QuickBooks subscription is alive",
    ),
    "scopes": Words(
        _BLOCKING,
        "HubSpot did not grant everything that is needed",
        "Records could be neither read nor written without {scopes}.",
        "Grant these to the app in HubSpot and connect again.",
        Place.CONNECTION,
        "HubSpot grants what is needed",
    ),
    "country": Words(
        _BLOCKING,
        "The QuickBooks company is not in the United States ({country})",
        "Its invoices need a tax code on each line, which HubSpot's do not have.",
        "Let invoices run from QuickBooks to HubSpot only.",
        Place.RULE,
    ),
    "no_income_account": Words(
        _BLOCKING,
        "No income account is chosen",
        "What matches no item of QuickBooks could not be booked.",
        "Choose one in the options of the sync.",
        Place.RULE,
        "The income account can be booked on",
    ),
    "income_account": Words(
        _BLOCKING,
        "The chosen income account cannot be used: {name} {problem}",
        "What matches no item of QuickBooks could not be booked.",
        "Choose an active account of the type income.",
        Place.RULE,
    ),
    "revenue_recognition": Words(
        _BLOCKING,
        "Revenue recognition is on in QuickBooks",
        "It wants a service date on each line, which HubSpot's lines do not have.",
        "Switch it off in QuickBooks, or choose to send the invoice date as service date.",
        Place.COMPANY,
    ),
    "custom_numbers": Words(
        _ADVICE,
        "Custom transaction numbers are on in QuickBooks",
        "QuickBooks goes on counting from HubSpot's numbers, until two documents want the same.",
        "Switch them off in the sales settings.",
        Place.COMPANY,
        "QuickBooks numbers its own documents",
    ),
    "books_open": Words(
        _ADVICE,
        "The books have never been closed",
        "An edit in HubSpot could change a period that has been reported.",
        "Set a closing date in QuickBooks.",
        Place.COMPANY,
        "The books are closed until {date}",
    ),
    "multicurrency": Words(
        _ADVICE,
        "QuickBooks keeps several currencies",
        "Only invoices in {home} go there; others are refused, each with the reason.",
        "Issue invoices to foreign customers in QuickBooks.",
        Place.COMPANY,
    ),
    "home_currency": Words(
        _ADVICE,
        "HubSpot does not know the currency of the books ({home})",
        "Invoices in other currencies are refused.",
        "Add {home} to the currencies of the HubSpot account.",
        Place.CONNECTION,
    ),
    "discounts_off": Words(
        _ADVICE,
        "Discounts are switched off in QuickBooks",
        "An invoice with a discount on the whole order is refused.",
        "Switch discounts on in the sales settings.",
        Place.COMPANY,
    ),
    "service_dates_off": Words(
        _ADVICE,
        "Service dates are switched off in QuickBooks",
        "Lines show no service date there.",
        "Switch service dates on in the sales settings if you need them.",
        Place.COMPANY,
    ),
    "items_without_sku": Words(
        _ADVICE,
        "{count} items in QuickBooks have no SKU",
        "They are left out, because nothing tells them from others.",
        "Give them a SKU, or allow products without one.",
        Place.COMPANY,
        "All items have a SKU",
    ),
    "customers_without_email": Words(
        _ADVICE,
        "{count} customers in QuickBooks have no e-mail address",
        "They are left out, and so are their invoices.",
        "Give them an address, or allow contacts without one.",
        Place.COMPANY,
        "All customers have an e-mail address",
    ),
    "other_sync": Words(
        _ADVICE,
        "Another sync writes invoices into this HubSpot account ({count} found)",
        "Two syncs make every record twice.",
        "Switch HubSpot's own QuickBooks sync off before you go on.",
        Place.CONNECTION,
    ),
    "doubled_invoices": Words(
        _ADVICE,
        "Paid invoices seem to be made twice: {numbers}",
        "A workflow makes a paid invoice in QuickBooks for a payment whose invoice is synced"
        " anyway.",
        "Let the workflow run only for payments that do not come from an invoice, and delete the"
        " second ones.",
        Place.COMPANY,
    ),
    "expiring": Words(
        _ADVICE,
        "The consent of {connections} ends soon ({date})",
        "Nothing is read or written after that.",
        "Connect again before then.",
        Place.CONNECTION,
    ),
    "sandbox_company": Words(
        Severity.GOOD,
        "This is a QuickBooks sandbox company",
        "Nothing of it counts in real books.",
        "",
        Place.NOWHERE,
    ),
    "api_payments": Words(
        _ADVICE,
        "HubSpot does not take payments from apps",
        "{why}",
        "",
        Place.RULE,
        "HubSpot takes payments from apps",
    ),
    "api_payments_unknown": Words(
        _ADVICE,
        "Whether HubSpot takes payments from apps is not known yet",
        "{why}",
        "If they are refused, let the sync show payments as the balance only.",
        Place.RULE,
    ),
}
