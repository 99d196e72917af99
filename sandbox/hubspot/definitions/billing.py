"""Properties of invoices and commerce payments."""

from sandbox.hubspot.definitions.definition import (
    Definition,
    calculated,
    choice,
    currency,
    flag,
    group,
    instant,
    money,
    number,
    read_only,
    text,
)
from sandbox.hubspot.definitions.every_record import EVERY_COMMERCE_RECORD

INVOICE_STATUSES = ("draft", "open", "paid", "voided")

RECIPIENT = tuple(
    f"hs_recipient_company_{part}"
    for part in ("address", "address2", "city", "state", "zip", "country", "country_code")
)
_SHIPPING = tuple(
    f"hs_recipient_shipping_{part}"
    for part in ("address", "address2", "city", "state", "zip", "country")
)

# hubspot-api.md 5.5
INVOICE: tuple[Definition, ...] = (
    *group(
        "invoiceinformation",
        currency("hs_currency", "Currency"),
        choice("hs_invoice_status", *INVOICE_STATUSES, label="Invoice status"),
        instant("hs_invoice_date", "Invoice date"),
        instant("hs_due_date", "Due date"),
        text("hs_number", "Number"),
        text("hs_title", "Title"),
        money("hs_amount_billed", "Amount billed"),
        money("hs_balance_due", "Balance due"),
        money("hs_amount_paid", "Amount paid"),
        instant("hs_payment_date", "Payment date"),
        choice("hs_invoice_source", "hubspot", "data_sync", "legacy_quickbooks"),
        text("hs_external_invoice_id", "External invoice ID"),
        text("hs_external_status", "External invoice status"),
        text("hs_external_recipient", "External recipient"),
        instant("hs_external_createdate", "External create date"),
        text("hs_comments", "Comments", long=True),
        text("hs_purchase_order_number", "Purchase order number"),
        text("hs_tax_id", "Tax ID"),
        flag("hs_invoice_billable", "Billable"),
        choice("hs_invoice_payment_collection_method", "manual", "none"),
        choice(
            "hs_allowed_payment_methods",
            "credit_or_debit_card",
            "ach",
            "sepa",
            "bacs",
            "pads",
            several=True,
        ),
        flag("hs_allow_partial_payments", "Allow partial payments"),
        choice("hs_collect_address_types", "billing_address", "shipping_address", several=True),
        *(text(name) for name in (*RECIPIENT, *_SHIPPING)),
        text("hs_language", "Language"),
        text("hs_locale", "Locale"),
        text("hs_custom_fields", "Custom fields"),
    ),
    *group(
        "invoiceinformation",
        calculated(number("hs_days_overdue", "Days overdue")),
        read_only(text("hs_invoice_link", "Invoice link")),
        read_only(text("hs_pdf_download_link", "PDF download link")),
        calculated(text("hs_invoice_latest_company_name", "Latest company name")),
        calculated(text("hs_invoice_latest_contact_email", "Latest contact email")),
        calculated(money("hs_amount_billed_in_company_currency", "Billed in company currency")),
        calculated(money("hs_subtotal", "Subtotal")),
        calculated(money("hs_total_discount", "Total discount")),
        calculated(money("hs_fees_amount", "Fees")),
        read_only(text("hs_unique_id", "Unique ID")),
    ),
    *EVERY_COMMERCE_RECORD,
)

_ADDRESS = ("line_1", "line_2", "city", "state", "zip", "country")

PAYMENT_STATUSES = (
    "processing",
    "succeeded",
    "failed",
    "partially_refunded",
    "refunded",
    "processing_refund",
    "disputed_won",
    "disputed_lost",
    "disputed_action_required",
    "disputed_awaiting_decision",
)
PAYMENT_METHODS = ("card", "ach", "cash", "check", "wire_transfer", "other", "sepa", "bacs", "pads")
PROCESSORS = ("hs_payments", "byo_stripe", "none", "quickbooks", "xero", "manually_recorded")

# hubspot-api.md 5.6 [PAY]
PAYMENT: tuple[Definition, ...] = (
    *group(
        "paymentinformation",
        currency("hs_currency_code", "Currency"),
        text("hs_customer_email", "Customer email"),
        money("hs_fees_amount", "Fees"),
        money("hs_initial_amount", "Gross amount"),
        instant("hs_initiated_date", "Payment date"),
        text("hs_internal_comment", "Internal comment", long=True),
        choice("hs_latest_status", *PAYMENT_STATUSES, label="Status"),
        text("hs_payment_method_bank_or_issuer", "Bank or issuer"),
        text("hs_payment_method_last_4", "Last 4"),
        choice("hs_payment_method_type", *PAYMENT_METHODS, label="Payment method type"),
        instant("hs_payout_date", "Payout date"),
        choice("hs_processor_type", *PROCESSORS, label="Processor type"),
        text("hs_reference_number", "Reference number"),
        money("hs_refunds_amount", "Refunds"),
        money("hs_line_item_discounts_amount", "Line item discounts"),
        text("hs_shipping_ship_to_name", "Ship to name"),
        text("hs_external_reference_id", "External reference ID"),
        *(text(f"hs_billing_address_{part}") for part in _ADDRESS),
        *(text(f"hs_shipping_address_{part}") for part in _ADDRESS),
    ),
    *group(
        "paymentinformation",
        *(
            read_only(definition)
            for definition in (
                text("hs_payment_id", "Payment ID"),
                text("hs_payment_method", "Payment method"),
                text("hs_payment_type", "Payment type"),
                choice(
                    "hs_payment_source_app",
                    "SALES_CHECKOUT",
                    "QUOTE",
                    "INVOICE",
                    "MIGRATION",
                    "SUBSCRIPTION",
                ),
                text("hs_payment_source_id", "Source ID"),
                text("hs_payment_source_name", "Source name"),
                text("hs_payment_source_url", "Source URL"),
                text("hs_digital_wallet_type", "Digital wallet"),
                money("hs_order_discount_amount", "Order discount"),
                money("hs_platform_fee", "Platform fee"),
                text("hs_settlement_currency_code", "Settlement currency"),
                text("hs_payment_creation_method", "Creation method"),
                flag("hs_hubspot_payments_enabled", "HubSpot payments enabled"),
            )
        ),
        calculated(money("hs_max_refundable_amount_in_portal_currency")),
        calculated(money("hs_total_discounts_amount", "Total discounts")),
        calculated(money("hs_net_amount", "Net amount")),
        calculated(money("hs_net_amount_after_refunds", "Net amount after refunds")),
        calculated(flag("hs_has_associated_invoice", "Has associated invoice")),
        calculated(number("hs_number_of_associated_invoices", "Number of associated invoices")),
    ),
    *EVERY_COMMERCE_RECORD,
)
