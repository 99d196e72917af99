"""`python -m sandbox`: serves both simulated vendors until it is told to stop."""

import argparse
import gc
import signal
import sys
import threading
from pathlib import Path

from sandbox.hubspot.vendor import HubSpot
from sandbox.quickbooks.vendor import QuickBooks
from sandbox.seeds import SEEDS
from sandbox.server import Server
from sandbox.state import StateFile, UnusableStateError
from sandbox.world import World

# A world is a million objects, hardly one in a cycle. To search all of them took a quarter of a
# second, in which every call waited: of two calls that were sent a window apart the vendor counted
# the first one late, and refused.
GARBAGE = (100_000, 20, 100)


def main() -> int:
    asked = _arguments()
    gc.set_threshold(*GARBAGE)
    world = World({"hubspot": HubSpot, "quickbooks": QuickBooks})
    state = StateFile(asked.state, world) if asked.state else None
    try:
        if state is None or not state.load():
            world.reset(SEEDS[asked.seed])
        server = Server((asked.host, asked.port), world)
        if state:
            state.start()
    except UnusableStateError as complaint:
        return _cannot_start(str(complaint))
    except OSError as error:
        return _cannot_start(f"Cannot listen on {asked.host}:{asked.port}: {error.strerror}.")
    _serve_until_told(server)
    if state:
        state.close()
    return 0


def _cannot_start(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765, help="0 picks a free one")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep the world in this file")
    parser.add_argument(
        "--seed", choices=tuple(SEEDS), default="empty", help="what a new world starts with"
    )
    return parser.parse_args()


def _serve_until_told(server: Server) -> None:
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    sys.stdout.write(f"Sandbox listening on {server.url}\n")
    sys.stdout.flush()
    told.wait()
    server.shutdown()
    serving.join()
    server.server_close()


if __name__ == "__main__":
    sys.exit(main())
