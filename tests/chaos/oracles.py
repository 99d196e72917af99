"""The invariants of the sync, read off two worlds and the product's own exports. Each oracle takes
the evidence of one seed and names what is wrong; none predicts who wins a race."""

import base64
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from tests.chaos.amounts import differing_invoices, overpaid
from tests.chaos.evidence import KINDS, Evidence, marker_of
from tests.chaos.people import FIELDS

Oracle = Callable[[Evidence], Iterator[str]]


def everything_is_there_once(seen: Evidence) -> Iterator[str]:
    for (entity, side, id_), rows in seen.by_id.items():
        if len(rows) > 1:
            yield f"{entity} {id_} of {side} has {len(rows)} links"
    yield from _copies_twice(seen)
    yield from _customers_twice(seen)


def _copies_twice(seen: Evidence) -> Iterator[str]:
    for kind in ("Invoice", "Payment"):
        markers = Counter(marker_of(one) for one in seen.quickbooks(kind).values())
        for marker, times in markers.items():
            if marker and times > 1:
                yield f"{times} live {kind}s in QuickBooks are copies of {marker}"
    for kind, _ in KINDS.values():
        keys = Counter(one.get("ledgerline_key") for one in seen.hubspot(kind).values())
        for key, times in keys.items():
            if key and times > 1:
                yield f"{times} live {kind} in HubSpot are copies of {key}"


def _customers_twice(seen: Evidence) -> Iterator[str]:
    """Two live customers of ours with the address of one contact."""
    ours = _created(seen, "quickbooks", "Customer")
    by_email = defaultdict(list)
    for id_, one in seen.quickbooks("Customer").items():
        if id_ in ours and one.get("Active"):
            email = str((one.get("PrimaryEmailAddr") or {}).get("Address") or "").casefold()
            by_email[email].append(id_)
    for email, ids in by_email.items():
        rows = [row for id_ in ids for row in seen.by_id.get(("contact", "quickbooks", id_), [])]
        if email and len(ids) > 1 and len({row["hubspot_id"] for row in rows}) < len(ids):
            yield f"customers {ids} were all made for {email}"


def _created(seen: Evidence, vendor: str, kind: str) -> set[str]:
    return {
        name.partition("/")[2]
        for entry in seen.accepted_writes()
        if entry["vendor"] == vendor and entry["operation"] in ("create", "batch")
        for name in entry["object_ids"]
        if name.startswith(f"{kind}/")
    }


def both_sides_agree_or_a_reason_stands(seen: Evidence) -> Iterator[str]:
    for row in seen.linked:
        if row["state"] == "in_sync" and row["entity"] in FIELDS and row["reason"] != "held":
            yield from _differences(seen, row)
    for row in seen.exports["links"]:
        if row["state"] != "in_sync" and not row["sentence"]:
            yield f"{_name(row)} is {row['state']} and nobody says why"
        if row["reason"] in ("our_mistake", "does_not_settle"):
            yield f"{_name(row)}: {row['reason']}: {row['sentence']}"


def _differences(seen: Evidence, row: Any) -> Iterator[str]:
    here, there = _pair(seen, row)
    if here is None or there is None:
        yield f"{_name(row)} is in sync, but one of them is gone"
        return
    if _is_void(here):
        return
    for field, path in FIELDS[row["entity"]].items():
        one, other = _fold(here.get(field)), _fold(_at(there, path))
        if one != other:
            yield f"{_name(row)} is in sync with {field} {one!r} and {other!r}"


def no_edit_is_lost(seen: Evidence) -> Iterator[str]:
    """The last edit of a field stands on both sides, or its value is told somewhere. With an older
    backup goes what was told after it."""
    if seen.was_restored:
        return
    last: dict[tuple[str, str, str, str], Any] = {}
    for edit in seen.edits:
        last[edit.kind, edit.side, edit.id, edit.field] = edit
    told = {
        _fold(row.get(name))
        for what in ("conflicts", "activity", "failing")
        for row in seen.exports[what]
        for name in ("hubspot", "quickbooks", "before", "after")
    }
    for (kind, side, id_, field), edit in last.items():
        rows = seen.by_id.get((kind, side, id_), [])
        row = next((row for row in rows if row["hubspot_id"] and row["quickbooks_id"]), None)
        if row is None or row["state"] != "in_sync":
            continue
        here, there = _pair(seen, row)
        value = _fold(edit.value)
        if here is None or there is None or _is_void(here) or _fold(here.get(field)) == value:
            continue
        other = last.get((kind, *_other(row, side), field))
        if (other is None or other.number < edit.number) and value not in told:
            yield f"{_name(row)}: {field} {value!r}, set by a person in {side}, is lost"
        if other is None and _fold(here.get(field)) not in told:
            yield f"{_name(row)}: {field} is {_fold(here.get(field))!r}, which nobody wrote"


def _other(row: Any, side: str) -> tuple[str, str]:
    other = "quickbooks" if side == "hubspot" else "hubspot"
    return other, row[f"{other}_id"]


def at_rest_nothing_is_written(seen: Evidence) -> Iterator[str]:
    for write in seen.quiet_writes:
        yield f"a pass at rest wrote: {write}"
    if seen.was_undisturbed:
        for entry in seen.accepted_writes():
            # HubSpot answers 207 where it refuses every record of a call, and names none.
            if entry["is_noop"] and entry["operation"] == "update" and entry["object_ids"]:
                yield f"a write changed nothing: {entry['method']} {entry['path']}"


def money_is_equal_to_the_cent(seen: Evidence) -> Iterator[str]:
    yield from differing_invoices(seen)
    yield from overpaid(seen)


def no_secret_leaves(seen: Evidence) -> Iterator[str]:
    texts = {"a log": seen.said, "an export": seen.exported_text}
    for secret in seen.secrets:
        for place, text in texts.items():
            if secret in text:
                yield f"a secret ({secret[:12]}…) stands in {place}"
        for form in (secret.encode(), base64.b64encode(secret.encode())[:-3]):
            if form in seen.dump:
                yield f"a secret ({secret[:12]}…) stands in the database"


def nothing_is_silent(seen: Evidence) -> Iterator[str]:
    """Every record that is there has a row with a state; the counts are those of the rows."""
    if seen.has_rested and not seen.may_be_disconnected:
        yield from _in_no_state(seen)
    rows = Counter((row["entity"], row["state"]) for row in seen.exports["links"])
    for entity, states in seen.status["entities"].items():
        for state, number in states.items():
            if number != rows[entity, state]:
                yield f"status counts {number} {entity}s {state}, the export {rows[entity, state]}"


def _in_no_state(seen: Evidence) -> Iterator[str]:
    for entity in ("contact", "product", "invoice"):
        ours, theirs = KINDS[entity]
        live = {"hubspot": seen.hubspot(ours), "quickbooks": seen.quickbooks(theirs)}
        for side, records in live.items():
            for id_ in records:
                if (entity, side, id_) not in seen.by_id:
                    yield f"{entity} {id_} is in {side} and in no state"


def no_money_document_is_deleted(seen: Evidence) -> Iterator[str]:
    for entry in seen.accepted_writes():
        names = [name.partition("/")[0] for name in entry["object_ids"]]
        if entry["operation"] in ("delete", "archive") and {"Invoice", "invoices"} & set(names):
            yield f"an invoice was deleted: {entry['method']} {entry['path']}"


def money_goes_by_peoples_deeds(seen: Evidence) -> Iterator[str]:
    yield from no_money_document_is_deleted(seen)
    yield from what_is_undone_was_undone_by_a_person(seen)


def what_is_undone_was_undone_by_a_person(seen: Evidence) -> Iterator[str]:
    """A void, deletion or archiving follows one of a person on the other side, of this record or of
    the invoice that it pays. Whose partner nobody knows any more is not judged."""
    for call in seen.calls:
        for kind, id_ in call.undoes:
            partners = set(seen.partners(kind, id_))
            if partners and not partners & seen.undone:
                yield f"nobody undid what {kind} {id_} is linked with: {call.shown()}"


def it_comes_to_rest(seen: Evidence) -> Iterator[str]:
    if not seen.has_rested:
        owed = {
            name: seen.status[name]
            for name in ("open_intents", "due_rows", "pending_rows", "brake", "needs_reconnect")
        }
        yield f"it does not come to rest: {owed}, last pass {seen.status['last_pass']}"


def one_writer_at_a_time(seen: Evidence) -> Iterator[str]:
    """A process that was overtaken may have one request on its way, and no more."""
    if not seen.pids_are_passes:
        return
    overtaken: Counter[int] = Counter()
    order: list[int] = []
    for call in seen.calls:
        if not call.is_write or not call.pid:
            continue
        if call.pid in order[:-1]:
            overtaken[call.pid] += 1
        elif not order or order[-1] != call.pid:
            order.append(call.pid)
    for pid, times in overtaken.items():
        if times > 1:
            yield f"process {pid} wrote {times} times after another one had taken over"


def pauses_are_kept(seen: Evidence) -> Iterator[str]:
    for call in seen.early:
        yield f"called before Retry-After was over: {call}"


def the_grant_is_kept(seen: Evidence) -> Iterator[str]:
    if seen.status["needs_reconnect"] and not seen.may_be_disconnected:
        yield f"{seen.status['needs_reconnect']} must be reconnected, but no grant was taken away"


def each_write_is_told_once(seen: Evidence) -> Iterator[str]:
    """A copy that we made has one entry that says so, also when its answer was lost; where nobody
    could tell any more, an entry says that: of the original, where nobody knew the copy or it has
    another partner since. A record that we changed has an entry about that side of it."""
    if seen.was_restored:
        return
    told = {
        (row["time"], row["action"], (row["entity"], row["side"], _document(row, row["side"])))
        for row in seen.exports["activity"]
        if row["side"]
    }
    made = Counter(where for _, action, where in told if action == "created")
    unsure = {where for _, action, where in told if action in ("unconfirmed", "linked")}
    unsure |= {
        (row["entity"], row["side"], f"of {_document(row, _other(row, row['side'])[0])}")
        for row in seen.exports["activity"]
        if row["action"] in ("created", "unconfirmed") and not row[f"{row['side']}_id"]
    }
    for copy, original in _copies(seen):
        known = {copy, (*copy[:2], f"of {original}")}
        if made[copy] > 1 or (not made[copy] and known.isdisjoint(unsure)):
            yield f"{' '.join(copy)} was made by us and told {made[copy]} times"
    for changed in _changed(seen) - {where for *_, where in told}:
        yield f"{' '.join(changed)} was changed by us and nobody says so"


def _document(row: Any, side: str) -> str:
    """The payment of an allocation, which is its `<Payment.Id>/<Invoice.Id>`."""
    return str(row[f"{side}_id"]).partition("/")[0]


def _copies(seen: Evidence) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Each with the id of what it is a copy of."""
    for entity, (ours, theirs) in KINDS.items():
        for id_, one in seen.hubspot(ours).items():
            key = str(one.get("ledgerline_key") or "")
            if key and not one.get("hs_merged_object_ids"):
                yield (entity, "hubspot", id_), key.rpartition(":")[2].partition("/")[0]
        for id_, one in seen.quickbooks(theirs).items():
            if marker := marker_of(one):
                yield (entity, "quickbooks", id_), marker.rpartition("/")[2]


def _changed(seen: Evidence) -> set[tuple[str, str, str]]:
    """Linked records that a call of ours had an effect on. Invoices of HubSpot get the notes to
    their sellers, which are not part of the history (decision 20)."""
    written = {
        (entry["vendor"], name)
        for entry in seen.accepted_writes()
        if entry["operation"] in ("update", "batch") and not entry["is_noop"]
        for name in entry["object_ids"]
    }
    return {
        (row["entity"], side, _document(row, side))
        for row in seen.linked
        for side, kind in zip(("hubspot", "quickbooks"), KINDS[row["entity"]], strict=True)
        if (side, f"{kind}/{_document(row, side)}") in written
        and (row["entity"], side) != ("invoice", "hubspot")
    }


ORACLES: dict[str, Oracle] = {
    "I1": everything_is_there_once,
    "I2": both_sides_agree_or_a_reason_stands,
    "I3": no_edit_is_lost,
    "I4": at_rest_nothing_is_written,
    "I5": money_is_equal_to_the_cent,
    "I6": no_secret_leaves,
    "I7": nothing_is_silent,
    "I9": money_goes_by_peoples_deeds,
    "I11": it_comes_to_rest,
    "I12": one_writer_at_a_time,
    "I13": pauses_are_kept,
    "I15": the_grant_is_kept,
    "I17": each_write_is_told_once,
}


def judge(seen: Evidence) -> list[str]:
    found = [f"{name}: {one}" for name, oracle in ORACLES.items() for one in oracle(seen)]
    return [*found, *seen.problems]


def _pair(seen: Evidence, row: Any) -> tuple[Any, Any]:
    hubspot_kind, quickbooks_kind = KINDS[row["entity"]]
    here = seen.hubspot(hubspot_kind).get(row["hubspot_id"])
    return here, seen.quickbooks(quickbooks_kind).get(row["quickbooks_id"])


def _is_void(invoice: Any) -> bool:
    """Nothing is written into a void any more: what people add to one stays where it is."""
    return bool(invoice.get("hs_invoice_status") == "voided")


def _at(record: Any, path: str) -> Any:
    for name in path.split("."):
        record = (record or {}).get(name)
    return record


def _fold(value: Any) -> str:
    return str(value or "").strip()


def _name(row: Any) -> str:
    return f"{row['entity']} {row['hubspot_id']}={row['quickbooks_id']}"
