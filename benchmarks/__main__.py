"""`./script/bench [--quick] [--only calls,idle]`: runs the benchmarks, ends with 1 on a FAIL."""

import argparse
import importlib
import os
import sys
import time
import traceback

from benchmarks.report import Report

# each a module with `run(report, quick=…)`
BENCHMARKS = {
    "calls": "calls",
    "idle": "idle",
    "local": "local",
    "queue": "queue",
    "faults": "faults",
    "growth": "growth",
    "peers": "compared",
    "limits": "limits",
    "freshness": "freshness",
    "webhooks": "webhooks",
    "pages": "pages",
}


def main() -> int:
    asked = _arguments()
    report = Report()
    for name in asked.only or BENCHMARKS:
        print(f"== {name}", flush=True)
        started, computed = time.perf_counter(), _computed()
        try:
            importlib.import_module(f"benchmarks.{BENCHMARKS[name]}").run(report, quick=asked.quick)
        except Exception:  # noqa: BLE001  half an hour of others must not be lost with it
            report.broke_off(name, traceback.format_exc(limit=-3))
        took = time.perf_counter() - started
        report.note(f"{name}: {took:.0f} s, {_computed() - computed:.0f} s of processors")
    if report.failed:
        print(f"{len(report.failed)} not met: {', '.join(report.failed)}")
    return 1 if report.failed else 0


def _computed() -> float:
    """By this process and all that it started, in seconds: what a busy machine does not change."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, under three minutes")
    parser.add_argument("--only", type=lambda text: text.split(","), help="these, with commas")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
