"""Each entity's own rules."""

from sandbox.quickbooks.entities.account import ACCOUNT
from sandbox.quickbooks.entities.credit_memo import CREDIT_MEMO
from sandbox.quickbooks.entities.customer import CUSTOMER
from sandbox.quickbooks.entities.invoice import INVOICE
from sandbox.quickbooks.entities.item import ITEM
from sandbox.quickbooks.entities.payment import PAYMENT
from sandbox.quickbooks.entities.singletons import COMPANY_INFO, PREFERENCES
from sandbox.quickbooks.entities.small_lists import (
    EMPLOYEE,
    PAYMENT_METHOD,
    TAX_CODE,
    TAX_RATE,
    TERM,
    VENDOR,
)

KINDS = {
    kind.entity: kind
    for kind in (
        CUSTOMER,
        ITEM,
        INVOICE,
        PAYMENT,
        CREDIT_MEMO,
        VENDOR,
        EMPLOYEE,
        ACCOUNT,
        TERM,
        PAYMENT_METHOD,
        TAX_CODE,
        TAX_RATE,
        COMPANY_INFO,
        PREFERENCES,
    )
}
BY_RESOURCE = {kind.resource: kind for kind in KINDS.values()}
