"""A company as plain JSON values: for assertions, and to be saved and loaded."""

from collections.abc import Mapping
from typing import Any

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.table import Table

SINGLETONS = ("CompanyInfo", "Preferences")
SAVED = ("counters", "options", "answered_requests", "last_number", "earlier_versions")


def dumped(company: Company) -> dict[str, Any]:
    """Deleted and voided records included; every record says whether it is deleted."""
    shown: dict[str, Any] = {
        entity: {
            record_id: {"_deleted": False} | record for record_id, record in table.records.items()
        }
        for entity, table in company.tables.items()
        if entity not in SINGLETONS
    }
    return shown | {
        "preferences": company.tables["Preferences"].records["1"],
        "company_info": company.info,
        "options": company.options,
    }


def saved_company(company: Company) -> dict[str, Any]:
    saved = {name: getattr(company, name) for name in SAVED}
    saved["tables"] = {entity: table.records for entity, table in company.tables.items()}
    return saved


def load_company(company: Company, saved: Mapping[str, Any]) -> None:
    for name in SAVED:
        setattr(company, name, saved[name])
    for entity, records in saved["tables"].items():
        company.tables[entity] = Table(records)
