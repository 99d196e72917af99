"""What a benchmark prints: one line for each ratio, and whether it holds."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.installation import Measured


@dataclass(slots=True)
class Report:
    """`loads`: what loads of this run took, and their calls, by side and invoices: the larger ones
    are not done twice."""

    failed: list[str] = field(default_factory=list)
    loads: dict[tuple[str, int], tuple[Measured, int]] = field(default_factory=dict)

    def ratio(self, scenario: str, ours: float, ref: float, bar: float) -> None:
        """At most: the fewer the better."""
        self._line(scenario, ours, ref, bar, ours <= ref * bar)

    def gain(self, scenario: str, ours: float, ref: float, bar: float) -> None:
        """At least: so many times fewer or faster than the other one."""
        self._line(scenario, ours, ref, bar, ref >= ours * bar, ref / max(ours, 1e-9))

    def value(self, scenario: str, ours: float, bar: float) -> None:
        """A figure that has a bar of its own."""
        self._line(scenario, ours, bar, 1.0, ours <= bar)

    def between(self, scenario: str, ours: float, least: float, most: float) -> None:
        self._line(scenario, ours, 1.0, most, least <= ours <= most)

    def skipped(self, scenario: str, why: str) -> None:
        print(f"SKIP  {scenario} {why}", flush=True)

    def broke_off(self, scenario: str, why: str) -> None:
        self.failed.append(f"{scenario} broke off")
        print(f"BROKE OFF {scenario}\n{why}", flush=True)

    def note(self, text: str) -> None:
        print(f"      {text}", flush=True)

    def _line(
        self,
        scenario: str,
        ours: float,
        ref: float,
        bar: float,
        holds: bool,  # noqa: FBT001
        ratio: float | None = None,
    ) -> None:
        ratio = ours / ref if ratio is None and ref else ratio or 0.0
        verdict = "PASS" if holds else "FAIL"
        if not holds:
            self.failed.append(scenario)
        figures = f"ours={ours:.4g} ref={ref:.4g} ratio={ratio:.3f} bar={bar:g}"
        print(f"RATIO {scenario} {figures} {verdict}", flush=True)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
