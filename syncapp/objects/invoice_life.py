"""Voids and deletions of invoices, by origin: one row of the design's table a branch."""

from syncapp.engine.plan import Finding, Plan, State, excluded, failing
from syncapp.engine.records import Pair, Presence, Side, Snapshot
from syncapp.engine.rules import SyncRule
from syncapp.engine.writes import Operation, Write


def lifecycle(pair: Pair, rule: SyncRule) -> Plan | None:
    here, there = pair.hubspot, pair.quickbooks
    if here is None or there is None:
        only = here or there
        return excluded("deleted") if only and only.presence is Presence.GONE else None
    if pair.origin is Side.QUICKBOOKS:
        return _mirror(here, there, pair, rule)
    return _born_in_hubspot(here, there, pair, rule)


def _born_in_hubspot(here: Snapshot, there: Snapshot, pair: Pair, rule: SyncRule) -> Plan | None:
    match here.presence, there.presence:
        case Presence.GONE, _:
            return excluded("deleted_there", side=Side.HUBSPOT.product_name)
        case _, Presence.GONE:
            return Plan(Finding(State.NEEDS_DECISION, "deleted_in_quickbooks"))
        case Presence.VOIDED, Presence.VOIDED:
            return Plan()
        case Presence.VOIDED, _:
            return _void_in_quickbooks(there, pair, rule)
        case _, Presence.VOIDED:
            return failing("voided_there", side=Side.QUICKBOOKS.product_name)
        case _:
            return None


def _void_in_quickbooks(there: Snapshot, pair: Pair, rule: SyncRule) -> Plan:
    if not rule.direction.reaches(Side.QUICKBOOKS):
        return excluded("direction", side=Side.QUICKBOOKS.product_name)
    if there.payments or there.get("Balance") != there.get("TotalAmt"):
        return failing("payments_applied")
    write = Write(
        Side.QUICKBOOKS,
        rule.entity,
        Operation.VOID,
        target=there.ref,
        expected_version=there.version,
        before=there,
        generation=pair.generation,
    )
    return Plan(writes=(write,))


def _mirror(here: Snapshot, there: Snapshot, pair: Pair, rule: SyncRule) -> Plan | None:
    if here.presence is Presence.GONE:
        return excluded("deleted_there", side=Side.HUBSPOT.product_name)
    if there.presence is Presence.GONE:
        return excluded("deleted_there", side=Side.QUICKBOOKS.product_name)
    if here.get("hs_invoice_billable") is True:
        return failing("mirror_billable")
    match here.presence, there.presence:
        case Presence.VOIDED, Presence.VOIDED:
            return Plan()
        case Presence.VOIDED, _:
            return failing("voided_there", side=Side.HUBSPOT.product_name)
        case _, Presence.VOIDED:
            return _void_mirror(here, pair, rule)
        case _:
            return None


def _void_mirror(here: Snapshot, pair: Pair, rule: SyncRule) -> Plan:
    """The mirror keeps its last amounts: the zeros of a void are never copied."""
    if not rule.direction.reaches(Side.HUBSPOT):
        return excluded("direction", side=Side.HUBSPOT.product_name)
    write = Write(
        Side.HUBSPOT,
        rule.entity,
        Operation.UPDATE,
        {"hs_invoice_status": "voided", "ledgerline_status": "voided"},
        target=here.ref,
        expected_version=here.version,
        before=here,
        generation=pair.generation,
    )
    return Plan(writes=(write,))
