"""The work of script/audit, with the standard library alone: it must run before anything is
installed."""

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

SERVICE = "https://api.osv.dev"
LOCKS = ("requirements.lock", "requirements-dev.lock")
SECONDS = 20
NONE_KNOWN, SOME_KNOWN, SKIPPED = 0, 1, 3
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)")


def main(locks: Iterable[str]) -> int:
    pins = sorted({pin for lock in locks for pin in pinned(Path(lock).read_text())})
    try:
        found = known_weaknesses(pins, os.environ.get("AUDIT_SERVICE") or SERVICE)
    except (URLError, OSError, ValueError) as trouble:
        say(f"Dependency audit: skipped, the service does not answer ({type(trouble).__name__}).")
        return SKIPPED
    for (name, version), ids in found.items():
        say(f"{name} {version}: {', '.join(ids)}")
    count = len(found)
    say(f"Dependency audit: {len(pins)} packages, {count or 'none'} with known weaknesses.")
    return SOME_KNOWN if found else NONE_KNOWN


def pinned(lock: str) -> list[tuple[str, str]]:
    matches = (_PIN.match(line) for line in lock.splitlines())
    return [(match[1], match[2]) for match in matches if match]


def known_weaknesses(
    pins: list[tuple[str, str]], service: str
) -> Mapping[tuple[str, str], list[str]]:
    queries = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, version in pins
    ]
    answer = _ask(f"{service}/v1/querybatch", {"queries": queries})
    results = answer["results"]
    if len(results) != len(pins):
        raise ValueError("an answer for each package was asked for")
    told = zip(pins, results, strict=True)
    return {pin: [one["id"] for one in row["vulns"]] for pin, row in told if row.get("vulns")}


def _ask(url: str, body: Mapping[str, Any]) -> Any:
    headers = {"Content-Type": "application/json"}
    request = Request(url, json.dumps(body).encode(), headers)  # noqa: S310  from the settings
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return json.load(answer)
    except HTTPError as refusal:
        raise OSError(f"status {refusal.code}") from None


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or LOCKS))
