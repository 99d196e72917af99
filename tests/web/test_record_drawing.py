"""What stands in a record is other people's text, in whatever cell it ends up."""

import pytest
from django.utils.safestring import mark_safe

from syncapp.admin.record_cells import Cell
from syncapp.admin.record_drawing import drawn

HOSTILE = '"><script>alert(1)</script>'
ICON = mark_safe("<svg></svg>")


@pytest.mark.parametrize(
    "cell",
    [
        Cell("sentence", HOSTILE),
        Cell(HOSTILE, None, "empty"),
        Cell("hubspot_id", HOSTILE, "app", url=HOSTILE, hint=HOSTILE),
        Cell("state", HOSTILE, "state", unit=HOSTILE),
        Cell("since", HOSTILE, "time"),
        Cell("amount", HOSTILE, "amount", unit=HOSTILE),
    ],
    ids=lambda cell: cell.kind,
)
def test_no_cell_lets_markup_through(cell: Cell) -> None:
    shown = drawn([cell], ICON)
    assert "<script>" not in shown
    assert shown.count("<svg>") == (cell.kind == "app")
