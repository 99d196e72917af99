"""Values for files that people open in a spreadsheet: none of them is calculated."""

from datetime import datetime
from decimal import Decimal

from syncapp.admin.record_cells import Shown

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
MARK = "\ufeff"  # without it, spreadsheets take names for another alphabet's


def safe(value: Shown) -> str:
    """Text that a spreadsheet would calculate gets an apostrophe before it; a number stays one."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
