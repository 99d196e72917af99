"""One call to a vendor: quota, planned trouble, the vendor itself, and the line in the log."""

import sys
import traceback
from dataclasses import dataclass

from sandbox.faults import REACHING_VENDOR, Fault, garbled
from sandbox.web import Request, Response, json_response
from sandbox.world import World

READING = ("GET", "HEAD")
READING_OPERATIONS = ("search", "query", "read", "list")


@dataclass(frozen=True, slots=True)
class Answer:
    """Without a response the connection is closed unanswered; either only after waiting."""

    response: Response | None
    wait_seconds: float


def carry_out(world: World, vendor: str, request: Request) -> Answer:
    with world.lock:
        refused = world.vendors[vendor].throttle(request) if world.options.rate_limits else None
        if refused is not None:
            world.log.note(vendor, request, refused, world.clock.now())
            return Answer(refused, 0.0)
        fault = world.faults.strike(vendor, request)
        response = _respond(world, vendor, request, fault)
        kind = fault.kind if fault else ""
        world.log.note(vendor, request, response, world.clock.now(), kind)
        if request.method not in READING and response.operation not in READING_OPERATIONS:
            world.version += 1
        return _answer(response, fault, world.options.service_seconds(vendor, response))


def crashed() -> Response:
    """Prints what the handler died of."""
    traceback.print_exc(file=sys.stderr)
    return json_response({"message": "The sandbox itself failed; see its standard error."}, 500)


def _respond(world: World, vendor: str, request: Request, fault: Fault | None) -> Response:
    if fault and fault.kind == "status":
        return fault.refusal(vendor)
    if fault and fault.kind not in REACHING_VENDOR:
        return Response(status=0)
    try:
        return world.vendors[vendor].handle(request)
    except Exception:  # noqa: BLE001  one bad handler must not end everybody's sandbox
        return crashed()


def _answer(response: Response, fault: Fault | None, service_seconds: float) -> Answer:
    match fault.kind if fault else "":
        case "drop_before_commit":
            return Answer(None, 0.0)
        case "drop_after_commit":
            return Answer(None, service_seconds)
        case "timeout" if fault:
            return Answer(None, fault.seconds)
        case "slow" if fault:
            return Answer(response, service_seconds + fault.seconds)
        case "malformed":
            return Answer(garbled(response), service_seconds)
        case _:
            return Answer(response, service_seconds)
