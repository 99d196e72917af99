"""The body of a batch answer, and what becomes of inputs that fail: hubspot-api.md 4 [ERR]."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sandbox.hubspot.call import Call
from sandbox.hubspot.errors import ApiError
from sandbox.hubspot.instants import iso
from sandbox.web import Response, json_response

Input = dict[str, Any]
Result = TypeVar("Result")


def batch_response(
    call: Call,
    results: Sequence[Any],
    errors: Sequence[dict[str, Any]] = (),
    *,
    ok: int = 200,
    **log: Any,
) -> Response:
    now = iso(call.portal.clock.now())
    body: dict[str, Any] = {
        "status": "COMPLETE",
        "results": list(results),
        "startedAt": now,
        "completedAt": now,
    }
    if errors:
        body["numErrors"] = len(errors)
        body["errors"] = list(errors)
    status = 207 if errors and not call.folds_errors else ok
    return json_response(body, status, **log)


def takes_errors_singly(inputs: Sequence[Input]) -> bool:
    """Each input needs a trace id of its own."""
    traces = [each.get("objectWriteTraceId") for each in inputs]
    return all(isinstance(trace, str) and trace for trace in traces) and len(set(traces)) == len(
        traces
    )


def each_singly(
    inputs: Sequence[Input], do: Callable[[Input], Result]
) -> tuple[list[Result], list[dict[str, Any]]]:
    """(results, errors), in the order of the inputs."""
    results: list[Result] = []
    errors: list[dict[str, Any]] = []
    for each in inputs:
        try:
            results.append(do(each))
        except ApiError as error:
            errors.append(error.as_batch_error(each.get("objectWriteTraceId")))
    return results, errors


def with_trace(result: dict[str, Any], each: Input) -> dict[str, Any]:
    trace = each.get("objectWriteTraceId")
    return {**result, "objectWriteTraceId": trace} if trace is not None else result


def traces_of(inputs: Sequence[Input]) -> str:
    return ",".join(str(t) for each in inputs if (t := each.get("objectWriteTraceId")))
