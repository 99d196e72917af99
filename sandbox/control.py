"""The `/control/...` paths: how tests and benchmarks arrange the world and look at it."""

import gc
from collections.abc import Callable
from functools import partial
from typing import Any

from sandbox.asked import Asked, json_object
from sandbox.seeds import SEEDS
from sandbox.seeds.volume import Volume, grow
from sandbox.web import Request, Response, json_response
from sandbox.webhooks import MODES
from sandbox.world import World

Action = Callable[[World, Request], Any]
VOLUME = "volume"  # a seed that is told how much


def handle_control(world: World, request: Request) -> Response:
    """Called with the world's lock held."""
    methods = ROUTES.get(request.path)
    if methods is None:
        return json_response({"message": f"There is no control path {request.path}."}, 404)
    action = methods.get(request.method)
    if action is None:
        allowed = ", ".join(methods)
        message = f"{request.path} takes {allowed}, not {request.method}."
        return json_response({"message": message}, 405)
    try:
        return json_response(action(world, request))
    except ValueError as refusal:
        return json_response({"message": str(refusal)}, 400)


def _reset(world: World, request: Request) -> Any:
    asked = Asked.body_of(request, "a reset")
    seed = asked.choice("seed", (*SEEDS, VOLUME), "empty")
    wanted = Asked(asked.mapping("volume"), "a volume")
    asked.nothing_else()
    if seed == VOLUME:
        accounts = world.reset(partial(grow, volume=Volume.of(wanted)))
        gc.collect()  # the large world before it
        return accounts
    wanted.nothing_else()
    return world.reset(SEEDS[seed])


def _requests(world: World, request: Request) -> Any:
    return world.log.shown(with_entries=request.arg("entries") in ("1", "true"))


def _clear_requests(world: World, _request: Request) -> Any:
    world.log.clear()
    return {}


def _plan_fault(world: World, request: Request) -> Any:
    return {"id": world.faults.plan(Asked.body_of(request, "a fault"))}


def _faults(world: World, _request: Request) -> Any:
    return world.faults.shown()


def _clear_faults(world: World, _request: Request) -> Any:
    world.faults.clear()
    return {}


def _options(world: World, _request: Request) -> Any:
    return world.options.shown()


def _change_options(world: World, request: Request) -> Any:
    world.options.change(json_object(request), world.vendors)
    world.version += 1
    return world.options.shown()


def _clock(world: World, _request: Request) -> Any:
    return {"now": world.clock.now().isoformat()}


def _advance_clock(world: World, request: Request) -> Any:
    asked = Asked.body_of(request, "a clock change")
    seconds = asked.number("advance_seconds")
    asked.nothing_else()
    world.clock.advance(seconds)
    world.version += 1
    return _clock(world, request)


def _world(world: World, _request: Request) -> Any:
    return world.dump()


def _person(world: World, request: Request) -> Any:
    action = json_object(request)
    asked = Asked(action, "a person's edit")
    vendor = asked.choice("vendor", tuple(world.vendors))
    asked.text("action")
    answer = world.vendors[vendor].act(action)
    world.version += 1
    return answer


def _webhooks(world: World, _request: Request) -> Any:
    return world.webhooks.shown()


def _direct_webhooks(world: World, request: Request) -> Any:
    asked = Asked.body_of(request, "a webhook")
    vendor = asked.choice("vendor", tuple(world.vendors))
    mode = asked.choice("mode", MODES, "normal")
    target = asked.text("target", "" if mode == "off" else None)
    asked.nothing_else()
    world.webhooks.direct(vendor, target, mode)
    world.version += 1
    return world.webhooks.save()


ROUTES: dict[str, dict[str, Action]] = {
    "/reset": {"POST": _reset},
    "/requests": {"GET": _requests, "DELETE": _clear_requests},
    "/faults": {"GET": _faults, "POST": _plan_fault, "DELETE": _clear_faults},
    "/options": {"GET": _options, "PATCH": _change_options},
    "/clock": {"GET": _clock, "POST": _advance_clock},
    "/world": {"GET": _world},
    "/webhooks": {"GET": _webhooks, "POST": _direct_webhooks},
    "/person": {"POST": _person},
}
