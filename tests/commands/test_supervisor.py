import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from integration_site.environment import BASE_DIR

pytestmark = pytest.mark.slow

# The supervisor itself, with two commands of the test in place of gunicorn and qcluster.
PROGRAM = """
import os, sys
import django
django.setup()
from syncapp.management.supervisor import Supervisor
Supervisor(
    {"first": [sys.executable, "-c", sys.argv[1]], "second": [sys.executable, "-c", sys.argv[2]]},
    say=lambda sentence: os.write(1, f"{sentence}\\n".encode()),
).run()
"""
WAITS = """
import os, signal, sys, time
def told(*_):
    time.sleep(0.3)
    os.write(1, f"finished {os.getpid()}\\n".encode())
    sys.exit(0)
signal.signal(signal.SIGTERM, told)
os.write(1, f"started {os.getpid()} {os.getpgid(0)} {os.getsid(0)}\\n".encode())
time.sleep(60)
"""
DIES_AT_ONCE = "import os; os.write(1, b'hello\\n'); raise SystemExit(3)"


@pytest.fixture
def supervise():
    running = []

    def start(first, second):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, first, second],
            cwd=BASE_DIR,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def lines_until(process, condition, seconds=20):
    found = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found.append(process.stdout.readline().strip())
        if condition(found):
            return found
    raise AssertionError(f"did not happen: {found}")


def started(lines):
    return [line.split()[1:] for line in lines if line.startswith("started")]


def test_children_have_sessions_of_their_own_and_end_gracefully(supervise):
    process = supervise(WAITS, WAITS)
    lines = lines_until(process, lambda found: len(started(found)) == 2)

    process.send_signal(signal.SIGINT)
    rest = process.stdout.read()

    assert process.wait(timeout=20) == 0
    for pid, group, session in started(lines):
        assert pid == group == session
        assert f"finished {pid}" in rest


def test_a_child_that_dies_is_started_again(supervise):
    process = supervise(WAITS, WAITS)
    lines = lines_until(process, lambda found: len(started(found)) == 2)
    first = int(started(lines)[0][0])

    os.kill(first, signal.SIGKILL)
    lines = lines_until(process, lambda found: len(started(found)) == 1)

    assert int(started(lines)[0][0]) != first
    assert any("ended (-9); starting it again" in line for line in lines)
    process.terminate()
    process.stdout.read()
    assert process.wait(timeout=20) == 0


def test_a_child_that_cannot_start_is_tried_less_and_less_often(supervise):
    process = supervise(DIES_AT_ONCE, WAITS)
    began = time.monotonic()
    lines_until(process, lambda found: found.count("hello") == 3)

    assert time.monotonic() - began > 3
    process.terminate()
    process.stdout.read()
    assert process.wait(timeout=20) == 0


def test_what_a_killed_main_process_leaves_behind_is_ended(supervise):
    parent = textwrap.dedent("""
        import os, subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        os.write(1, f"started {os.getpid()} {child.pid} 0\\n".encode())
        time.sleep(60)
    """)
    process = supervise(parent, "import time; time.sleep(60)")
    lines = lines_until(process, lambda found: len(started(found)) == 1)
    main, orphan = (int(pid) for pid in started(lines)[0][:2])

    os.kill(main, signal.SIGKILL)
    lines_until(process, lambda found: len(started(found)) == 1)

    assert not is_alive(orphan)
    process.terminate()
    process.stdout.read()
    assert process.wait(timeout=20) == 0


def test_the_first_process_of_a_container_leaves_no_dead_ones_behind():
    program = textwrap.dedent("""
        import ctypes, os, subprocess, sys, time
        import django
        django.setup()
        from syncapp.management.supervisor import Child
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # orphans become ours, as those of process 1
        parent = "import subprocess, sys, time; "
        parent += "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        parent += "print('ready', flush=True); time.sleep(60)"
        child = Child("worker", [sys.executable, "-c", parent])
        child.start()
        time.sleep(3)
        child.end_leftovers()
        print("left", open(f"/proc/self/task/{os.getpid()}/children").read().split())
    """)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
    )

    assert done.stdout.splitlines() == ["ready", "left []"], done.stderr


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False
