"""The whole thing as an operator starts it: `manage.py up` with a sandbox."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from integration_site.environment import BASE_DIR
from tests.commands.conftest import INTEGRATION
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.slow

START_SECONDS = 60


@pytest.fixture
def sandbox():
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def environment(sandbox, tmp_path):
    made = sandbox.reset()
    hubspot, quickbooks = made["hubspot"], made["quickbooks"]
    (company,) = quickbooks["companies"]
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "integration_site.settings",
        "ENV_FILE": os.devnull,
        "DATABASE_URL": f"sqlite:///{tmp_path}/up.sqlite3",
        "ALLOW_PLAIN_HTTP": "true",
        "HUBSPOT_API_BASE": f"{sandbox.url}/hubspot",
        "HUBSPOT_CLIENT_ID": hubspot["client_id"],
        "HUBSPOT_CLIENT_SECRET": hubspot["client_secret"],
        "QUICKBOOKS_API_BASE": f"{sandbox.url}/quickbooks",
        "QUICKBOOKS_OAUTH_BASE": f"{sandbox.url}/quickbooks",
        "QUICKBOOKS_CLIENT_ID": quickbooks["client_id"],
        "QUICKBOOKS_CLIENT_SECRET": quickbooks["client_secret"],
        "HS_PORTAL": str(hubspot["portal_id"]),
        "HS_TOKEN": hubspot["access_token"],
        "HS_REFRESH": hubspot["refresh_token"],
        "QB_REALM": company["realm_id"],
        "QB_TOKEN": company["access_token"],
        "QB_REFRESH": company["refresh_token"],
    }


def manage(environment, *arguments, **more):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=120, **more
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds=START_SECONDS):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


def children_of(pid):
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children_of(int(child))]
    return found


def test_it_refuses_to_run_on_an_old_database(environment):
    ended = manage(environment, "up", "--bind", "127.0.0.1:0")

    assert ended.returncode == 2
    assert "Run manage.py migrate first." in ended.stderr


def test_web_and_worker_run_and_stop_together(environment, sandbox, tmp_path):
    assert manage(environment, "migrate", "-v0").returncode == 0
    assert manage(environment, "collectstatic", "--noinput", "-v0").returncode == 0
    properties = {"email": "ada@nordwind.example", "firstname": "Ada", "lastname": "Nord"}
    sandbox.person("hubspot", "create", "contacts", properties=properties)
    configured = manage(environment, "configure", "-", input=INTEGRATION)
    assert configured.returncode == 0, configured.stderr
    port = free_port()
    up = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--bind", f"127.0.0.1:{port}"],
        cwd=BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        with requests.Session() as session:
            session.trust_env = False

            def well():
                try:
                    answer = session.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
                except (requests.ConnectionError, requests.Timeout):
                    return None
                return answer.status_code == 200 and answer.json()

            assert wait_until(well)["worker"] == "ok"
            page = session.get(f"http://127.0.0.1:{port}/admin/login/", timeout=30)
            assert "default-src 'self'" in page.headers["Content-Security-Policy"]
            assert "ledgerline/favicon" in page.text
        wait_until(lambda: linked(tmp_path / "up.sqlite3"))
        processes = children_of(up.pid)
        assert len(processes) >= 5
        up.send_signal(signal.SIGTERM)
        out, _ = up.communicate(timeout=60)
    finally:
        up.kill()
        up.wait()

    assert up.returncode == 0
    assert out.splitlines()[-1] == "Stopped."
    assert not [pid for pid in processes if Path(f"/proc/{pid}").exists()]


def linked(database):
    connection = sqlite3.connect(database)
    try:
        query = "SELECT count(*) FROM syncapp_recordlink WHERE state = 'in_sync'"
        return connection.execute(query).fetchone()[0]
    finally:
        connection.close()
