"""A load is done by many passes, each of which ends after a minute."""

import pytest

from syncapp.models import Integration
from syncapp.pipeline import worklist
from syncapp.pipeline.process import sync
from tests.pipeline.loads import PAYMENTS, Load
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("side", ["hubspot", "quickbooks"])
def test_a_load_in_slices_gets_to_its_payments(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    """The next slice is shown what the last ones have written, before anything of the load. An
    invoice that waits for its payments is no news: they would never have their turn."""
    monkeypatch.setattr(worklist, "HELPING", 10)
    load = Load(sandbox, side)
    other = "Payment" if side == "hubspot" else "commerce_payments"
    payments = load.quickbooks if side == "hubspot" else load.hubspot
    for _ in range(24):
        sync(Integration.objects.get(), trigger="schedule", seconds=0)
        if len(payments(other)) == PAYMENTS:
            break
    assert len(payments(other)) == PAYMENTS
    load.sync()
