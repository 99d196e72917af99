"""Singer's taps: a catalog in which streams are chosen. A tap makes it; that of HubSpot asks for
every type of record then, deals and tickets too, which the sandbox has not."""

from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.readers.program import Message, Program, quickbooks_app
from benchmarks.simulator import Simulator

START = "2026-01-01T00:00:00Z"


class Singer:
    def __init__(self, catalog: str = "--catalog") -> None:
        self._catalog = catalog  # older taps call it --properties

    def prepare(self, program: Program, simulator: Simulator) -> None:
        reader = program.reader
        config = _hubspot if reader.side == "hubspot" else _quickbooks
        program.write("config.json", config(simulator) | {"start_date": START})
        if reader.side == "hubspot":
            catalog = {"streams": [_stream(name) for name in reader.streams]}
        else:
            catalog = program.answer("--config", "config.json", "--discover")
        for stream in catalog["streams"]:
            for one in stream["metadata"]:
                if not one["breadcrumb"]:
                    one["metadata"]["selected"] = stream["tap_stream_id"] in reader.streams
        program.write("catalog.json", catalog)

    def arguments(self, folder: Path) -> list[str]:
        arguments = ["--config", "config.json", self._catalog, "catalog.json"]
        has_state = (folder / "state.json").exists()
        return [*arguments, "--state", "state.json"] if has_state else arguments

    def records(self, said: list[Message]) -> Counter[str]:
        return Counter(one["stream"] for one in said if one["type"] == "RECORD")

    def state(self, said: list[Message]) -> Any:
        states = [one["value"] for one in said if one["type"] == "STATE"]
        return states[-1] if states else None


def _stream(name: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"id": {"type": "string"}}}
    metadata: list[dict[str, Any]] = [{"breadcrumb": [], "metadata": {}}]
    return {"stream": name, "tap_stream_id": name, "schema": schema, "metadata": metadata}


def _hubspot(simulator: Simulator) -> dict[str, Any]:
    app = simulator.accounts["hubspot"]
    return {
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "refresh_token": app["refresh_token"],
        "redirect_uri": "http://127.0.0.1:9/callback",
    }


def _quickbooks(simulator: Simulator) -> dict[str, Any]:
    return {
        **quickbooks_app(simulator),
        "sandbox": "true",
        "user_agent": "benchmark",
    }
