import json
import os
import subprocess
import sys

import pytest

from tests.connectors.scripted_server import ScriptedServer, answer
from tests.sandbox_process import REPOSITORY

LOCK = """\
safe-one==1.0 \\
    --hash=sha256:aa
weak-one==2.0 ; python_version < '4' \\
    --hash=sha256:bb
"""


@pytest.fixture
def audit(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text(LOCK)

    def run(service):
        return subprocess.run(
            [REPOSITORY / "script" / "audit", lock],
            env={**os.environ, "AUDIT_SERVICE": service, "PYTHON": sys.executable},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def told(*results):
    return answer(200, json.dumps({"results": results}).encode())


def test_a_known_weakness_is_named_and_fails(audit):
    with ScriptedServer() as service:
        service.script = [told({}, {"vulns": [{"id": "PYSEC-2026-1"}, {"id": "CVE-2026-2"}]})]
        ended = audit(service.url)
        (asked,) = service.asked

    assert ended.returncode == 1
    assert "weak-one 2.0: PYSEC-2026-1, CVE-2026-2" in ended.stdout
    assert json.loads(asked.body)["queries"] == [
        {"package": {"name": "safe-one", "ecosystem": "PyPI"}, "version": "1.0"},
        {"package": {"name": "weak-one", "ecosystem": "PyPI"}, "version": "2.0"},
    ]


def test_where_none_is_known_it_is_well(audit):
    with ScriptedServer() as service:
        service.script = [told({}, {})]
        ended = audit(service.url)

    assert (ended.returncode, "2 packages, none" in ended.stdout) == (0, True)


@pytest.mark.parametrize("reply", [answer(503), answer(200, b"<html>"), told({})])
def test_a_service_that_does_not_answer_is_a_plain_skip(audit, reply):
    with ScriptedServer() as service:
        service.script = [reply]
        ended = audit(service.url)

    assert (ended.returncode, "skipped" in ended.stdout) == (3, True)


def test_nobody_at_all_is_a_plain_skip(audit):
    ended = audit("http://127.0.0.1:1")

    assert (ended.returncode, "skipped" in ended.stdout) == (3, True)
