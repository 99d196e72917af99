"""The behaviour list as data: what we do about each item, in our own words.

Evidence tells how sure the item itself is: D documented by the vendor of the product we follow, C
documented in two ways that disagree, R reconstructed. An item without a test says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.behaviour.items_documents import DOCUMENTS
from tests.behaviour.items_edges import EDGES
from tests.behaviour.items_setup import SETUP


@dataclass(frozen=True, slots=True)
class Item:
    """`reason`: why no test stands beside it."""

    id: str
    evidence: str
    says: str
    reason: str = ""

    @property
    def must_be_proven(self) -> bool:
        return self.evidence in ("D", "C") and self.id[0] in "ABCDEFGHIJ" and not self.reason


def _items() -> Iterator[Item]:
    for rows in (SETUP, DOCUMENTS, EDGES):
        for id_, evidence, says, *reason in rows:
            yield Item(id_, evidence, says, *reason)


ITEMS = {one.id: one for one in _items()}
