"""Finding the partner of an unlinked record: none, exactly one, or a question for a person."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from syncapp.engine.compare import fold
from syncapp.engine.records import RecordRef, Snapshot
from syncapp.engine.rules import MatchKey, SyncRule


@dataclass(frozen=True, slots=True)
class Match:
    """`partner` alone: exactly one. `candidates`: ambiguous. Neither: nobody has this key."""

    partner: RecordRef | None = None
    candidates: tuple[RecordRef, ...] = ()
    key: str = ""

    @property
    def is_ambiguous(self) -> bool:
        return bool(self.candidates)


def match(
    record: Snapshot,
    candidates: Collection[Snapshot],
    keys: Sequence[MatchKey],
    taken: Mapping[RecordRef, RecordRef],
) -> Match:
    """The first key that finds anybody decides. `taken` are candidates with a partner already:
    a record with their key is a double, which only a person can sort out."""
    for key in keys:
        wanted = fold_key(key, record)
        if wanted is None:
            continue
        found = sorted(
            {one.ref for one in candidates if one.is_live and fold_key(key, one) == wanted}
        )
        if not found:
            continue
        free = [ref for ref in found if ref not in taken]
        if len(found) == 1 and free:
            return Match(partner=free[0], key=str(wanted))
        return Match(candidates=tuple(found), key=str(wanted))
    return Match()


_LONGEST_KEY = 200


def key_text(keys: Sequence[MatchKey], record: Snapshot) -> str:
    """The first key that the record has, as a text that is the same on both sides; to be stored
    and looked up. Empty for a record that nobody can recognise."""
    for key in keys:
        value = fold_key(key, record)
        if value is not None:
            text = f"{key.hubspot}={key.quickbooks}:{value}"
            if len(text) <= _LONGEST_KEY:
                return text
            return hashlib.sha256(text.encode()).hexdigest()
    return ""


def known_by(rule: SyncRule, record: Snapshot) -> str:
    """Empty for one that nobody may be linked to by key, such as a deleted one."""
    return key_text(rule.match_keys, record) if rule.special.may_match(record) else ""


def doubles(records: Iterable[Snapshot], keys: Sequence[MatchKey]) -> dict[RecordRef, RecordRef]:
    """Records of one side that share a key with an earlier one (by id): record -> the first.

    Only the first may create or match; the others would become a second record of the same key.
    """
    seen: dict[Hashable, RecordRef] = {}
    later: dict[RecordRef, RecordRef] = {}
    for record in sorted(records, key=lambda one: age(one.ref)):
        for key in keys:
            value = fold_key(key, record)
            if value is None:
                continue
            first = seen.setdefault((key, value), record.ref)
            if first != record.ref:
                later[record.ref] = first
            break
    return later


def mutual(matches: Mapping[RecordRef, Match]) -> dict[RecordRef, Match]:
    """Matches of both sides seen together: of several records that want the same partner none
    gets it, and nobody gets a partner who is in doubt himself."""
    wanted: dict[RecordRef, list[RecordRef]] = defaultdict(list)
    for ref, found in matches.items():
        if found.partner is not None:
            wanted[found.partner].append(ref)
    result = dict(matches)
    for partner, suitors in wanted.items():
        own = matches.get(partner, Match())
        if len(suitors) > 1 or own.is_ambiguous:
            for suitor in suitors:
                key = matches[suitor].key
                rivals = tuple(one for one in suitors if one != suitor)
                result[suitor] = Match(candidates=(partner, *rivals), key=key)
    return result


def fold_key(key: MatchKey, record: Snapshot) -> Hashable:
    return fold(key.kind, record.get(key.field(record.ref.side)))


def age(ref: RecordRef) -> tuple[int, str]:
    """Ids count upwards at both vendors; longer is younger."""
    return (len(ref.id), ref.id)
