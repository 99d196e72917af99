"""Fields that added rows may read but not write: Ledgerline decides them itself, or money hangs on
them that the invoice's own rows carry."""

from collections.abc import Mapping

from syncapp.engine.records import Entity, Side

_OURS = frozenset({"ledgerline_key"})

RESERVED: Mapping[tuple[Entity, Side], frozenset[str]] = {
    (Entity.CONTACT, Side.HUBSPOT): _OURS,
    (Entity.PRODUCT, Side.HUBSPOT): _OURS,
    (Entity.PRODUCT, Side.QUICKBOOKS): frozenset({"Type"}),
    # a copy that became billable could charge the customer a second time
    (Entity.INVOICE, Side.HUBSPOT): _OURS
    | {
        "hs_invoice_billable",
        "hs_invoice_status",
        "hs_invoice_source",
        "hs_currency",
        "hs_amount_billed",
        "hs_balance_due",
        "ledgerline_total",
        "ledgerline_balance",
        "ledgerline_status",
        "ledgerline_url",
    },
    (Entity.INVOICE, Side.QUICKBOOKS): frozenset(
        {"Deposit", "ExchangeRate", "GlobalTaxCalculation"}
    ),
}


def is_reserved(entity: Entity, side: Side, name: str) -> bool:
    return name in RESERVED.get((entity, side), ())
