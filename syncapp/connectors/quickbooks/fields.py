"""The QuickBooks fields we can map, by entity: their types, and where they stand in the JSON.

quickbooks-api.md 4 (Customer), 5 (Item), 8 (Invoice), 9 (Payment) and the entity reference.
"""

from dataclasses import dataclass

from syncapp.connectors.base import Wanted
from syncapp.engine.field_types import FieldInfo, FieldType
from syncapp.engine.records import Entity

# What wraps a value in the JSON: {"CurrencyRef": {"value": "USD"}}, {"BillEmail": {"Address": …}}
REFERENCE = "value"
ADDRESS = "Address"


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is the dotted path; `inside` one more key below it that the name leaves out."""

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    inside: str = ""
    is_read_only: bool = False
    is_required: bool = False
    options: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        return (*self.name.split("."), *((self.inside,) if self.inside else ()))

    @property
    def info(self) -> FieldInfo:
        return FieldInfo(
            self.name,
            self.label,
            self.type,
            self.is_read_only,
            self.is_required,
            tuple((option, option) for option in self.options),
        )


def _text(name: str, label: str, *, inside: str = "", is_required: bool = False) -> Field:
    return Field(name, label, inside=inside, is_required=is_required)


def _number(name: str, label: str) -> Field:
    return Field(name, label, FieldType.NUMBER)


def _flag(name: str, label: str) -> Field:
    return Field(name, label, FieldType.BOOLEAN)


def _date(name: str, label: str) -> Field:
    return Field(name, label, FieldType.DATE)


def _choice(name: str, label: str, *options: str) -> Field:
    return Field(name, label, FieldType.CHOICE, options=options)


def _reference(name: str, label: str) -> Field:
    return Field(name, label, FieldType.REFERENCE, inside=REFERENCE)


def _shown(name: str, label: str, type: FieldType = FieldType.TEXT) -> Field:
    return Field(name, label, type, is_read_only=True)


def _address(name: str, label: str) -> tuple[Field, ...]:
    parts = (
        ("Line1", "street"),
        ("Line2", "street, second line"),
        ("City", "city"),
        ("CountrySubDivisionCode", "state or region"),
        ("PostalCode", "postal code"),
        ("Country", "country"),
    )
    return tuple(_text(f"{name}.{part}", f"{label}: {words}") for part, words in parts)


_TIMES = (
    _shown("MetaData.CreateTime", "Created", FieldType.DATETIME),
    _shown("MetaData.LastUpdatedTime", "Last changed", FieldType.DATETIME),
)

CUSTOMER = (
    _text("DisplayName", "Display name", is_required=True),
    _text("Title", "Title"),
    _text("GivenName", "First name"),
    _text("MiddleName", "Middle name"),
    _text("FamilyName", "Last name"),
    _text("Suffix", "Suffix"),
    _text("CompanyName", "Company name"),
    _text("PrintOnCheckName", "Name on checks"),
    _text("PrimaryEmailAddr.Address", "E-mail"),
    _text("PrimaryPhone.FreeFormNumber", "Phone"),
    _text("AlternatePhone.FreeFormNumber", "Other phone"),
    _text("Mobile.FreeFormNumber", "Mobile"),
    _text("Fax.FreeFormNumber", "Fax"),
    _text("WebAddr.URI", "Website"),
    *_address("BillAddr", "Billing address"),
    *_address("ShipAddr", "Shipping address"),
    _text("Notes", "Notes"),
    _text("ResaleNum", "Resale number"),
    _flag("Active", "Active"),
    _flag("Taxable", "Taxable"),
    _reference("CurrencyRef", "Currency"),
    _reference("SalesTermRef", "Terms"),
    _reference("PaymentMethodRef", "Payment method"),
    _reference("CustomerTypeRef", "Customer type"),
    _choice("PreferredDeliveryMethod", "Delivery method", "Print", "Email", "None"),
    _reference("ParentRef", "Parent customer"),
    _flag("Job", "Sub-customer or project"),
    _flag("BillWithParent", "Billed with parent"),
    _shown("FullyQualifiedName", "Full name with parents"),
    _shown("Balance", "Open balance", FieldType.NUMBER),
    _shown("BalanceWithJobs", "Open balance with sub-customers", FieldType.NUMBER),
    *_TIMES,
)

ITEM = (
    _text("Name", "Name", is_required=True),
    _text("Sku", "SKU"),
    _text("Description", "Sales description"),
    _text("PurchaseDesc", "Purchase description"),
    _number("UnitPrice", "Sales price"),
    _number("PurchaseCost", "Purchase cost"),
    _choice("Type", "Type", "Service", "NonInventory", "Inventory"),
    _reference("IncomeAccountRef", "Income account"),
    _reference("ExpenseAccountRef", "Expense account"),
    _reference("AssetAccountRef", "Inventory asset account"),
    _flag("Active", "Active"),
    _flag("Taxable", "Taxable"),
    _flag("SalesTaxIncluded", "Price includes tax"),
    _flag("TrackQtyOnHand", "Quantity tracked"),
    _shown("QtyOnHand", "Quantity on hand", FieldType.NUMBER),
    _reference("ParentRef", "Category"),
    _shown("FullyQualifiedName", "Full name with category"),
    *_TIMES,
)

INVOICE = (
    _text("DocNumber", "Number"),
    _date("TxnDate", "Invoice date"),
    _date("DueDate", "Due date"),
    Field("CustomerRef", "Customer", FieldType.REFERENCE, inside=REFERENCE, is_required=True),
    Field("Line", "Lines", FieldType.LINES, is_required=True),
    _reference("CurrencyRef", "Currency"),
    _number("ExchangeRate", "Exchange rate"),
    _text("CustomerMemo", "Message to customer", inside=REFERENCE),
    _text("PrivateNote", "Memo on statement"),
    _text("BillEmail", "E-mail", inside=ADDRESS),
    _text("BillEmailCc", "E-mail, copy", inside=ADDRESS),
    _reference("SalesTermRef", "Terms"),
    _text("ShipMethodRef", "Shipped via", inside=REFERENCE),
    _date("ShipDate", "Shipping date"),
    _text("TrackingNum", "Tracking number"),
    _reference("ClassRef", "Class"),
    _reference("DepartmentRef", "Location"),
    _number("Deposit", "Deposit"),
    _choice(
        "GlobalTaxCalculation", "Tax calculation", "TaxExcluded", "TaxInclusive", "NotApplicable"
    ),
    _choice("EmailStatus", "E-mail status", "NotSet", "NeedToSend", "EmailSent"),
    _choice("PrintStatus", "Print status", "NotSet", "NeedToPrint", "PrintComplete"),
    _flag("AllowOnlineCreditCardPayment", "Card payment online"),
    _flag("AllowOnlineACHPayment", "Bank payment online"),
    _shown("app_link", "Link to it in QuickBooks"),
    _shown("TxnTaxDetail.TotalTax", "Tax", FieldType.NUMBER),
    _shown("TotalAmt", "Total", FieldType.NUMBER),
    _shown("Balance", "Open balance", FieldType.NUMBER),
    *_TIMES,
)

PAYMENT = (
    Field("Amount", "Amount for this invoice", FieldType.NUMBER, is_required=True),
    Field("Invoice", "Invoice", FieldType.REFERENCE, is_required=True),
    Field("CustomerRef", "Customer", FieldType.REFERENCE, inside=REFERENCE, is_required=True),
    _date("TxnDate", "Payment date"),
    _text("PaymentMethodRef", "Payment method", inside=REFERENCE),
    _text("PaymentRefNum", "Reference number"),
    _reference("CurrencyRef", "Currency"),
    _number("ExchangeRate", "Exchange rate"),
    _reference("DepositToAccountRef", "Deposit to"),
    _text("PrivateNote", "Memo"),
    _shown("TotalAmt", "Total of the payment", FieldType.NUMBER),
    _shown("UnappliedAmt", "Not applied to any invoice", FieldType.NUMBER),
    _shown("is_credit", "Credit memo applied", FieldType.BOOLEAN),
    _shown("credit_number", "Credit memo number"),
    _shown("is_deposited", "Deposited", FieldType.BOOLEAN),
    *_TIMES,
)

FIELDS: dict[Entity, dict[str, Field]] = {
    entity: {field.name: field for field in fields}
    for entity, fields in (
        (Entity.CONTACT, CUSTOMER),
        (Entity.PRODUCT, ITEM),
        (Entity.INVOICE, INVOICE),
        (Entity.PAYMENT, PAYMENT),
    )
}


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What engine and objects ask for by name, whatever the mapping rows say
ALWAYS: dict[Entity, frozenset[str]] = {
    Entity.CONTACT: _names(
        "DisplayName GivenName FamilyName CompanyName PrimaryEmailAddr.Address CurrencyRef "
        "ParentRef Job Active"
    ),
    Entity.PRODUCT: _names("Name Sku Type UnitPrice IncomeAccountRef Active"),
    Entity.INVOICE: _names(
        "DocNumber TxnDate DueDate CurrencyRef CustomerRef PrivateNote TotalAmt Balance Deposit "
        "TxnTaxDetail.TotalTax GlobalTaxCalculation Line"
    ),
    Entity.PAYMENT: _names(
        "Amount TxnDate PaymentMethodRef PaymentRefNum CurrencyRef CustomerRef Invoice TotalAmt "
        "UnappliedAmt DepositToAccountRef is_credit credit_number is_deposited"
    ),
}


def names_read(wanted: Wanted, entity: Entity) -> frozenset[str]:
    """Without a word on the entity, everything in the table."""
    asked = wanted.fields.get(entity)
    return frozenset(FIELDS[entity]) if asked is None else asked | ALWAYS[entity]


def field_of(entity: Entity, name: str) -> Field:
    """A name that is not in the table is a plain text of the entity, such as `PurchaseDesc`."""
    return FIELDS[entity].get(name) or Field(name, name)
