"""The three legacy custom fields of sales forms (quickbooks-api.md 7, 10)."""

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.kinds import Change
from sandbox.quickbooks.schema import check_length
from sandbox.quickbooks.table import Record

PREFIX = "SalesFormsPrefs."


def settle_custom_fields(change: Change) -> None:
    """Every definition that is switched on is answered; unknown ones are dropped silently."""
    definitions = _definitions(change.company)
    values = {} if change.before is None else _values(change.before.get("CustomField", []))
    if not change.is_sparse and not change.is_new:
        values = {}
    values |= _sent_values(change, definitions)
    change.record["CustomField"] = [
        {"DefinitionId": number, "Name": name, "Type": "StringType"}
        | ({"StringValue": values[number]} if values.get(number) else {})
        for number, name in sorted(definitions.items())
    ]


def _sent_values(change: Change, definitions: dict[str, str]) -> dict[str, str]:
    options = change.company.options
    values = {}
    for field in change.sent.get("CustomField") or []:
        number = field.get("DefinitionId", "")
        if number not in definitions:
            if options["unknown_custom_field"] == "fault_3000":
                raise Fault("3000", f"Invalid custom field {number}", "CustomField")
            continue
        value = str(field.get("StringValue", ""))
        check_length("CustomField", value, options["custom_field_max"])
        values[number] = value
    return values


def _values(fields: list[Record]) -> dict[str, str]:
    return {field["DefinitionId"]: field.get("StringValue", "") for field in fields}


def _definitions(company: Company) -> dict[str, str]:
    """Number and name of each definition that is on; the preference nests its list twice."""
    groups = company.preference("SalesFormsPrefs", "CustomField") or []
    entries = {one["Name"]: one for group in groups for one in group["CustomField"]}
    definitions = {}
    for number in ("1", "2", "3"):
        use = entries.get(f"{PREFIX}UseSalesCustom{number}", {})
        name = entries.get(f"{PREFIX}SalesCustomName{number}", {})
        if use.get("BooleanValue"):
            definitions[number] = name.get("StringValue", f"Custom {number}")
    return definitions
