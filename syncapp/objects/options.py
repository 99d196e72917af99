"""What an admin may choose for one entity beyond direction, mappings and filters: one row here is
the option in the configuration file, on the wizard's page and in its review.

A rule holds only what somebody chose; what the pipeline itself keeps among a rule's options is
not in this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from syncapp.engine.records import Entity


class OptionKind(StrEnum):
    FLAG = "flag"
    CHOICE = "choice"
    ACCOUNT = "account"  # the id of an account in QuickBooks
    ITEM = "item"  # the id of an item in QuickBooks
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Option:
    """`consequence` says what choosing it changes. `choices` are (value, words); the first one
    holds while nobody chose. A flag is off while nobody chose, unless `is_on_at_first`."""

    name: str
    label: str
    consequence: str
    kind: OptionKind = OptionKind.FLAG
    choices: tuple[tuple[str, str], ...] = ()
    is_on_at_first: bool = False


_INCOME_ACCOUNT = Option(
    "income_account",
    "Income account",
    "Items that are made in QuickBooks, and invoice lines that match no item, are booked on it.",
    OptionKind.ACCOUNT,
)

# as many as the pages are read in
LANGUAGES = (("en", "English (US)"), ("en-gb", "English (UK)"), ("nb", "Norwegian Bokmål"))
_PAYMENTS_SHOWN = (
    ("record", "As payment records in HubSpot"),
    ("properties", "As the open balance only"),
)

OPTIONS: Mapping[Entity, tuple[Option, ...]] = {
    Entity.CONTACT: (
        Option(
            "without_email",
            "Sync contacts without an e-mail address",
            "They are never matched, so one that is on both sides already becomes two.",
        ),
        Option(
            "display_name",
            "Name of new customers in QuickBooks",
            "What a customer is called there when it is made; later the name is left alone.",
            OptionKind.CHOICE,
            (
                ("company", "Company, else the person"),
                ("person", "Person, else the company"),
                ("person_company", "Person (Company)"),
                ("email", "E-mail address"),
            ),
        ),
        Option(
            "display_name_clash",
            "When that name is taken",
            "Names are unique among customers, vendors and employees in QuickBooks.",
            OptionKind.CHOICE,
            (
                ("suffix", "Add what tells them apart: Acme – Ada Berg"),
                ("fail", "Never rename: list it as failing"),
            ),
        ),
    ),
    Entity.PRODUCT: (
        Option(
            "without_sku",
            "Sync products without a SKU",
            "They are never matched, so one that is on both sides already becomes two.",
        ),
        _INCOME_ACCOUNT,
    ),
    Entity.INVOICE: (
        _INCOME_ACCOUNT,
        Option(
            "deposit_account",
            "Deposit account",
            "Payments from HubSpot are booked on it; else on undeposited funds.",
            OptionKind.ACCOUNT,
        ),
        Option(
            "fee_item",
            "Item for fees on a whole order",
            "Such fees are booked as an ordinary line on it; else the invoice is refused.",
            OptionKind.ITEM,
        ),
        Option(
            "tax_item",
            "Item for taxes entered in HubSpot",
            "They are booked as an ordinary line on it, outside QuickBooks' tax reports; else the"
            " invoice is refused.",
            OptionKind.ITEM,
        ),
        Option(
            "invoice_date_as_service_date",
            "Use the invoice date as service date",
            "Every new line in QuickBooks is given it, as revenue recognition demands.",
        ),
        Option(
            "payment_method",
            "Payment method",
            "Name of the QuickBooks payment method of payments from HubSpot that were made in a way"
            " the company has no method for; else they have none, and their note says the way.",
            OptionKind.TEXT,
        ),
        Option(
            "hubspot_payments",
            "Payments from QuickBooks on invoices made in HubSpot",
            "The balance only leaves HubSpot's own status as it is, and needs no right to record"
            " payments in HubSpot.",
            OptionKind.CHOICE,
            _PAYMENTS_SHOWN,
        ),
        Option(
            "hubspot_mirror_payments",
            "Payments from QuickBooks on invoices made in QuickBooks",
            "The balance and the status of the copy in HubSpot follow QuickBooks either way.",
            OptionKind.CHOICE,
            _PAYMENTS_SHOWN,
        ),
        Option(
            "strict_protection",
            "Refuse every change in QuickBooks of an invoice made in HubSpot",
            "Also of a date or a message: else only changes of its money are refused.",
        ),
        Option(
            "tell_sellers",
            "Show sellers on the HubSpot invoice how its sync stands",
            "State, sentence and QuickBooks link stand in properties of the invoice; Ledgerline"
            " writes them when they change.",
            is_on_at_first=True,
        ),
        Option(
            "seller_language",
            "Language of what sellers read there",
            "What stands on the invoices already is written once more, in the new language.",
            OptionKind.CHOICE,
            LANGUAGES,
        ),
    ),
    Entity.PAYMENT: (),  # follow the invoice rule and its options
}
