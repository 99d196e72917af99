"""Names of list objects: unique, and given away with a suffix when the record is made inactive
(quickbooks-api.md 3 to 5)."""

import re
from collections.abc import Sequence

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.table import Record

DELETED = re.compile(r" \(deleted(?: \d+)?\)$")
FORBIDDEN = (":", "\t", "\n")


def settle_name(change: Change, field: str, shared_with: Sequence[str], taken: str) -> None:
    """Checks the name that the record is to have, moving it out of the way on deactivation.
    `taken` is the sentence about a duplicate."""
    record, before = change.record, change.before
    entity_tables = tuple(shared_with)
    if before and before["Active"] and not record["Active"]:
        record[field] = _deleted_name(change.company, entity_tables, field, before[field])
        return
    if before and not before["Active"] and record["Active"] and record[field] == before[field]:
        record[field] = DELETED.sub("", record[field])
    if before is None or record[field] != before[field]:
        _check_characters(field, record[field])
        _check_unique(change, field, entity_tables, taken)


def rename_children(company: Company, entity: str, name_field: str, parent: Record) -> None:
    """A new name shows in the full names of everything below."""
    for child in list(company.tables[entity].with_value("ParentRef", parent["Id"])):
        full_name = f"{parent['FullyQualifiedName']}:{child[name_field]}"
        company.adjust(entity, child["Id"], FullyQualifiedName=full_name)
        renamed = company.tables[entity].records[child["Id"]]
        rename_children(company, entity, name_field, renamed)


def _check_characters(field: str, name: str) -> None:
    if any(character in name for character in FORBIDDEN):
        raise Fault("2040", f"Element contains invalid characters: {name!r}", field)


def _check_unique(change: Change, field: str, entities: Sequence[str], taken: str) -> None:
    own_id = change.before["Id"] if change.before else ""
    for entity in entities:
        for other in _holders(change.company, entity, field, change.record[field]):
            if not (entity == change.entity and other == own_id):
                detail = f"The name supplied already exists. : {taken} Id={other}"
                raise Fault("6240", detail, field)


def _holders(company: Company, entity: str, field: str, name: str) -> list[str]:
    found = company.tables[entity].with_value(field, name.casefold())
    return [record["Id"] for record in found]


def _deleted_name(company: Company, entities: Sequence[str], field: str, name: str) -> str:
    number = 0
    while True:
        suffix = f" (deleted {number})" if number else " (deleted)"
        candidate = f"{name}{suffix}"
        if not any(_holders(company, entity, field, candidate) for entity in entities):
            return candidate
        number += 1
