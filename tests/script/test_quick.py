"""What `script/test --fast` leaves out."""

import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
LONG_AND_SHORT = """
import time
import pytest

def test_long(): time.sleep(0.6)
def test_short(): pass
def test_long_and_broken(): time.sleep(0.6); assert not {broken}
"""


def test_what_took_long_is_left_out_unless_it_failed(tmp_path: Path) -> None:
    examples = tmp_path / "test_examples.py"
    examples.write_text(LONG_AND_SHORT.format(broken=True))
    assert _outcome(examples, "--quick") == {"failed": 1, "passed": 2}  # nothing is known yet
    assert _outcome(examples, "--quick") == {"failed": 1, "passed": 1, "deselected": 1}
    assert _outcome(examples) == {"failed": 1, "passed": 2}
    examples.write_text(LONG_AND_SHORT.format(broken=False))
    assert _outcome(examples, "--quick") == {"passed": 2, "deselected": 1}
    assert _outcome(examples, "--quick") == {"passed": 1, "deselected": 2}


def _outcome(examples: Path, *arguments: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.quick", "-p", "no:django",
         f"--rootdir={examples.parent}", "-c", "/dev/null", "-o", f"cache_dir={examples.parent}/c",
         *arguments, str(examples)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    summary = done.stdout.splitlines()[-1]
    return {what: int(number) for number, what in re.findall(r"(\d+) (\w+)", summary)}
