"""Which links a pass has done something to: of a large load nearly all, so that each takes a bit
and not the seventy bytes of a number in a set."""

from collections.abc import Iterable

_BLOCK = 1024


class Counted:
    def __init__(self) -> None:
        self._bits: dict[int, int] = {}  # of each block of so many ids
        self._number = 0

    def add(self, ids: Iterable[int]) -> None:
        for id in ids:
            if id not in self:
                self._bits[id // _BLOCK] = self._bits.get(id // _BLOCK, 0) | _bit(id)
                self._number += 1

    def __contains__(self, id: int) -> bool:
        return bool(self._bits.get(id // _BLOCK, 0) & _bit(id))

    def __len__(self) -> int:
        return self._number


def _bit(id: int) -> int:
    return 1 << (id % _BLOCK)
