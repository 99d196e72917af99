"""Lets a history happen in order, each deed on its own day before today."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.clock import Clock

DAY_SECONDS = 86_400


@dataclass(slots=True)
class Timeline:
    clock: Clock
    _deeds: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def at(self, days_ago: float, deed: Callable[[], object]) -> None:
        self._deeds.append((days_ago, deed))

    def happen(self) -> None:
        """Turns the clock back for each deed, oldest first, and to the present at the end."""
        try:
            for days_ago, deed in sorted(self._deeds, key=lambda one: -one[0]):
                self.clock.offset_seconds = -days_ago * DAY_SECONDS
                deed()
        finally:
            self.clock.offset_seconds = 0.0
