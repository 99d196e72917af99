"""The demo behind `script/demo`: a sandbox with the example company, and the product beside it.

Everything lives in .run/: keys, database, the simulated vendors' world. Processes that it starts
have sessions of their own and are ended by their pid.
"""

import argparse
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from integration_site.keys import fresh_keys  # noqa: E402

FOLDER = Path(os.environ.get("DEMO_FOLDER") or ROOT / ".run")
ENV_FILE = FOLDER / "demo.env"
SANDBOX_PORT = 8765
WEB_PORT = 8000
START_SECONDS = 60
STOP_SECONDS = 150  # a worker finishes the task that runs
USER = "demo"
COULD_NOT_RUN = 2

Settings = dict[str, str]


class DemoError(Exception):
    pass


def main() -> int:
    asked = _arguments()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        sandbox_port, web_port = _ports(asked.port)
        with _only_demo(), _sandbox(sandbox_port) as url:
            _demonstrate(url, web_port, once=asked.once)
    except KeyboardInterrupt:
        say("Stopped.")
    except DemoError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/demo", description="Show the product at work.")
    parser.add_argument("--once", action="store_true", help="print the summary and stop")
    parser.add_argument("--port", type=int, help="of the web server")
    return parser.parse_args()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def _ports(wanted: int | None) -> tuple[int, int]:
    """The usual ones, or the next free ones, which is said. A port that was asked for must be."""
    if wanted is not None and not _is_free(wanted):
        message = f"Port {wanted} is taken. Name another one with --port, or none."
        raise DemoError(message)
    return _free_port(SANDBOX_PORT, "sandbox"), wanted or _free_port(WEB_PORT, "web server")


def _free_port(usual: int, owner: str) -> int:
    port = next((port for port in range(usual, usual + 200) if _is_free(port)), None)
    if port is None:
        message = f"No port from {usual} on is free for the {owner}."
        raise DemoError(message)
    if port != usual:
        say(f"Port {usual} is taken; the {owner} gets {port}.")
    return port


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def _only_demo() -> Iterator[None]:
    """A second one would pull the first one's database away."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = "A demo is running here already. Stop it first (Ctrl-C)."
            raise DemoError(message) from None
        for old in FOLDER.glob("demo*"):
            old.unlink()
        yield


@contextmanager
def _sandbox(port: int) -> Iterator[str]:
    say("Starting the sandbox: HubSpot and QuickBooks of a small music shop ...")
    log = (FOLDER / "demo-sandbox.log").open("w")
    state = str(FOLDER / "demo-world.json")
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--state", state]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/control/clock", process)
        yield url
    finally:
        _end(process, "sandbox")
        log.close()


def _demonstrate(url: str, port: int, *, once: bool) -> None:
    settings = _settings(url, port)
    say("Making the database and a login ...")
    _manage(settings, "migrate", "--verbosity", "0")
    _manage(settings, "collectstatic", "--noinput", "--verbosity", "0")
    _manage(settings, "createsuperuser", "--noinput", "--username", USER, "--email", "", quiet=True)
    _manage(settings, "configure", "script/demo.yaml")
    say("\nThe first sync. Nothing was ever synced before:")
    _sync(settings)
    say("\nA morning at the office:")
    _office(settings, url, "morning")
    _sync(settings)
    say("\nThe afternoon:")
    _office(settings, url, "afternoon")
    _sync(settings)
    say("\nSome records fail or stay out by design; the admin and this say why:")
    say("    ENV_FILE=.run/demo.env .venv/bin/python manage.py export --what failing")
    if once:
        say(f"\nWithout --once the admin would now be at http://127.0.0.1:{port}/admin/")
    else:
        _keep_running(settings, url, port)


def _settings(url: str, port: int) -> Settings:
    """The keys, addresses and credentials of this demo, also in a file for other commands."""
    made = _post(f"{url}/control/reset", {"seed": "chinook"})
    hubspot, quickbooks = made["hubspot"], made["quickbooks"]
    (company,) = quickbooks["companies"]
    settings = dict(line.split("=", 1) for line in fresh_keys().splitlines())
    settings |= {
        "DATABASE_URL": f"sqlite:///{FOLDER}/demo.sqlite3",
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "ALLOW_PLAIN_HTTP": "true",
        "HUBSPOT_API_BASE": f"{url}/hubspot",
        "HUBSPOT_APP_BASE": f"{url}/hubspot",
        "HUBSPOT_CLIENT_ID": hubspot["client_id"],
        "HUBSPOT_CLIENT_SECRET": hubspot["client_secret"],
        "QUICKBOOKS_API_BASE": f"{url}/quickbooks",
        "QUICKBOOKS_OAUTH_BASE": f"{url}/quickbooks",
        "QUICKBOOKS_CLIENT_ID": quickbooks["client_id"],
        "QUICKBOOKS_CLIENT_SECRET": quickbooks["client_secret"],
        "QUICKBOOKS_WEBHOOK_TOKEN": quickbooks["webhook_token"],
        "DEMO_PORTAL": str(hubspot["portal_id"]),
        "DEMO_HUBSPOT_ACCESS_TOKEN": hubspot["access_token"],
        "DEMO_HUBSPOT_REFRESH_TOKEN": hubspot["refresh_token"],
        "DEMO_REALM": company["realm_id"],
        "DEMO_QUICKBOOKS_ACCESS_TOKEN": company["access_token"],
        "DEMO_QUICKBOOKS_REFRESH_TOKEN": company["refresh_token"],
        "DEMO_INCOME_ACCOUNT": _income_account(url, company["realm_id"]),
    }
    ENV_FILE.touch(mode=0o600)
    ENV_FILE.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return settings | {
        "ENV_FILE": str(ENV_FILE),
        "DJANGO_SUPERUSER_PASSWORD": secrets.token_urlsafe(9),
    }


def _income_account(url: str, realm: str) -> str:
    accounts = _get(f"{url}/control/world")["quickbooks"]["companies"][realm]["Account"]
    income = [one["Id"] for one in accounts.values() if one["AccountType"] == "Income"]
    return str(income[0])


def _sync(settings: Settings) -> None:
    code = _run(settings, ["manage.py", "sync", "--until-idle", "--limit", "300"])
    if code == COULD_NOT_RUN:
        message = "The sync could not run."
        raise DemoError(message)


def _office(settings: Settings, url: str, hours: str) -> None:
    if _run(settings, ["-m", "sandbox.office", "--url", url, hours]):
        message = "The people of the example company could not do their work."
        raise DemoError(message)


def _keep_running(settings: Settings, url: str, port: int) -> None:
    command = [sys.executable, "manage.py", "up", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, start_new_session=True)
    try:
        _wait_for(f"http://127.0.0.1:{port}/admin/login/", process)
        say(f"\n    http://127.0.0.1:{port}/admin/")
        say(f"    user {USER}, password {settings['DJANGO_SUPERUSER_PASSWORD']}\n")
        say("The worker now syncs every minute. Edit as a person would, for instance:")
        say(f"    .venv/bin/python -m sandbox.office --url {url} morning\n")
        process.wait()
    finally:
        _end(process, "web server and worker")


def _manage(settings: Settings, *arguments: str, quiet: bool = False) -> None:
    out = subprocess.DEVNULL if quiet else None
    if _run(settings, ["manage.py", *arguments], stdout=out):
        message = f"manage.py {arguments[0]} did not succeed."
        raise DemoError(message)


def _run(settings: Settings, arguments: Sequence[str], stdout: int | None = None) -> int:
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, stdout=stdout, check=False
    ).returncode


def _end(process: subprocess.Popen[Any], name: str) -> None:
    """Waits through a second Ctrl-C as well: nothing of ours is left running."""
    if process.poll() is None:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while process.poll() is None:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except KeyboardInterrupt:
            say(f"Waiting for the {name} to finish its work ...")
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(url: str, process: subprocess.Popen[Any]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with _opener.open(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    message = f"{url} does not answer; .run/demo-sandbox.log may say why."
    raise DemoError(message)


def _post(url: str, body: object) -> Any:
    return _get(Request(url, data=json.dumps(body).encode()))  # noqa: S310  our own sandbox


def _get(url: str | Request) -> Any:
    with _opener.open(url, timeout=120) as answer:
        return json.load(answer)


_opener = build_opener(ProxyHandler({}))

if __name__ == "__main__":
    sys.exit(main())
