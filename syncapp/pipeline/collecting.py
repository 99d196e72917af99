"""How often Python looks for garbage while a pass runs.

A pass makes snapshots and rows by the hundred thousand, hardly one that refers to itself: they go
when the last name of them goes. Searching them for cycles at every 700th was an eighth of its work.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG, _ROUNDS = 20_000, 50


@contextmanager
def seldom() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG, _ROUNDS, before[2])
    try:
        yield
    finally:
        gc.set_threshold(*before)
