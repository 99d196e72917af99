"""docs/behaviour.md, made from the items and from the tests that name them.

python -m tests.behaviour.table > docs/behaviour.md
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.behaviour.items import ITEMS, Item

TESTS = Path(__file__).resolve().parent.parent
PAGE = TESTS.parent / "docs" / "behaviour.md"
SECTIONS = {
    "A": "Concepts", "B": "Before the start", "C": "Setting up", "D": "Records", "E": "Filters",
    "F": "Conflicts and protection", "G": "Failures", "H": "What people see", "I": "Questions",
    "J": "Limits", "L": "Easily missed",
}  # fmt: skip
INTRODUCTION = """# Behaviour

What Ledgerline does, item by item, and the tests that prove it. Made by
`python -m tests.behaviour.table`; do not edit. Evidence for an item: D documented by HubSpot for
its own integration, C documented in two ways, R reconstructed, L a reminder of another item.
"""
HEAD = "| item | evidence | what we do | proven by |\n| --- | --- | --- | --- |\n"


@dataclass(frozen=True, slots=True)
class Proof:
    file: str
    test: str

    def __str__(self) -> str:
        return f"{self.test.removeprefix('test_').replace('_', ' ')} (`{self.file}`)"


def proofs() -> dict[str, list[Proof]]:
    """By item. The files are parsed, not run: this takes a moment and needs no database."""
    found: dict[str, list[Proof]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for test, ids in _named_in(ast.parse(path.read_text(encoding="utf-8"))):
            for id_ in ids:
                proof = Proof(str(path.relative_to(TESTS)), test)
                found.setdefault(id_, []).append(proof)
    return found


def _named_in(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "item":
                yield node.name, [str(ast.literal_eval(one)) for one in mark.args]


def page(found: Mapping[str, list[Proof]]) -> str:
    chapters = []
    for letter, title in SECTIONS.items():
        rows = [_row(one, found.get(one.id, [])) for one in ITEMS.values() if one.id[0] == letter]
        chapters.append(f"\n## {letter}. {title}\n\n{HEAD}{''.join(rows)}")
    return INTRODUCTION + "".join(chapters)


def _row(one: Item, proven: list[Proof]) -> str:
    said = "; ".join(str(proof) for proof in proven)
    by = ". ".join(part for part in (one.reason.rstrip("."), said) if part)
    return f"| {one.id} | {one.evidence} | {one.says} | {by} |\n"


if __name__ == "__main__":
    sys.stdout.write(page(proofs()))
