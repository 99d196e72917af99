import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from tests.sandbox.vendor_calls import Callers
from tests.sandbox_process import ControlError, SandboxProcess


def test_a_reset_answers_the_credentials_of_both_accounts(reset: dict[str, Any]) -> None:
    hubspot, quickbooks = reset["hubspot"], reset["quickbooks"]
    assert {"client_id", "client_secret", "portal_id", "access_token", "refresh_token"} <= set(
        hubspot
    )
    assert {"client_id", "client_secret", "webhook_token", "companies"} <= set(quickbooks)
    assert {"realm_id", "access_token", "refresh_token"} <= set(quickbooks["companies"][0])


def test_a_reset_forgets_records_requests_options_faults_and_the_clock(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    callers.create_contact("ada@nordwind.example")
    sandbox.options(rate_limits=True, latency_ms=3)
    sandbox.fault("status", status=500)
    later = datetime.fromisoformat(sandbox.advance(86_400))
    fresh = Callers(sandbox, sandbox.reset())
    assert sandbox.requests()["total"] == 0
    assert fresh.list_contacts().json()["results"] == []
    assert sandbox.options()["rate_limits"] is False
    assert sandbox.options()["latency_ms"] == 0
    assert sandbox.faults() == []
    assert (later - datetime.fromisoformat(sandbox.advance(0))).total_seconds() > 86_000


def test_the_request_log_counts_calls_and_writes_by_vendor_and_endpoint(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    callers.create_contact("ada@nordwind.example")
    callers.create_contact("ada@nordwind.example")  # refused, so not a write
    callers.list_contacts()
    callers.create_customer("Nordwind")
    log = sandbox.requests()
    assert log["total"] == 4
    assert log["writes"] == 2
    assert log["by_vendor"] == {"hubspot": 3, "quickbooks": 1}
    assert log["by_endpoint"]["POST /crm/v3/objects/contacts"] == 2
    assert log["by_endpoint"]["GET /crm/v3/objects/contacts"] == 1


def test_the_request_log_lists_its_entries_when_asked(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    contact = callers.create_contact("ada@nordwind.example").json()
    callers.create_contact("ada@nordwind.example")
    first, second = sandbox.requests(entries=True)["entries"]
    assert (first["number"], first["status"], first["method"]) == (1, 201, "POST")
    assert first["path"] == "/crm/v3/objects/contacts"
    assert first["object_ids"] == [f"contacts/{contact['id']}"]
    assert first["is_write"]
    assert not first["is_noop"]
    assert first["credential"]
    assert first["request_id"]
    assert datetime.fromisoformat(first["time"]) <= datetime.fromisoformat(second["time"])
    assert (second["number"], second["status"]) == (2, 409)


def test_the_request_log_can_be_emptied(sandbox: SandboxProcess, callers: Callers) -> None:
    callers.list_contacts()
    sandbox.forget_requests()
    assert sandbox.requests() == {
        "total": 0,
        "writes": 0,
        "by_vendor": {"hubspot": 0, "quickbooks": 0},
        "by_endpoint": {},
    }


def test_oauth_calls_are_not_writes(sandbox: SandboxProcess, reset: dict[str, Any]) -> None:
    hubspot = reset["hubspot"]
    form = {name: hubspot[name] for name in ("client_id", "client_secret", "refresh_token")}
    answer = sandbox.call(
        "POST", "/hubspot/oauth/v1/token", data=form | {"grant_type": "refresh_token"}
    )
    assert answer.status_code == 200
    assert sandbox.requests()["total"] == 1
    assert sandbox.requests()["writes"] == 0


def test_the_world_shows_the_records_of_both_vendors(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    callers.create_contact("ada@nordwind.example")
    callers.create_customer("Acme")
    world = sandbox.world()
    assert "ada@nordwind.example" in str(world["hubspot"])
    assert "Acme" in str(world["quickbooks"])


def test_the_clock_moves_the_time_of_new_records(sandbox: SandboxProcess, callers: Callers) -> None:
    before = callers.create_contact("ada@nordwind.example").json()["createdAt"]
    sandbox.advance(600)
    after = callers.create_contact("ben@nordwind.example").json()["createdAt"]
    passed = datetime.fromisoformat(after) - datetime.fromisoformat(before)
    assert 600 <= passed.total_seconds() < 620


def test_latency_and_service_time_delay_the_answer_of_one_vendor(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    sandbox.options(latency_ms=40, quickbooks={"service_time_ms": {"call": 60, "item": 100}})
    assert _seconds(callers.customer_names) >= 0.2
    assert 0.04 <= _seconds(callers.list_contacts) < 0.2


def test_a_time_scale_shortens_delays(sandbox: SandboxProcess, callers: Callers) -> None:
    slow = {"call": 10_000}
    sandbox.options(hubspot={"time_scale": 100, "service_time_ms": slow})
    assert 0.1 <= _seconds(callers.list_contacts) < 2


def test_calls_that_wait_do_not_hold_up_others(sandbox: SandboxProcess, callers: Callers) -> None:
    sandbox.fault("slow", vendor="hubspot", seconds=0.5, times=1)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(_seconds, callers.list_contacts)
        while not sandbox.requests()["total"]:
            time.sleep(0.01)
        assert _seconds(callers.customer_names) < 0.4
        assert waiting.result() >= 0.5


def test_rate_limits_bind_only_when_switched_on(sandbox: SandboxProcess, callers: Callers) -> None:
    search = ("POST", "/hubspot/crm/v3/objects/contacts/search", {"filterGroups": []})
    assert {callers.hubspot(*search).status_code for _ in range(8)} == {200}
    sandbox.options(rate_limits=True)
    assert 429 in [callers.hubspot(*search).status_code for _ in range(8)]


@pytest.mark.parametrize(
    ("patch", "complaint"),
    [
        ({"speed": 3}, "There is no option speed."),
        ({"rate_limits": 1}, "rate_limits must be true or false."),
        ({"latency_ms": -1}, "latency_ms must lie between 0"),
        ({"hubspot": {"time_scale": "fast"}}, "time_scale must be a number."),
        ({"hubspot": {"service_time_ms": {"row": 1}}}, "service_time_ms is an object like"),
        ({"quickbooks": {"webhook_shape": "new"}}, "webhook_shape is one of cloudevents, old."),
        ({"hubspot": {"no_such_switch": 1}}, "no_such_switch"),
        ({"quickbooks": 7}, "The options of quickbooks must be a JSON object."),
    ],
)
def test_options_that_do_not_exist_are_refused(
    sandbox: SandboxProcess, reset: dict[str, Any], patch: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ControlError, match=complaint):
        sandbox.options(**patch)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "complaint"),
    [
        ("POST", "reset", '{"seed": "acme"}', 400, '"seed" of a reset is one of empty'),
        ("POST", "reset", "{", 400, "The body is not JSON."),
        ("POST", "clock", "[]", 400, "The body must be a JSON object."),
        ("POST", "clock", "{}", 400, 'A clock change needs "advance_seconds".'),
        ("POST", "person", '{"vendor": "sap", "action": "edit"}', 400, "one of hubspot"),
        ("POST", "person", '{"vendor": "hubspot"}', 400, 'A person\'s edit needs "action".'),
        ("GET", "nowhere", "", 404, "There is no control path /nowhere."),
        ("PUT", "world", "", 405, "/world takes GET, not PUT."),
    ],
)
def test_malformed_control_requests_are_answered_with_a_sentence(
    sandbox: SandboxProcess, method: str, path: str, body: str, status: int, complaint: str
) -> None:
    answer = sandbox.call(method, f"/control/{path}", data=body)
    assert answer.status_code == status
    assert complaint in answer.json()["message"]


def test_a_person_edits_without_the_api(sandbox: SandboxProcess, callers: Callers) -> None:
    contact = callers.create_contact("ada@nordwind.example").json()
    sandbox.forget_requests()
    sandbox.person(
        "hubspot", "edit", "contacts", contact["id"], properties={"firstname": "Augusta"}
    )
    path = f"/hubspot/crm/v3/objects/contacts/{contact['id']}?properties=firstname"
    assert callers.hubspot("GET", path).json()["properties"]["firstname"] == "Augusta"
    assert sandbox.requests()["writes"] == 0


def test_an_edit_the_app_would_not_let_a_person_make_is_refused(
    sandbox: SandboxProcess, reset: dict[str, Any]
) -> None:
    with pytest.raises(ControlError):
        sandbox.person("hubspot", "edit", "contacts", "999999", properties={"firstname": "Nobody"})


def _seconds(call: Any) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
