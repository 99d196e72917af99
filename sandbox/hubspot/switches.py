"""The table of all options: name, default (of several choices the first), the section of
hubspot-api.md it comes from, and what it decides.

Each rule that the sheet marks unverified is here, its default the reading the evidence supports
best; `T` marks one that rests on third-party evidence. The account's profile comes last.
"""

from sandbox.hubspot.option import Option, either, off, on
from sandbox.hubspot.scopes import ALL_SCOPES

INVOICES = (
    off("open_in_create", "7.1", "a billable invoice may be created as open"),
    on("sender_details_complete", "7.1 T", "off: opening answers 200, invoice stays draft"),
    on("edit_open_invoices", "7.2", "amounts and dates of an open invoice may be edited"),
    on("edit_open_lines", "7.2", "lines and adjustments of an open invoice may be edited"),
    off("edit_invoices_with_payments", "7.2", "the same once a payment exists"),
    on("void_billable", "7.3", "an app may set a billable invoice to voided"),
    off("pay_by_status", "7.3", "an app may set a billable invoice to paid"),
    off("delete_open_invoices", "7.3", "account setting: unpaid invoices may be deleted"),
    on("billable_switch", "1 (4)", "an app may change hs_invoice_billable later"),
    off("billable_number_writable", "5.5", "an app may number a billable invoice"),
    off("balance_writable", "5.5", "an app may write hs_balance_due and hs_amount_paid"),
    off("invoice_source_writable", "5.5", "an app may write hs_invoice_source"),
    on("invoice_breakdown_properties", "5.5", "hs_subtotal, _total_discount, _fees_amount exist"),
    either("mirror_totals", "as_written recomputed", "7.5", "who sets a mirror's amount billed"),
    on("mirror_status_needs_lines", "7.5 T", "a mirror without lines cannot be opened later"),
    off("stale_header_total", "13 T", "total counts the first line until the invoice is edited"),
)

PAYMENTS = (
    either("api_payments", "mark_paid ignored refused", "7.4", "what an app's payment does"),
    on("payments_on_mirror", "7.4, 7.5", "a mirror takes payments"),
    either("payments_on_draft", "refused accepted", "7.4", "a payment for a draft"),
    either("payments_on_voided", "refused accepted", "7.4", "a payment for a voided invoice"),
    either("partial_payments", "reduce_balance ignored", "7.4", "paying less than the balance"),
    either("overpayment", "zero_balance negative_balance refused", "7.4", "paying more than it"),
    either("payment_on_many_invoices", "each_in_full refused first_only", "7.4", "its effect"),
    either("payment_currency_mismatch", "refused accepted ignored", "7.4", "its effect"),
    Option("payment_delay_seconds", 0, "7.4", "how long until a payment shows on its invoice"),
    on("payment_removal_reopens", "7.3, 7.4", "deleting or refunding turns paid back to open"),
    off("manual_payments_beta", "7.4", "the beta call that records a payment exists"),
)

RECORDS = (
    off("write_rules_2026_09", "2", "2026-09 writes need the create form's properties"),
    Option("create_form_required", {"contacts": ["lastname"], "companies": ["name"]}, "2", "those"),
    either("product_required", "name all", "4", "what a new product needs"),
    either("archived_email_reuse", "new_record conflict", "5.1", "an archived contact's e-mail"),
    off("company_domain_as_id", "5.2", "domain is usable as idProperty"),
    either("company_duplicate_domains", "allowed refused", "5.2", "two companies, one domain"),
    on("currency_price_properties", "5.3", "products have hs_price_<currency>"),
    on("first_company_becomes_primary", "6.1", "of a contact, without being asked"),
    on("association_key_spaces", "4 T", 'associations of a record are keyed "line items"'),
    either("empty_association_reads", "error omitted", "6.2", "batch read where there is none"),
    either("missing_ids", "named omitted", "4 T", "a batch read of ids that do not exist"),
    off("bare_not_found", "12 T", "the 404 of a single read has no category"),
    Option("search_lag_seconds", 0, "8", "how long search does not see a change"),
    either("batch_without_trace", "fails_whole per_record", "4", "a bad input of a batch update"),
    either("api_source_type", "INTEGRATION API", "4.1 T", "source type of an app's writes"),
    either("property_names", "strict any", "9", "only lower case and underscores"),
    either(
        "duplicate_property_category", "OBJECT_ALREADY_EXISTS PROPERTY_EXISTS", "9", "of the 409"
    ),
    either("duplicate_unique_value", "400 409", "9", "status when another record has the value"),
    off("webhooks_for_calculated", "10.1", "calculated properties fire events"),
    either("webhook_formats", "generic classic both", "10.1", "what the app subscribed to"),
)

PLATFORM = (
    on("dated_batches_follow_spec", "2", "2026-09 folds batch errors; archive answers 200"),
    either("account_details_scope", "oauth external-settings-access", "3.3", "what they need"),
    off("rotate_refresh_tokens", "3.2", "a refresh ends the old refresh token"),
    either("unknown_path", "json html empty", "12", "the body of its 404"),
    either(
        "expired_token_category",
        "EXPIRED_AUTHENTICATION INVALID_AUTHENTICATION",
        "12",
        "the category of its 401",
    ),
    either("missing_scope_category", "MISSING_SCOPES FORBIDDEN", "12", "the category of its 403"),
    off("correlation_header", "12", "answers carry x-hubspot-correlation-id"),
    off("rate_limit_category", "11 T", "429 bodies carry a category"),
    off("retry_after", "11", "429 answers carry Retry-After"),
    off("api_limit_increase", "11", "the account bought more calls"),
)

PROFILE = (
    Option("time_zone", "US/Eastern", "9", "the account's zone"),
    Option("currency", "USD", "9", "the company currency"),
    Option("additional_currencies", [], "9", "further currencies of the account"),
    Option("scopes", list(ALL_SCOPES), "3.3", "what the account grants the app"),
    either("account_type", "STANDARD DEVELOPER_TEST SANDBOX APP_DEVELOPER", "9", "its kind"),
    either("tier", "professional free starter enterprise", "11", "whose limits hold"),
    Option("invoice_prefix", "INV-", "5.5", "what invoice numbers start with"),
)

OPTIONS: dict[str, Option] = {
    option.name: option for option in (*INVOICES, *PAYMENTS, *RECORDS, *PLATFORM, *PROFILE)
}
