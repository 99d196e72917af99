import pytest

from tests.sandbox_process import ControlError, SandboxProcess


def grown(sandbox: SandboxProcess, side: str, **counts: int) -> dict:
    volume = {"side": side, "contacts": 3, "products": 4, "invoices": 6, "payments": 2, **counts}
    answer = sandbox.call("POST", "/control/reset", json={"seed": "volume", "volume": volume})
    if answer.status_code != 200:
        raise ControlError(answer.json()["message"])
    return sandbox.world()


def test_a_volume_is_as_large_as_was_asked_on_its_side(sandbox: SandboxProcess) -> None:
    hubspot = grown(sandbox, "hubspot")["hubspot"]["objects"]
    kinds = "contacts", "products", "invoices", "line_items", "commerce_payments"
    assert [len(hubspot[kind]) for kind in kinds] == [3, 4, 6, 18, 2]
    paid = [one["properties"]["hs_invoice_status"] for one in hubspot["invoices"].values()]
    assert paid.count("paid") == 2


def test_a_volume_in_the_books_leaves_hubspot_empty(sandbox: SandboxProcess) -> None:
    world = grown(sandbox, "quickbooks")
    (company,) = world["quickbooks"]["companies"].values()
    assert (len(company["Customer"]), len(company["Invoice"]), len(company["Payment"])) == (3, 6, 2)
    assert not world["hubspot"]["objects"].get("invoices")


def test_every_record_of_a_volume_has_a_time_of_its_own(sandbox: SandboxProcess) -> None:
    (company,) = grown(sandbox, "quickbooks")["quickbooks"]["companies"].values()
    times = [one["MetaData"]["CreateTime"] for one in company["Invoice"].values()]
    assert times == sorted(set(times))


def test_more_payments_than_invoices_are_refused(sandbox: SandboxProcess) -> None:
    with pytest.raises(ControlError, match="paid once"):
        grown(sandbox, "hubspot", payments=7)
