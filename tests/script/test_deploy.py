"""What is shipped for servers. No container engine is needed: the steps of the container file are
carried out in a clean folder, by the script that they call."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from configparser import ConfigParser
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg
import pytest
import yaml
from django.conf import settings

from integration_site.keys import fresh_keys
from tests.chaos.databases import Cluster
from tests.pipeline.test_worker import free_port
from tests.sandbox_process import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HOME = "/srv/ledgerline"


def steps() -> list[tuple[str, str]]:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    told = [line.split(maxsplit=1) for line in lines if line.strip() and line[0] != "#"]
    return [(word, rest) for word, rest in told]


def unit(path: Path) -> Any:
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    return parser


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


def carried_out(folder: Path) -> None:
    """COPY and RUN, but for the system user. The packages are those of this environment."""
    (folder / ".venv").symlink_to(Path(sys.prefix))
    for word, rest in steps():
        if word == "COPY":
            *sources, target = shlex.split(rest)
            for source in sources:
                _copied(REPOSITORY / source, folder / target)
        elif word == "RUN" and "useradd" not in rest:
            command = rest.replace(f"{HOME}/.venv", str(folder / ".venv"))
            done = subprocess.run(
                shlex.split(command),
                cwd=folder,
                env={**os.environ, "PIP_DRY_RUN": "1", "PIP_NO_INDEX": "1"},
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stderr


def _copied(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


@pytest.mark.slow
def test_what_is_copied_and_run_for_the_container_is_enough_to_serve(tmp_path: Path) -> None:
    carried_out(tmp_path)
    keys = dict(line.split("=", 1) for line in fresh_keys().splitlines())
    environment = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "PUBLIC_BASE_URL": "https://sync.example.com",
        **keys,
    }
    program = [str(tmp_path / "deploy" / "entrypoint")]
    for command in (["migrate", "--no-input"], ["check", "--deploy", "--fail-level", "WARNING"]):
        done = subprocess.run(
            [*program, *command], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    refused = subprocess.run(
        [*program, "web"],
        cwd=tmp_path,
        env=environment | {"PROXY_COUNT": "-1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (refused.returncode, "PROXY_COUNT is -1" in refused.stderr) == (1, True)
    bind = f"127.0.0.1:{free_port()}"
    web = subprocess.Popen(
        [*program, "web"],
        cwd=tmp_path,
        env=environment | {"BIND": bind, "WEB_WORKERS": "1"},
        stderr=subprocess.DEVNULL,
    )
    try:
        status, body = answered(f"http://{bind}/healthz")
        assert (status, "no task has run yet" in body) == (503, True)  # there is no worker
    finally:
        web.terminate()
        assert web.wait(timeout=30) == 0
    assert (tmp_path / "staticfiles" / "staticfiles.json").is_file()


def answered(address: str, seconds: float = 30) -> tuple[int, str]:
    """Status and body, once somebody answers."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310
                return int(answer.status), answer.read().decode()
        except HTTPError as refusal:
            return refusal.code, refusal.read().decode()
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)


def test_everything_that_the_settings_name_is_in_the_container() -> None:
    copied = {source for word, rest in steps() if word == "COPY" for source in rest.split()[:-1]}
    wanted = {"requirements.lock", "manage.py", "deploy", "static", "templates"}
    wanted |= {"integration_site", "syncapp", "locale"}
    wanted |= {"locale"} if (REPOSITORY / "locale").is_dir() else set()

    assert copied == wanted


def test_the_container_runs_as_somebody_who_owns_nothing_in_it() -> None:
    words = [word for word, _ in steps()]
    user = dict(steps())["USER"]

    assert user.isdecimal()
    assert user != "0"
    assert words.index("USER") > max(i for i, word in enumerate(words) if word in ("RUN", "COPY"))
    assert all("chown" not in rest for _, rest in steps())


def test_the_containers_stop_gracefully_and_may_do_little() -> None:
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    ours = [one for one in told.values() if one["image"] == "ledgerline"]

    assert seconds(told["worker"]["stop_grace_period"]) > settings.QUEUE_TIMEOUT
    assert told["web"]["ports"] == ["127.0.0.1:8000:8000"]
    assert "ports" not in told["database"]
    for one in ours:
        assert one["cap_drop"] == ["ALL"]
        assert one["read_only"] is True
        assert one["init"] is False


def named_in(example: str) -> set[str]:
    lines = (DEPLOY / example).read_text().splitlines()
    return {line.split("=")[0] for line in lines if line and line[0] != "#"}


def test_the_container_of_the_database_knows_no_secret_of_the_program() -> None:
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]

    assert told["database"]["env_file"] == ["database.env"]
    assert named_in("database.env.example") & named_in("ledgerline.env.example") == set()
    for name, one in told.items():
        assert name == "database" or one["env_file"] == ["ledgerline.env"]


def test_files_with_secrets_get_into_no_image_and_no_repository() -> None:
    assert "deploy/*.env" in (REPOSITORY / ".dockerignore").read_text().split()
    assert "/deploy/*.env" in (REPOSITORY / ".gitignore").read_text().split()


@pytest.mark.slow
@pytest.mark.skipif(
    not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")), reason="no PostgreSQL is installed"
)
def test_the_program_works_as_a_role_that_may_do_nothing_beside_its_database() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ledgerline-role-"))
    folder.chmod(0o755)  # the cluster belongs to somebody else
    cluster = Cluster(folder / "cluster")
    cluster.start()
    try:
        made = subprocess.run(
            [str(DEPLOY / "database" / "10-role.sh")],
            env={
                "PATH": os.environ["PATH"],
                "PGHOST": "127.0.0.1",
                "PGPORT": str(cluster.port),
                "POSTGRES_USER": "postgres",
                "LEDGERLINE_PASSWORD": 'it\'s a "password"',
            },
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr
        migrated = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-input"],
            cwd=REPOSITORY,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "integration_site.settings",
                "DATABASE_URL": f"postgres://ledgerline:x@127.0.0.1:{cluster.port}/ledgerline",
            },
            capture_output=True,
            text=True,
        )
        assert migrated.returncode == 0, migrated.stderr
        with psycopg.connect(
            host="127.0.0.1", port=cluster.port, user="postgres", dbname="ledgerline"
        ) as superuser:
            (role,) = superuser.execute(
                "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolpassword"
                " FROM pg_authid WHERE rolname = 'ledgerline'"
            )
            (owner,) = superuser.execute(
                "SELECT pg_get_userbyid(datdba), has_database_privilege('public', oid, 'CONNECT')"
                " FROM pg_database WHERE datname = 'ledgerline'"
            )
        assert role[:4] == (False, False, False, False)
        assert role[4].startswith("SCRAM-SHA-256$")
        assert owner == ("ledgerline", False)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_service_is_nobody_special(path: Path) -> None:
    service = unit(path)["Service"]

    assert service["User"] == "ledgerline"
    for name, value in {"NoNewPrivileges": "yes", "ProtectSystem": "strict",
                        "CapabilityBoundingSet": "", "ProtectHome": "yes"}.items():  # fmt: skip
        assert service[name] == value


def test_the_worker_is_told_alone_and_has_time_for_its_longest_task() -> None:
    service = unit(DEPLOY / "systemd" / "ledgerline-worker.service")["Service"]

    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) > settings.QUEUE_TIMEOUT


def test_a_jammed_worker_is_started_again_by_the_one_who_runs_it_and_nobody_else() -> None:
    """Somebody beside it cannot tell a worker that is jammed from one that was stopped."""
    service = unit(DEPLOY / "systemd" / "ledgerline-worker.service")["Service"]
    container = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["worker"]

    assert service["ExecStart"].endswith("deploy/entrypoint worker")
    assert container["command"] == ["worker"]
    assert entrypoint_runs("worker") == "manage.py up --worker-only"
    for path in (DEPLOY / "systemd").iterdir():
        assert "systemctl" not in path.read_text()


def entrypoint_runs(what: str) -> str:
    done = subprocess.run(
        [str(DEPLOY / "entrypoint"), what],
        env={"PATH": os.environ["PATH"], "LEDGERLINE_PYTHON": "echo"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text().replace(HOME, str(REPOSITORY)).replace("User=ledgerline\n", "")
        (tmp_path / path.name).write_text(text.replace("Group=ledgerline\n", ""))
    units = [str(tmp_path / path.name) for path in (DEPLOY / "systemd").iterdir()]

    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)

    assert [line for line in done.stderr.splitlines() if "ledgerline" in line] == []


def test_the_example_names_every_setting_that_a_server_must_choose() -> None:
    lines = (DEPLOY / "ledgerline.env.example").read_text().splitlines()
    named = {line.split("=")[0] for line in lines if line and line[0] != "#"}

    assert {"SECRET_KEY", "TOKEN_KEYS", "PUBLIC_BASE_URL", "DATABASE_URL"} <= named
    keys = [line for line in lines if line.startswith(("SECRET_KEY", "TOKEN_KEYS"))]
    assert keys == ["SECRET_KEY=", "TOKEN_KEYS="]  # nobody runs with the example's
