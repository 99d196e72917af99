"""Says which item of the behaviour list a test proves.

    @item("D13")
    def test_a_finalized_invoice_is_booked(trade): ...

The test's name is the sentence that stands beside the item in docs/behaviour.md.
"""

from collections.abc import Callable

import pytest

Test = Callable[..., None]


def item(*ids: str) -> Callable[[Test], Test]:
    """Letter and number as in the list, one test may prove several: `item("F6", "F7")`."""
    return pytest.mark.item(*ids)
