import ctypes
from typing import Any

import pytest

from syncapp.pipeline import arenas


class Library:
    """A C library, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def mallopt(self, option: int, value: int) -> int:
        self.asked.append((option, value))
        return 1


def test_threads_share_two_arenas(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    arenas.share()
    assert library.asked == [(-8, 2)]


def test_a_c_library_without_arenas_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(_name: Any) -> object:
        return object()

    monkeypatch.setattr(ctypes, "CDLL", without)
    arenas.share()
