import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.vendor_calls import Callers
from tests.sandbox_process import REPOSITORY, SandboxProcess


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "world.json"


def start_on(state: Path, port: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", "--port", port, "--state", str(state)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def first_world(state: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    with SandboxProcess(state=state) as sandbox:
        accounts = sandbox.reset()
        Callers(sandbox, accounts).create_customer("Nordwind")
        Callers(sandbox, accounts).create_contact("ada@nordwind.example")
        return accounts, sandbox.world()


def test_the_world_survives_a_restart(state: Path) -> None:
    accounts, world = first_world(state)
    with SandboxProcess(state=state) as sandbox:
        assert sandbox.world() == world
        assert Callers(sandbox, accounts).customer_names() == {"Nordwind"}
        assert len(Callers(sandbox, accounts).list_contacts().json()["results"]) == 1


def test_options_and_the_clock_survive_a_restart(state: Path) -> None:
    with SandboxProcess(state=state) as sandbox:
        sandbox.options(rate_limits=True, hubspot={"time_scale": 20})
        before = sandbox.advance(86_400)
    with SandboxProcess(state=state) as sandbox:
        assert sandbox.options()["rate_limits"] is True
        assert sandbox.options()["hubspot"]["time_scale"] == 20
        assert sandbox.advance(0) > before


def test_a_change_is_in_the_file_shortly_after_it_was_made(state: Path) -> None:
    with SandboxProcess(state=state) as sandbox:
        accounts = sandbox.reset()
        Callers(sandbox, accounts).create_customer("Nordwind")
        patience = time.monotonic() + 5
        while "Nordwind" not in state.read_text() and time.monotonic() < patience:
            time.sleep(0.05)
        sandbox.stop(signal.SIGKILL)
    with SandboxProcess(state=state) as sandbox:
        assert Callers(sandbox, accounts).customer_names() == {"Nordwind"}


def test_amounts_come_back_to_the_last_digit(state: Path) -> None:
    with SandboxProcess(state=state) as sandbox:
        callers = Callers(sandbox, sandbox.reset())
        item = {"Name": "Tenth", "Type": "Service", "UnitPrice": "0.10"}
        callers.quickbooks("POST", f"{callers.company_path}/item", item)
        before = sandbox.world()
    with SandboxProcess(state=state) as sandbox:
        assert repr(sandbox.world()) == repr(before)


def test_it_ends_cleanly_when_told_to(state: Path) -> None:
    sandbox = SandboxProcess(state=state).start()
    assert sandbox.stop(signal.SIGINT) == 0
    assert list(state.parent.iterdir()) == [state]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"format": "ledgerline sandbox wor', "it does not hold complete JSON"),
        ("", "it does not hold complete JSON"),
        ('{"name": "package"}', "it was not written by this sandbox"),
        ('{"format": "ledgerline sandbox world", "format_version": 99}', "it has format 99"),
        (
            '{"format": "ledgerline sandbox world", "format_version": 1, "world": {}}',
            "its content does not fit",
        ),
    ],
)
def test_a_file_it_cannot_use_stops_it_and_stays_as_it_is(
    state: Path, content: str, complaint: str
) -> None:
    state.write_text(content)
    ended = start_on(state)
    assert ended.returncode == 2
    assert complaint in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert state.read_text() == content


def test_a_half_written_world_stops_it(state: Path) -> None:
    first_world(state)
    half = state.read_text()[: state.stat().st_size // 2]
    state.write_text(half)
    ended = start_on(state)
    assert (ended.returncode, state.read_text()) == (2, half)
    assert "move it away or name another file with --state" in ended.stderr


def test_a_path_it_cannot_write_stops_it(tmp_path: Path) -> None:
    ended = start_on(tmp_path / "missing" / "world.json")
    assert ended.returncode == 2
    assert "cannot be used" in ended.stderr


def test_a_port_in_use_stops_it(sandbox: SandboxProcess, state: Path) -> None:
    port = sandbox.url.rpartition(":")[2]
    ended = start_on(state, port)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"Cannot listen on 127.0.0.1:{port}: ")
    assert not state.exists()
