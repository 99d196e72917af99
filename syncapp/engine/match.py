"""Finding the partner of an unlinked record: none, exactly one, or a question for a person."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from syncapp.engine.compare import fold
from syncapp.engine.records import RecordRef, Snapshot
from syncapp.engine.rules import MatchKey


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


def doubles(records: Iterable[Snapshot], keys: Sequence[MatchKey]) -> dict[RecordRef, RecordRef]:
    """Records of one side that share a key with an earlier one (by id): record -> the first.

    Only the first may create or match; the others would become a second record of the same key.
    """
    seen: dict[Hashable, RecordRef] = {}
    later: dict[RecordRef, RecordRef] = {}
    for record in sorted(records, key=_age):
        for key in keys:
            value = fold_key(key, record)
            if value is None:
                continue
            first = seen.setdefault((key, value), record.ref)
            if first != record.ref:
                later[record.ref] = first
            break
    return later


def by_candidate(matches: Mapping[RecordRef, Match]) -> dict[RecordRef, list[RecordRef]]:
    """Who wants whom: two records with the same single partner are ambiguous as well."""
    wanted: dict[RecordRef, list[RecordRef]] = defaultdict(list)
    for ref, found in matches.items():
        if found.partner is not None:
            wanted[found.partner].append(ref)
    return wanted


def fold_key(key: MatchKey, record: Snapshot) -> Hashable:
    return fold(key.kind, record.get(key.field(record.ref.side)))


def _age(record: Snapshot) -> tuple[int, str]:
    """Ids count upwards at both vendors; longer is younger."""
    return (len(record.ref.id), record.ref.id)
