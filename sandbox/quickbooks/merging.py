"""Merging two customers or two items, which only persons can (quickbooks-api.md 4, 16)."""

from collections.abc import Callable

from sandbox.quickbooks.balances import add_to_balance
from sandbox.quickbooks.company import Author, Company
from sandbox.quickbooks.faults import broken_rule
from sandbox.quickbooks.references import reference_to
from sandbox.quickbooks.table import Record

NAME_FIELDS = {"Customer": "DisplayName", "Item": "Name"}


def merge(company: Company, entity: str, kept_id: str, losing_id: str, author: Author) -> str:
    """Everything of the losing record goes to the kept one, whose id is answered."""
    if entity not in NAME_FIELDS:
        raise broken_rule(f"A {entity} cannot be merged here.")
    kept, losing = company.read(entity, kept_id), company.read(entity, losing_id)
    if kept_id == losing_id:
        raise broken_rule("A record cannot be merged with itself.")
    if entity == "Customer":
        _move_customer(company, kept, losing, author)
    else:
        _move_item(company, kept, losing, author)
    _retire(company, entity, kept_id, losing_id, author)
    at = company.now_ms(author)
    company.announce(entity, kept_id, "Merge", at, deleted_id=losing_id)
    return kept_id


def _move_customer(company: Company, kept: Record, losing: Record, author: Author) -> None:
    if kept["CurrencyRef"] != losing["CurrencyRef"]:
        raise broken_rule("Customers of different currencies cannot be merged.")
    reference = reference_to("Customer", kept)
    for entity in ("Invoice", "Payment", "CreditMemo"):
        for record in list(company.tables[entity].with_value("CustomerRef", losing["Id"])):
            company.change(entity, record, record | {"CustomerRef": reference}, author)
    for child in list(company.tables["Customer"].with_value("ParentRef", losing["Id"])):
        company.change("Customer", child, child | {"ParentRef": reference}, author)
    owed = losing["Balance"]
    add_to_balance(company, losing["Id"], -owed)
    add_to_balance(company, kept["Id"], owed)


def _move_item(company: Company, kept: Record, losing: Record, author: Author) -> None:
    reference = reference_to("Item", kept)

    def moved(line: Record) -> Record:
        return _with_item(line, losing["Id"], reference)

    for entity in ("Invoice", "CreditMemo"):
        for record in list(company.tables[entity].live()):
            lines = _each(record["Line"], moved)
            if lines != record["Line"]:
                company.change(entity, record, record | {"Line": lines}, author)


def _each(lines: list[Record], moved: Callable[[Record], Record]) -> list[Record]:
    result = []
    for line in lines:
        group = line.get("GroupLineDetail")
        if group:
            line = line | {"GroupLineDetail": group | {"Line": _each(group["Line"], moved)}}
        result.append(moved(line))
    return result


def _with_item(line: Record, losing_id: str, reference: Record) -> Record:
    detail = line.get("SalesItemLineDetail", {})
    if detail.get("ItemRef", {}).get("value") != losing_id:
        return line
    return line | {"SalesItemLineDetail": detail | {"ItemRef": reference}}


def _retire(company: Company, entity: str, kept_id: str, losing_id: str, author: Author) -> None:
    """Whether the losing id then reads 610 or inactive is unverified."""
    losing = company.read(entity, losing_id)
    after = losing | {"_merged_into": kept_id}
    if company.options["merged_id_reads"] == "610":
        after |= {"_deleted": True}
    else:
        field = NAME_FIELDS[entity]
        after |= {"Active": False, field: f"{losing[field]} (deleted)"}
    company.change(entity, losing, after, author, "Merge")
