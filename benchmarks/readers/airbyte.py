"""Airbyte's sources: streams in a catalog, each with a state of its own."""

from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.readers.program import Message, Program, quickbooks_app
from benchmarks.simulator import Simulator

START = "2026-01-01T00:00:00Z"


class Airbyte:
    def prepare(self, program: Program, simulator: Simulator) -> None:
        config = _hubspot if program.reader.side == "hubspot" else _quickbooks
        program.write("config.json", config(simulator) | {"start_date": START})
        streams = [_stream(name, cursor) for name, cursor in program.reader.streams.items()]
        program.write("catalog.json", {"streams": streams})

    def arguments(self, folder: Path) -> list[str]:
        arguments = ["read", "--config", "config.json", "--catalog", "catalog.json"]
        has_state = (folder / "state.json").exists()
        return [*arguments, "--state", "state.json"] if has_state else arguments

    def records(self, said: list[Message]) -> Counter[str]:
        return Counter(one["record"]["stream"] for one in said if one["type"] == "RECORD")

    def state(self, said: list[Message]) -> Any:
        """The last word of each stream."""
        states = [one["state"] for one in said if one["type"] == "STATE"]
        return list({_name(one): one for one in states}.values()) or None


def _name(state: Message) -> str:
    return str(state["stream"]["stream_descriptor"]["name"])


def _stream(name: str, cursor: str) -> dict[str, Any]:
    stream = {
        "name": name,
        "json_schema": {},
        "supported_sync_modes": ["full_refresh", "incremental"],
        "source_defined_cursor": True,
        "default_cursor_field": [cursor],
    }
    modes = {"sync_mode": "incremental", "destination_sync_mode": "append"}
    return {"stream": stream, "cursor_field": [cursor], **modes}


def _hubspot(simulator: Simulator) -> dict[str, Any]:
    token = simulator.accounts["hubspot"]["access_token"]
    titled = {"credentials_title": "Private App Credentials", "access_token": token}
    return {"credentials": titled}


def _quickbooks(simulator: Simulator) -> dict[str, Any]:
    company = simulator.accounts["quickbooks"]["companies"][0]
    return {
        **quickbooks_app(simulator),
        "access_token": company["access_token"],
        "token_expiry_date": "2099-01-01T00:00:00Z",
        "sandbox": True,
    }
