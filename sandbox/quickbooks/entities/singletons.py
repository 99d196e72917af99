"""Company data and preferences: one record each, mostly read-only over the API
(quickbooks-api.md 7)."""

from sandbox.quickbooks.faults import missing
from sandbox.quickbooks.kinds import Change, Kind
from sandbox.quickbooks.table import Record


def _complete_company_info(change: Change) -> None:
    if not change.record.get("CompanyName"):
        raise missing("CompanyName")


def _complete_preferences(change: Change) -> None:
    """Parts are merged: a client that sends one part does not wipe the others."""
    if change.before is not None:
        change.record.update(merged(change.before, dict(change.sent)))


def merged(before: Record, patch: Record) -> Record:
    """The patch laid over what was there, part by part; None takes a key away."""
    result = dict(before)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value)
        else:
            result[name] = value
    return result


MAY_UPDATE = frozenset({"update"})
COMPANY_INFO = Kind("CompanyInfo", _complete_company_info, app_may=MAY_UPDATE)
PREFERENCES = Kind("Preferences", _complete_preferences, app_may=MAY_UPDATE)
