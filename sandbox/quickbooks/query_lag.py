"""Queries that see the books of some seconds ago: new records missing, tokens old
(quickbooks-api.md 18 no. 2)."""

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.table import Record


def earlier_records(company: Company, entity: str) -> dict[str, Record | None]:
    """For records changed within the lag, the version a query still sees; None for a new one."""
    lag = company.options["query_lag_seconds"]
    if not lag or not company.earlier_versions:
        return {}
    horizon = company.now_ms() - int(lag * 1000)
    company.earlier_versions = [v for v in company.earlier_versions if v["until"] > horizon]
    seen: dict[str, Record | None] = {}
    for version in company.earlier_versions:
        if version["entity"] == entity:
            seen.setdefault(version["id"], version["before"])
    return seen
