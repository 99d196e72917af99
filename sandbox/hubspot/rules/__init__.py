"""What is special about each record type. A new type is one file here and one row below."""

from sandbox.hubspot.rules.adjustments import AdjustmentRules
from sandbox.hubspot.rules.companies import CompanyRules
from sandbox.hubspot.rules.contacts import ContactRules
from sandbox.hubspot.rules.invoices import InvoiceRules
from sandbox.hubspot.rules.line_items import LineItemRules
from sandbox.hubspot.rules.payments import PaymentRules
from sandbox.hubspot.rules.plain import Rules
from sandbox.hubspot.rules.products import ProductRules

RULES: dict[str, Rules] = {
    "contacts": ContactRules(),
    "companies": CompanyRules(),
    "products": ProductRules(),
    "line_items": LineItemRules(),
    "invoices": InvoiceRules(),
    "commerce_payments": PaymentRules(),
    "discounts": AdjustmentRules("discounts"),
    "fees": AdjustmentRules("fees"),
    "taxes": AdjustmentRules("taxes"),
}
