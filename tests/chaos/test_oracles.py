"""An oracle that never objects proves nothing: each is shown a world that is not right."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.chaos.calls import Call
from tests.chaos.evidence import Evidence, unapplied
from tests.chaos.oracles import ORACLES, judge
from tests.chaos.people import Edit

REALM = "1"
NOTE = "Thank you\n[HubSpot 42/invoice/7]"


def link(entity: str, hubspot: str | None, quickbooks: str | None, **more: Any) -> dict[str, Any]:
    row = {"entity": entity, "hubspot_id": hubspot, "quickbooks_id": quickbooks}
    return {**row, "state": "in_sync", "reason": "", "sentence": "It is in sync.", **more}


def invoice(id_: str, **more: Any) -> dict[str, Any]:
    return {"Id": id_, "TotalAmt": Decimal(10), "Balance": Decimal(10), "PrivateNote": NOTE, **more}


def told(id_: str, time: str = "10:00") -> dict[str, Any]:
    row = {"entity": "invoice", "hubspot_id": "7", "quickbooks_id": id_, "time": time}
    return {**row, "action": "created", "side": "quickbooks"}


def archived(properties: dict[str, Any]) -> dict[str, Any]:
    return {"archived": False, "properties": properties}


def call(number: int, pid: int) -> Call:
    return Call(
        number, float(number), pid, "quickbooks", "POST", "/v3/company/1/invoice", "", {}, b""
    )


@pytest.fixture
def good() -> Evidence:
    """One invoice and one contact, both in sync, told and counted."""
    seller = {"hs_invoice_status": "open", "hs_amount_billed": "10", "hs_balance_due": "10"}
    world = {
        "hubspot": {
            "objects": {
                "invoices": {"7": archived({**seller, "hs_comments": "Thanks"})},
                "contacts": {"3": archived({"firstname": "Ada", "city": "Oslo"})},
            },
            "associations": {},
        },
        "quickbooks": {
            "companies": {
                REALM: {
                    "Invoice": {"9": invoice("9", CustomerMemo={"value": "Thanks"})},
                    "Customer": {"5": {"GivenName": "Ada", "BillAddr": {"City": "Oslo"}}},
                }
            }
        },
    }
    rows = [link("invoice", "7", "9"), link("contact", "3", "5")]
    counts = {"invoice": {"in_sync": 1}, "contact": {"in_sync": 1}}
    status = {"entities": counts, "needs_reconnect": [], "last_pass": None, "brake": ""}
    status |= dict.fromkeys(("open_intents", "due_rows", "pending_rows"), 0)
    exports = {"links": rows, "activity": [told("9")]}
    exports |= {what: [] for what in ("failing", "excluded", "conflicts")}
    return Evidence(
        world=world, realm=REALM, requests=[], exports=exports, status=status, edits=[], calls=[],
        undone=set(), secrets={"qb-secret-of-the-app"}, said="", dump=b"", early=[],
    )  # fmt: skip


def objections(seen: Evidence) -> set[str]:
    return {one.partition(":")[0] for one in judge(seen)}


def company(seen: Evidence) -> dict[str, Any]:
    return seen.world["quickbooks"]["companies"][REALM]


def test_nobody_objects_to_a_good_world(good: Evidence) -> None:
    assert judge(good) == []


def test_i1_sees_a_second_copy(good: Evidence) -> None:
    company(good)["Invoice"]["10"] = invoice("10")
    assert "I1" in objections(good)


def test_i1_sees_a_second_link(good: Evidence) -> None:
    good.exports["links"].append(link("invoice", "7", None))
    assert "I1" in objections(good)


def test_i2_sees_a_difference_that_is_called_in_sync(good: Evidence) -> None:
    company(good)["Customer"]["5"]["GivenName"] = "Eva"
    assert "I2" in objections(good)


def test_i2_sees_a_state_without_a_reason(good: Evidence) -> None:
    good.exports["links"].append(link("contact", "8", None, state="failing", sentence=""))
    assert "I2" in objections(good)


def test_i3_sees_a_lost_edit(good: Evidence) -> None:
    good.edits = [Edit(1, "quickbooks", "contact", "5", "firstname", "Eva")]
    assert "I3" in objections(good)


def test_i3_takes_an_edit_that_is_told(good: Evidence) -> None:
    good.edits = [Edit(1, "quickbooks", "contact", "5", "firstname", "Eva")]
    good.exports["conflicts"] = [{"hubspot": "Ada", "quickbooks": "Eva"}]
    assert objections(good) == set()


def test_i4_sees_a_write_of_a_pass_at_rest(good: Evidence) -> None:
    assert objections(replace(good, quiet_writes=["POST /invoice"])) == {"I4"}


def test_i4_sees_a_write_that_changed_nothing_but_no_refusal(good: Evidence) -> None:
    entry = {"is_write": True, "is_noop": True, "status": 207, "operation": "update",
             "vendor": "hubspot", "method": "POST", "path": "/x"}  # fmt: skip
    for ids, objected in ((["invoices/7"], {"I4"}), ([], set())):
        seen = replace(good, was_undisturbed=True, requests=[entry | {"object_ids": ids}])
        assert objections(seen) == objected


def test_i5_sees_a_cent(good: Evidence) -> None:
    company(good)["Invoice"]["9"]["TotalAmt"] = Decimal("10.01")
    assert "I5" in objections(good)


@pytest.mark.parametrize("where", ["said", "dump"])
def test_i6_sees_a_secret(good: Evidence, where: str) -> None:
    secret: Any = "a line with qb-secret-of-the-app in it"
    assert objections(replace(good, **{where: secret.encode() if where == "dump" else secret})) == {
        "I6"
    }


def test_i6_sees_a_secret_in_base64(good: Evidence) -> None:
    assert objections(replace(good, dump=b"x cWItc2VjcmV0LW9mLXRoZS1hcHA= x")) == {"I6"}


def test_i7_sees_a_record_in_no_state(good: Evidence) -> None:
    good.world["hubspot"]["objects"]["contacts"]["4"] = archived({})
    assert objections(good) == {"I7"}


def test_i9_sees_a_deleted_invoice(good: Evidence) -> None:
    entry = {"is_write": True, "is_noop": False, "status": 200, "operation": "delete"}
    names = {"vendor": "quickbooks", "object_ids": ["Invoice/9"], "method": "POST", "path": "/x"}
    assert objections(replace(good, requests=[entry | names])) == {"I9"}


def voided(query: str = "operation=void", **body: Any) -> Call:
    path = "/v3/company/1/invoice"
    text = json.dumps(body or {"Id": "9"}).encode()
    return Call(1, 1.0, 8, "quickbooks", "POST", path, query, {}, text)


def test_i9_sees_a_void_that_nobody_asked_for(good: Evidence) -> None:
    assert objections(replace(good, calls=[voided()])) == {"I9"}
    item = {"bId": "1", "operation": "update", "optionsData": "void", "Invoice": {"Id": "9"}}
    together = replace(voided(BatchItemRequest=[item]), path="/v3/company/1/batch", query="")
    assert objections(replace(good, calls=[together])) == {"I9"}
    mirror = {"id": "7", "properties": {"hs_invoice_status": "voided"}}
    path = "/crm/objects/2026-03/invoices/batch/update"
    there = replace(voided(inputs=[mirror]), vendor="hubspot", path=path, query="")
    assert objections(replace(good, calls=[there])) == {"I9"}


def test_i9_takes_a_void_that_follows_a_persons(good: Evidence) -> None:
    assert objections(replace(good, calls=[voided()], undone={("invoices", "7")})) == set()


def test_i9_sees_a_payment_that_was_archived_without_a_cause(good: Evidence) -> None:
    good.exports["links"].append(link("payment", "12", "4/9", state="excluded", reason="gone"))
    path = "/crm/objects/2026-03/commerce_payments/batch/archive"
    gone = replace(voided(inputs=[{"id": "12"}]), vendor="hubspot", path=path, query="")
    assert "I9" in objections(replace(good, calls=[gone]))
    for cause in (("Payment", "4"), ("Invoice", "9"), ("invoices", "7")):
        assert "I9" not in objections(replace(good, calls=[gone], undone={cause}))


def test_i11_sees_unrest(good: Evidence) -> None:
    assert objections(replace(good, has_rested=False)) == {"I11"}


def test_i12_sees_a_writer_that_was_overtaken(good: Evidence) -> None:
    in_turns = [call(number, pid) for number, pid in enumerate((8, 8, 9, 9))]
    assert objections(replace(good, calls=in_turns)) == set()
    mixed = [call(number, pid) for number, pid in enumerate((8, 9, 8, 8))]
    assert objections(replace(good, calls=mixed)) == {"I12"}


def test_i13_sees_a_call_in_a_pause(good: Evidence) -> None:
    assert objections(replace(good, early=["GET /x"])) == {"I13"}


def test_i15_sees_a_lost_grant(good: Evidence) -> None:
    good.status["needs_reconnect"] = ["Books"]
    assert objections(good) == {"I15"}


@pytest.mark.parametrize("entries", [0, 2])
def test_i17_sees_what_is_not_told_once(good: Evidence, entries: int) -> None:
    good.exports["activity"] = [told("9", f"10:0{number}") for number in range(entries)]
    assert objections(good) == {"I17"}


def test_i17_sees_a_copy_in_hubspot_that_nobody_told(good: Evidence) -> None:
    good.world["hubspot"]["objects"]["contacts"]["3"]["properties"]["ledgerline_key"] = "5"
    assert objections(good) == {"I17"}
    row = {"entity": "contact", "hubspot_id": "3", "quickbooks_id": "5", "time": "10:01"}
    good.exports["activity"].append({**row, "action": "created", "side": "hubspot"})
    assert objections(good) == set()


@pytest.mark.parametrize("action", ["created", "unconfirmed"])
@pytest.mark.parametrize(("original", "objected"), [("5", set()), ("6", {"I17"})])
def test_i17_takes_what_is_told_of_the_original(
    good: Evidence, original: str, objected: set[str], action: str
) -> None:
    """The person who deleted it left a copy that was never seen answered, or is another's now."""
    copy = good.world["hubspot"]["objects"]["contacts"]["3"]["properties"]
    copy["ledgerline_key"] = "9341:contact:5"
    row = {"entity": "contact", "hubspot_id": None, "quickbooks_id": original, "time": "10:01"}
    good.exports["activity"].append({**row, "action": action, "side": "hubspot"})
    assert objections(good) == objected


def test_i17_sees_a_change_that_nobody_told(good: Evidence) -> None:
    entry = {"is_write": True, "is_noop": False, "status": 200, "operation": "batch"}
    names = {"vendor": "quickbooks", "object_ids": ["Customer/5"], "method": "POST", "path": "/x"}
    assert objections(replace(good, requests=[entry | names])) == {"I17"}
    assert objections(replace(good, requests=[entry | names | {"is_noop": True}])) == set()


def test_every_oracle_is_shown_something_wrong() -> None:
    tried = {name.split("_")[1].upper() for name in globals() if name.startswith("test_i")}
    assert tried == set(ORACLES)


def test_i9_takes_a_payment_that_a_person_left_without_an_invoice() -> None:
    def payment(by: str, *lines: str) -> dict[str, Any]:
        return {"Line": list(lines), "_history": [{"by": "app 1"}, {"by": by}]}

    held = {"1": payment("Ada"), "2": payment("app 1"), "3": payment("Ada", "a line")}
    world = {"quickbooks": {"companies": {"9": {"Payment": held}}}}
    assert unapplied(world, "9") == {("Payment", "1")}
