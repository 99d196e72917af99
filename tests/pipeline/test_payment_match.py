"""When are payments of two apps one and the same?"""

from datetime import date
from decimal import Decimal

import pytest

from syncapp.engine.records import Entity, RecordRef, Side, Snapshot
from syncapp.pipeline.match.payment_match import _is_same


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [("USD", "USD", True), ("USD", None, True), (None, "USD", True), ("USD", "EUR", False)],
)
def test_only_another_currency_tells_them_apart(
    ours: str | None, theirs: str | None, *, same: bool
) -> None:
    """A company of one currency need not name it; a second booking would be the price."""
    here = Snapshot(
        RecordRef(Side.HUBSPOT, Entity.PAYMENT, "1"),
        {
            "hs_initial_amount": Decimal("50.0"),
            "hs_initiated_date": date(2026, 11, 25),
            "hs_currency_code": ours,
        },
    )
    there = Snapshot(
        RecordRef(Side.QUICKBOOKS, Entity.PAYMENT, "2/1"),
        {"Amount": Decimal("50.00"), "TxnDate": date(2026, 11, 24), "CurrencyRef": theirs},
    )
    assert _is_same(here, there) is same
