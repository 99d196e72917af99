import pytest
from requests import ConnectionError as NoAnswer
from requests import JSONDecodeError, Timeout

from tests.sandbox.vendor_calls import CONTACTS, Callers
from tests.sandbox_process import ControlError, SandboxProcess

EMAIL = "ada@nordwind.example"


def contact_count(callers: Callers) -> int:
    return len(callers.list_contacts().json()["results"])


def test_a_status_fault_answers_in_place_of_the_vendor(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    sandbox.fault("status", status=503, headers={"Retry-After": "7"}, body={"why": 1.5}, times=1)
    answer = callers.create_contact(EMAIL)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert answer.json() == {"why": 1.5}
    assert contact_count(callers) == 0


@pytest.mark.parametrize(
    ("vendor", "expected"),
    [("hubspot", "TEN_SECONDLY_ROLLING"), ("quickbooks", "ThrottleExceeded")],
)
def test_a_status_fault_without_a_body_speaks_as_the_vendor(
    sandbox: SandboxProcess, callers: Callers, vendor: str, expected: str
) -> None:
    sandbox.fault("status", vendor=vendor, status=429)
    call = callers.list_contacts if vendor == "hubspot" else lambda: callers.create_customer("Acme")
    answer = call()
    assert answer.status_code == 429
    assert expected in answer.text


def test_a_connection_dropped_after_the_commit_leaves_the_record(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    sandbox.fault("drop_after_commit", method="POST", times=1)
    with pytest.raises(NoAnswer):
        callers.create_contact(EMAIL)
    assert contact_count(callers) == 1
    assert sandbox.requests()["writes"] == 1


def test_a_connection_dropped_before_the_commit_leaves_nothing(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    sandbox.fault("drop_before_commit", method="POST", times=1)
    with pytest.raises(NoAnswer):
        callers.create_contact(EMAIL)
    assert contact_count(callers) == 0
    assert sandbox.requests()["writes"] == 0


def test_a_timeout_stays_silent_and_changes_nothing(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    sandbox.fault("timeout", seconds=1.5, times=1)
    with pytest.raises(Timeout):
        sandbox.call("POST", CONTACTS, timeout=0.3, json={"properties": {"email": EMAIL}})
    assert contact_count(callers) == 0


def test_a_slow_call_commits_at_once_and_answers_late(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    sandbox.fault("slow", method="POST", seconds=0.4, times=1)
    answer = callers.create_contact(EMAIL)
    assert answer.status_code == 201
    assert answer.elapsed.total_seconds() >= 0.4


def test_a_malformed_answer_is_no_json_although_the_call_was_carried_out(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    sandbox.fault("malformed", method="POST", times=1)
    answer = callers.create_contact(EMAIL)
    assert answer.status_code == 201
    with pytest.raises(JSONDecodeError):
        answer.json()
    assert contact_count(callers) == 1


def test_a_fault_strikes_only_the_vendor_method_and_path_it_names(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    sandbox.fault("status", vendor="hubspot", method="POST", path=r"/contacts$", status=500)
    assert callers.list_contacts().status_code == 200
    assert callers.create_customer("Acme").status_code == 200
    search = callers.hubspot("POST", f"{CONTACTS}/search", {"filterGroups": []})
    assert search.status_code == 200
    assert callers.create_contact(EMAIL).status_code == 500


def test_a_path_may_be_given_with_the_vendor_prefix(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    sandbox.fault("status", path="^/hubspot/crm", status=502)
    assert callers.list_contacts().status_code == 502


def test_a_fault_ends_after_its_times_and_counts_how_often_it_fired(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    number = sandbox.fault("status", status=500, times=2)
    statuses = [callers.list_contacts().status_code for _ in range(4)]
    assert statuses == [500, 500, 200, 200]
    (listed,) = sandbox.faults()
    assert (listed["id"], listed["fired"]) == (number, 2)


def test_a_probability_strikes_the_same_calls_for_the_same_seed(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    def struck() -> list[int]:
        sandbox.fault("status", status=500, probability=0.5, seed=7)
        statuses = [callers.list_contacts().status_code for _ in range(20)]
        sandbox.clear_faults()
        return statuses

    first = struck()
    assert set(first) == {200, 500}
    assert struck() == first


def test_clearing_faults_ends_them(sandbox: SandboxProcess, callers: Callers) -> None:
    sandbox.fault("status", status=500)
    sandbox.clear_faults()
    assert callers.list_contacts().status_code == 200
    assert sandbox.faults() == []


def test_the_log_tells_which_calls_a_fault_struck(
    sandbox: SandboxProcess, callers: Callers
) -> None:
    callers.list_contacts()
    sandbox.fault("status", status=500, times=1)
    callers.list_contacts()
    first, second = sandbox.requests(entries=True)["entries"]
    assert (first["fault"], first["status"]) == ("", 200)
    assert (second["fault"], second["status"]) == ("status", 500)
    assert first["endpoint"] == second["endpoint"]
    assert first["credential"] == second["credential"]


@pytest.mark.parametrize(
    ("plan", "complaint"),
    [
        ({"kind": "explode"}, "one of status, timeout"),
        ({"kind": "status", "path": "("}, "not a regular expression"),
        ({"kind": "status", "status": 900}, "from 100 to 599"),
        ({"kind": "status", "times": 0}, '"times" of a fault'),
        ({"kind": "status", "probability": 2}, "between 0 and 1"),
        ({"kind": "status", "vendor": "sap"}, '"vendor" of a fault'),
        ({"kind": "status", "colour": "red"}, "A fault has no field colour."),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    sandbox: SandboxProcess, plan: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ControlError, match=complaint):
        sandbox.fault(**plan)  # type: ignore[arg-type]
