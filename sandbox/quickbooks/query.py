"""Runs a query over one company's books (quickbooks-api.md 11)."""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.quickbooks.company import Company, answered
from sandbox.quickbooks.entities import KINDS
from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.query_fields import FieldTest, canonical, sort_key, tester
from sandbox.quickbooks.query_lag import earlier_records
from sandbox.quickbooks.query_parser import Statement, parse
from sandbox.quickbooks.stamps import milliseconds
from sandbox.quickbooks.table import Record, int_or_text

LARGEST_PAGE = 1000
ALWAYS_THERE = ("Id", "domain", "sparse")


def run_query(company: Company, text: str) -> dict[str, Any]:
    """The QueryResponse object. Raises Fault 4000 and 4001."""
    statement = parse(text)
    entity = _entity(statement.entity)
    _check_paging(company, statement)
    tests = [tester(entity, condition) for condition in statement.conditions]
    order = [(canonical(entity, name, "sortable"), down) for name, down in statement.order]
    pick = _picker(company, entity, statement.columns)
    records = [
        record
        for record in _candidates(company, entity, tests)
        if all(test.matches(record) for test in tests)
    ]
    if _hides_inactive(entity, tests):
        records = [record for record in records if record.get("Active", True)]
    if statement.is_count:
        return {"totalCount": len(records)}
    for field, descending in reversed(order):
        records.sort(key=sort_key(entity, field), reverse=descending)
    page = records[statement.start - 1 :][: min(statement.page, LARGEST_PAGE)]
    if not page:
        return {}
    found = [pick(record) for record in page]
    return {entity: found, "startPosition": statement.start, "maxResults": len(page)}


def _entity(name: str) -> str:
    for entity in KINDS:
        if entity.lower() == name.lower():
            return entity
    raise Fault("4001", f"QueryValidationError: Invalid query: unknown entity {name}")


def _check_paging(company: Company, statement: Statement) -> None:
    if statement.start < 1:
        raise Fault("4001", "QueryValidationError: value 0 is out of range for STARTPOSITION")
    if statement.page < 0:
        raise Fault("4001", "QueryValidationError: MAXRESULTS is negative")
    if statement.page > LARGEST_PAGE and company.options["query_over_max"] == "refused":
        raise Fault("4001", f"QueryValidationError: MAXRESULTS is above {LARGEST_PAGE}")


def _candidates(company: Company, entity: str, tests: Iterable[FieldTest]) -> Iterable[Record]:
    """Everything the conditions could match, in the order of ids; narrowed where cheap."""
    table = company.tables[entity]
    earlier = earlier_records(company, entity)
    if earlier:
        seen = {record["Id"]: record for record in table.live() if record["Id"] not in earlier}
        seen |= {record["Id"]: record for record in earlier.values() if record is not None}
        return sorted(seen.values(), key=lambda record: int_or_text(record["Id"]))
    for test in tests:
        if test.field == "Id":
            found = (table.get(value) for value in sorted(set(test.values), key=int_or_text))
            return [record for record in found if record is not None]
        if test.is_exact:
            return _with_any(table.with_value, test)
    for test in tests:
        if test.field == "MetaData.LastUpdatedTime" and test.operator in (">", ">=", "="):
            since = milliseconds(test.values[0]) // 1000 * 1000
            recent = (r for r in table.changed_since(since) if not r.get("_deleted"))
            return sorted(recent, key=lambda record: int_or_text(record["Id"]))
    return table.live()


def _with_any(look_up: Callable[[str, str], Iterable[Record]], test: FieldTest) -> list[Record]:
    found = {
        record["Id"]: record
        for value in test.values
        for record in look_up(test.field, value.casefold())
    }
    return sorted(found.values(), key=lambda record: int_or_text(record["Id"]))


def _hides_inactive(entity: str, tests: Iterable[FieldTest]) -> bool:
    return KINDS[entity].is_list and all(test.field != "Active" for test in tests)


def _picker(
    company: Company, entity: str, columns: tuple[str, ...]
) -> Callable[[Record], dict[str, Any]]:
    names = {canonical(entity, name.split(".")[0], "any") for name in columns if name != "*"}
    if "*" not in columns:
        wanted = names | set(ALWAYS_THERE)
        return lambda record: {k: v for k, v in answered(record).items() if k in wanted}
    if company.options["sku_in_select_star"] or "Sku" in names:
        return answered
    # quickbooks-api.md 5 [observed]: some SELECT * answers left the SKU out
    return lambda record: {k: v for k, v in answered(record).items() if k != "Sku"}
