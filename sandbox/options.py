"""The world's adjustable behaviour: what the server itself obeys is kept here, everything else
in a patch is the vendors' own and handed to them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sandbox.asked import number
from sandbox.vendor import Vendor
from sandbox.web import Response

VENDORS = ("hubspot", "quickbooks")
QUOTA_OPTIONS = ("time_scale", "foreign_calls_per_second")  # the vendors' windows obey these
PACE_OPTIONS = (*QUOTA_OPTIONS, "service_time_ms")
WEBHOOK_SHAPES = ("cloudevents", "old")  # quickbooks-api.md 16


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """Milliseconds a vendor works on a call, for each record in it, and on a call that is not a
    batch when that differs."""

    call: float = 0.0
    item: float = 0.0
    single: float | None = None

    @classmethod
    def parse(cls, value: Any) -> "ServiceTime":
        if not isinstance(value, Mapping) or set(value) - {"call", "item", "single"}:
            raise ValueError('service_time_ms is an object like {"call": 80, "item": 50}.')
        return cls(**{name: number(ms, f"service_time_ms.{name}") for name, ms in value.items()})

    def milliseconds(self, response: Response) -> float:
        if self.single is not None and "batch" not in response.endpoint:
            return self.single
        return self.call + self.item * response.items


@dataclass(frozen=True, slots=True)
class Pace:
    time_scale: float = 1.0
    foreign_calls_per_second: float = 0.0
    service_time: ServiceTime = ServiceTime()

    def patched(self, patch: Mapping[str, Any]) -> "Pace":
        changes: dict[str, Any] = {}
        for name, value in patch.items():
            match name:
                case "time_scale":
                    changes[name] = number(value, name, least=0.001, most=100_000)
                case "foreign_calls_per_second":
                    changes[name] = number(value, name)
                case "service_time_ms":
                    changes["service_time"] = ServiceTime.parse(value)
        return replace(self, **changes)

    def shown(self) -> dict[str, Any]:
        return {
            "time_scale": self.time_scale,
            "foreign_calls_per_second": self.foreign_calls_per_second,
            "service_time_ms": {
                k: v for k, v in asdict(self.service_time).items() if v is not None
            },
        }


@dataclass(slots=True)
class Options:
    rate_limits: bool = False
    latency_ms: float = 0.0
    webhook_shape: str = "cloudevents"
    paces: dict[str, Pace] = field(default_factory=lambda: {name: Pace() for name in VENDORS})

    def change(self, patch: Mapping[str, Any], vendors: Mapping[str, Vendor]) -> None:
        """All of the patch or nothing of the general part; a vendor refuses its own part."""
        rest = dict(patch)
        rate_limits = _flag(rest.pop("rate_limits", self.rate_limits), "rate_limits")
        latency_ms = number(rest.pop("latency_ms", self.latency_ms), "latency_ms")
        both = {name: rest.pop(name) for name in PACE_OPTIONS if name in rest}
        parts = {name: both | _part(rest.pop(name, {}), name) for name in VENDORS}
        if rest:
            raise ValueError(f"There is no option {', '.join(sorted(rest))}.")
        shape = parts["quickbooks"].pop("webhook_shape", self.webhook_shape)
        if shape not in WEBHOOK_SHAPES:
            raise ValueError(f"webhook_shape is one of {', '.join(WEBHOOK_SHAPES)}.")
        paces = {name: self.paces[name].patched(parts[name]) for name in VENDORS}
        for name in VENDORS:
            if handed := _for_vendor(parts[name], paces[name]):
                vendors[name].set_options(handed)
        self.rate_limits, self.latency_ms, self.webhook_shape = rate_limits, latency_ms, shape
        self.paces = paces

    def service_seconds(self, vendor: str, response: Response) -> float:
        pace = self.paces[vendor]
        return pace.service_time.milliseconds(response) / 1000 / pace.time_scale

    def latency_seconds(self, vendor: str) -> float:
        return self.latency_ms / 1000 / self.paces[vendor].time_scale

    def shown(self) -> dict[str, Any]:
        """In the form of a patch that would bring these options back."""
        shown: dict[str, Any] = {"rate_limits": self.rate_limits, "latency_ms": self.latency_ms}
        shown |= {name: pace.shown() for name, pace in self.paces.items()}
        shown["quickbooks"]["webhook_shape"] = self.webhook_shape
        return shown


def _for_vendor(part: Mapping[str, Any], pace: Pace) -> dict[str, Any]:
    handed = {name: value for name, value in part.items() if name != "service_time_ms"}
    return handed | {name: getattr(pace, name) for name in QUOTA_OPTIONS if name in part}


def _part(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"The options of {name} must be a JSON object.")
    return dict(value)


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false.")
    return value
