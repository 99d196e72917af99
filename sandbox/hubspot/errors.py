"""What HubSpot says when it refuses: one exception, shown as a whole body or as one batch error.

The envelope and its categories: hubspot-api.md 12 [ERR].
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import simplejson

Context = Mapping[str, Sequence[str]]


class ApiError(Exception):
    def __init__(
        self,
        status: int,
        category: str,
        message: str,
        *,
        details: Sequence[Mapping[str, Any]] = (),
        context: Context | None = None,
        sub_category: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.message = message
        self.details = [dict(detail) for detail in details]
        self.context = {name: list(values) for name, values in (context or {}).items()}
        self.sub_category = sub_category

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "status": "error",
            "message": self.message,
            "correlationId": str(uuid.uuid4()),
        }
        if self.category:
            body["category"] = self.category
        if self.sub_category:
            body["subCategory"] = self.sub_category
        if self.details:
            body["errors"] = self.details
        if self.context:
            body["context"] = self.context
        return body

    def as_batch_error(self, trace_id: str | None = None) -> dict[str, Any]:
        """One of `errors[]`; the trace id names the input it is about [ERR]."""
        context = dict(self.context)
        if trace_id is not None:
            context["objectWriteTraceId"] = [trace_id]
        error: dict[str, Any] = {
            "status": "error",
            "category": self.category,
            "message": self.message,
            "context": context,
            "errors": self.details,
            "links": {},
        }
        if self.sub_category:
            error["subCategory"] = self.sub_category
        return error


def invalid(message: str, *, code: str = "", context: Context | None = None) -> ApiError:
    """400 VALIDATION_ERROR; with a code it is repeated as a detail that carries it."""
    details = [{"message": message, "code": code, "context": context or {}}] if code else []
    return ApiError(400, "VALIDATION_ERROR", message, details=details, context=context)


def invalid_values(problems: Sequence[Mapping[str, str]]) -> ApiError:
    """A refused property write: the message carries the problems as JSON [ERR]."""
    listed = [{"isValid": False, **problem} for problem in problems]
    return ApiError(
        400,
        "VALIDATION_ERROR",
        f"Property values were not valid: {simplejson.dumps(listed, ensure_ascii=False)}",
        details=[
            {
                "message": problem["message"],
                "code": problem["error"],
                "context": {"propertyName": [problem["name"]]},
            }
            for problem in problems
        ],
    )


def not_found(message: str, context: Context | None = None) -> ApiError:
    return ApiError(404, "OBJECT_NOT_FOUND", message, context=context)


def conflict(message: str, category: str = "CONFLICT") -> ApiError:
    return ApiError(409, category, message)
