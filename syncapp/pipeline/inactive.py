"""A document that names somebody or something inactive is refused, and nobody says whom."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from syncapp.engine.records import Presence, RecordRef
from syncapp.engine.writes import Fault, FaultKind, Refused, Write
from syncapp.pipeline.context import Pass
from syncapp.pipeline.labels import label_of
from syncapp.pipeline.sending import Sending


def name_them(work: Pass, sendings: Iterable[Sending]) -> None:
    """Asked for only after such a refusal, all in one go."""
    refused = [
        (one, one.answer.fault)
        for one in sendings
        if isinstance(one.answer, Refused) and _may_be_inactive(one.write, one.answer.fault)
    ]
    for side, connector in work.connectors.items():
        ours = [(one, fault) for one, fault in refused if one.write.side is side]
        named = {ref for one, _ in ours for ref in _named_by(one.write)}
        now = connector.fetch(sorted(named)) if named else {}
        off = {
            ref: label_of([one]) for ref, one in now.items() if one.presence is Presence.INACTIVE
        }
        for one, fault in ours:
            if words := [f"“{off[ref]}”" for ref in _named_by(one.write) if ref in off]:
                one.answer = Refused(_with_names(fault, words))


def _with_names(fault: Fault, words: Sequence[str]) -> Fault:
    names = ", ".join(dict.fromkeys(words))
    return replace(
        fault, kind=FaultKind.REJECTED, category="inactive_part", field=names, message=""
    )


def _may_be_inactive(write: Write, fault: Fault) -> bool:
    return fault.category in ("gone", "customer_link") or (
        fault.kind is FaultKind.GONE and write.target is None
    )


def _named_by(write: Write) -> list[RecordRef]:
    found = [value for value in write.fields.values() if isinstance(value, RecordRef)]
    for value in write.fields.values():
        if isinstance(value, tuple):
            found += [line.product for line in value if line.product is not None]
    return list(dict.fromkeys(found))
