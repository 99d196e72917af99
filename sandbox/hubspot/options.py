"""Changing the account's options: all of a patch or nothing."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.hubspot.switches import OPTIONS


def defaults() -> dict[str, Any]:
    return {name: option.fresh_default() for name, option in OPTIONS.items()}


def checked(patch: Mapping[str, Any]) -> dict[str, Any]:
    """Raises ValueError naming the option that does not exist or cannot take its value."""
    unknown = sorted(set(patch) - set(OPTIONS))
    if unknown:
        raise ValueError(f"There is no option hubspot.{', hubspot.'.join(unknown)}.")
    values = {name: OPTIONS[name].check(value) for name, value in patch.items()}
    if "time_zone" in values:
        _check_zone(values["time_zone"])
    return values


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"hubspot.time_zone: there is no time zone {name}.") from None
