"""A process that has loaded the product and forks a process for each command that is asked for.

A fork costs a hundredth of a start, and is a process like any other: it is killed, frozen and
limited the same way. Reads a JSON line per command, answers one with its pid and one with its end.
"""

import json
import os
import resource
import selectors
import signal
import sys
import traceback
from typing import Any


def main() -> None:
    import django
    from django.db import connections

    django.setup()
    preload()
    connections.close_all()
    waking, woken = os.pipe()
    for end in (waking, woken):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    say({"ready": os.getpid()})
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        selector.register(waking, selectors.EVENT_READ)
        pending = b""
        while True:
            for key, _ in selector.select():
                if key.fd == waking:
                    os.read(waking, 4096)
                    reap()
                    continue
                piece = os.read(key.fd, 1 << 16)
                if not piece:
                    return
                *lines, pending = (pending + piece).split(b"\n")
                for line in lines:
                    start(json.loads(line))


def preload() -> None:
    from django.core.management import get_commands, load_command_class

    for name in ("sync", "status", "export", "configure", "brake"):
        load_command_class(get_commands()[name], name)


def say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def reap() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        say({"pid": pid, "code": os.waitstatus_to_exitcode(status)})


def start(asked: dict[str, Any]) -> None:
    pid = os.fork()
    if pid:
        say({"started": asked["number"], "pid": pid})
        return
    code = 70
    try:
        signal.set_wakeup_fd(-1)
        code = work(asked)
    except BaseException:  # noqa: BLE001  the child must never return into the parent's loop
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def work(asked: dict[str, Any]) -> int:
    for fd, name in ((1, "out"), (2, "err")):
        file = os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, fd)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.environ.update(asked["environment"])
    from django.conf import settings

    for name, value in asked["settings"].items():
        setattr(settings, name, value)
    if asked["largest_file"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["largest_file"],) * 2)
    if asked["arguments"][0] in OUR_OWN:
        return OUR_OWN[asked["arguments"][0]](*asked["arguments"][1:])
    from manage import main as manage

    sys.argv = ["manage.py", *asked["arguments"]]
    try:
        manage()
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(end.code + "\n")
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


def task(trigger: str) -> int:
    """What the queue runs for the only integration; says what it answered."""
    from syncapp.models import Integration
    from syncapp.tasks import work as work_on

    say({"task": work_on(Integration.objects.get().pk, trigger)})
    return 0


def web(port: str) -> int:
    """The product's pages, until it is killed."""
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

    from django.core.wsgi import get_wsgi_application

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    server = Server(("127.0.0.1", int(port)), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    server.serve_forever()
    return 0


OUR_OWN = {"task": task, "web": web}


if __name__ == "__main__":
    main()
