"""HubSpot's record types as we use them: names, time stamps, the properties we always read and
the kinds of those we know without asking. A table; nothing in here calls anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from syncapp.engine.records import Entity, LineKind

KEY = "ledgerline_key"  # marks every copy we make; unique, see properties.py
URL = "ledgerline_url"
SYNC_STATE, SYNC_MESSAGE = "ledgerline_sync_state", "ledgerline_sync_message"
MERGED = "hs_merged_object_ids"
ASSOCIATED_COMPANY = "associated_company"  # ours: the name of a contact's primary company


class Kind(StrEnum):
    """What a property value means. A `DAY` is an instant in HubSpot and a date in the trade."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    BOOL = "bool"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class ObjectType:
    """`always` is read whatever the rules look at. `made` are fields of our own making, which
    HubSpot does not know as properties."""

    name: str  # in paths
    modified: str = "hs_lastmodifieddate"
    always: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    title: str = ""


def _kinds(**names: str) -> dict[str, Kind]:
    return {name: Kind(kind) for kind, listed in names.items() for name in listed.split()}


# hubspot-api.md 4.1: on every record
_EVERYWHERE = _kinds(
    text=f"{KEY} hs_object_source hs_object_source_id {MERGED} hubspot_owner_id",
    datetime="createdate hs_createdate hs_lastmodifieddate lastmodifieddate",
)

# hubspot-api.md 5.1; contacts alone have another name for the time of change [SEARCH]
CONTACTS = ObjectType(
    name="contacts",
    modified="lastmodifieddate",
    always=("email", MERGED, KEY, "createdate", "lastmodifieddate"),
    made=(ASSOCIATED_COMPANY,),
    kinds=_EVERYWHERE
    | _kinds(
        text="email firstname lastname phone mobilephone fax company jobtitle website address"
        " city state zip country lifecyclestage hs_additional_emails",
    ),
    title="contacts",
)

COMPANIES = ObjectType(
    name="companies",
    always=(
        *("name", "domain", "phone", "website", "industry", "description", "lifecyclestage"),
        *("address", "address2", "city", "state", "zip", "country"),
    ),
    title="companies",
)

# hubspot-api.md 5.3
PRODUCTS = ObjectType(
    name="products",
    always=(KEY, "createdate", "hs_lastmodifieddate"),
    kinds=_EVERYWHERE
    | _kinds(
        text="name description hs_sku hs_folder hs_product_type hs_url hs_images"
        " recurringbillingfrequency hs_recurring_billing_period",
        number="price hs_cost_of_goods_sold",
    ),
    required=("name",),
    title="products",
)

# hubspot-api.md 5.4; `ledgerline_key` of a line ends in the id of its partner line
LINE_ITEMS = ObjectType(
    name="line_items",
    always=(
        "name",
        "description",
        "quantity",
        "price",
        "amount",
        "hs_total_discount",
        "hs_tax_amount",
        "hs_product_id",
        "hs_sku",
        "recurringbillingfrequency",
        "hs_position_on_quote",
        KEY,
        "hs_lastmodifieddate",
    ),
    kinds=_EVERYWHERE
    | _kinds(
        text="name description hs_product_id hs_sku recurringbillingfrequency",
        number="quantity price amount hs_total_discount hs_tax_amount hs_position_on_quote",
    ),
    title="line items",
)

# hubspot-api.md 5.5; hs_subtotal, hs_total_discount and hs_fees_amount may not exist: unknown
# names are ignored on reads (4 [OBJ])
INVOICES = ObjectType(
    name="invoices",
    always=(
        "hs_currency",
        "hs_invoice_status",
        "hs_invoice_billable",
        "hs_invoice_source",
        "hs_number",
        "hs_invoice_date",
        "hs_due_date",
        "hs_amount_billed",
        "hs_balance_due",
        "hs_comments",
        KEY,
        "ledgerline_total",
        "ledgerline_balance",
        "ledgerline_status",
        "ledgerline_url",
        "hs_total_discount",
        "hs_fees_amount",
        "hs_createdate",
        "hs_lastmodifieddate",
    ),
    made=("contact", "contact_count", "company", "lines"),
    kinds=_EVERYWHERE
    | _kinds(
        text="hs_currency hs_invoice_status hs_invoice_source hs_number hs_comments hs_title"
        " hs_purchase_order_number hs_external_invoice_id hs_external_status"
        " hs_external_recipient hs_tax_id hs_invoice_link ledgerline_status ledgerline_url",
        number="hs_amount_billed hs_balance_due hs_amount_paid ledgerline_total"
        " ledgerline_balance hs_total_discount hs_fees_amount",
        bool="hs_invoice_billable",
        day="hs_invoice_date hs_due_date",
    ),
    required=("hs_currency",),
    title="invoices",
)

# hubspot-api.md 5.6
PAYMENTS = ObjectType(
    name="commerce_payments",
    always=(
        "hs_initial_amount",
        "hs_initiated_date",
        "hs_latest_status",
        "hs_payment_method_type",
        "hs_reference_number",
        "hs_currency_code",
        "hs_processor_type",
        "hs_refunds_amount",
        "hs_customer_email",
        KEY,
        "hs_createdate",
        "hs_lastmodifieddate",
    ),
    made=("invoice", "invoice_count", "contact", "company"),
    kinds=_EVERYWHERE
    | _kinds(
        text="hs_latest_status hs_payment_method_type hs_reference_number hs_currency_code"
        " hs_processor_type hs_customer_email hs_internal_comment"
        " hs_payment_method_bank_or_issuer hs_payment_method_last_4",
        number="hs_initial_amount hs_refunds_amount hs_fees_amount hs_net_amount",
        day="hs_initiated_date",
    ),
    required=("hs_initial_amount", "hs_initiated_date"),
    title="payments",
)

# hubspot-api.md 5.7: of a whole invoice; `hs_sort_order` orders inside one kind
_ORDER_LEVEL = ("hs_label", "hs_type", "hs_value", "hs_sort_order")
_ORDER_LEVEL_KINDS = _kinds(text="hs_label hs_type", number="hs_value hs_sort_order")
DISCOUNTS = ObjectType("discounts", always=_ORDER_LEVEL, kinds=_ORDER_LEVEL_KINDS)
FEES = ObjectType("fees", always=_ORDER_LEVEL, kinds=_ORDER_LEVEL_KINDS)
TAXES = ObjectType("taxes", always=_ORDER_LEVEL, kinds=_ORDER_LEVEL_KINDS)

OBJECTS: dict[Entity, ObjectType] = {
    Entity.CONTACT: CONTACTS,
    Entity.PRODUCT: PRODUCTS,
    Entity.INVOICE: INVOICES,
    Entity.PAYMENT: PAYMENTS,
}

# In the order in which HubSpot computes them: hubspot-api.md 5.7 [INV]
ORDER_LEVEL: dict[LineKind, ObjectType] = {
    LineKind.DISCOUNT: DISCOUNTS,
    LineKind.FEE: FEES,
    LineKind.TAX: TAXES,
}

PART_TYPES: dict[LineKind, ObjectType] = {LineKind.ITEM: LINE_ITEMS, **ORDER_LEVEL}

# Associated records that a filter may look at
RELATED: dict[Entity, dict[str, ObjectType]] = {
    Entity.CONTACT: {"company": COMPANIES, "invoice": INVOICES},
    Entity.PRODUCT: {},
    Entity.INVOICE: {
        "contact": CONTACTS,
        "company": COMPANIES,
        "line": LINE_ITEMS,
        "product": PRODUCTS,
    },
    Entity.PAYMENT: {},
}
