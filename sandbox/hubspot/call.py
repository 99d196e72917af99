"""One authorised call of the API: what was asked, of which version, by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.actors import Actor
from sandbox.hubspot.errors import ApiError, invalid
from sandbox.hubspot.object_types import ObjectType, object_type
from sandbox.hubspot.portal import Portal
from sandbox.web import Request, Response, json_response


@dataclass(frozen=True, slots=True)
class Call:
    portal: Portal
    request: Request
    version: str  # as the caller spelled it: "v3", "v4", "2026-03", "2026-09"
    variables: Mapping[str, str]
    actor: Actor

    @property
    def kind(self) -> ObjectType:
        return object_type(self.variables["type"])

    @property
    def folds_errors(self) -> bool:
        """hubspot-api.md 2 [SPEC]: no 207 in 2026-09; live behaviour unverified."""
        return self.version == "2026-09" and self.portal.option("dated_batches_follow_spec")

    def body(self) -> dict[str, Any]:
        try:
            body = self.request.json() if self.request.body else {}
        except ValueError:
            raise invalid("Invalid input JSON") from None
        if not isinstance(body, dict):
            raise invalid("Invalid input JSON: an object is expected")
        return body

    def inputs(self, most: int = 100) -> list[dict[str, Any]]:
        """hubspot-api.md 4: 100 inputs on object endpoints [OBJ][USAGE]."""
        inputs = self.body().get("inputs")
        if not isinstance(inputs, list) or not all(isinstance(each, dict) for each in inputs):
            raise invalid("inputs must be a list of objects")
        if len(inputs) > most:
            raise invalid(
                f"The maximum number of inputs supported is {most}", code="TOO_MANY_INPUTS"
            )
        return inputs

    def flag(self, name: str) -> bool:
        return self.request.arg(name).lower() == "true"

    def names(self, name: str) -> list[str] | None:
        """A list parameter, repeated or joined by commas; None when it is absent."""
        given = self.request.query.get(name)
        if given is None:
            return None
        return [part for value in given for part in value.split(",") if part]

    def count(self, name: str, default: int, most: int) -> int:
        text = self.request.arg(name, str(default))
        if not text.isdigit() or not 1 <= int(text) <= most:
            raise invalid(f"{name} must be between 1 and {most}, not {text}", code="INVALID_LIMIT")
        return int(text)

    def after(self) -> int:
        text = self.request.arg("after") or self.request.arg("offset") or "0"
        if not text.isdigit():
            raise invalid(f"after must be an integer, not {text}", code="INVALID_INTEGER")
        return int(text)

    def page_link(self, after: str) -> str:
        query = {name: values for name, values in self.request.query.items() if name != "after"}
        pairs = [f"{name}={value}" for name, values in query.items() for value in values]
        return f"{self.request.base_url}{self.request.path}?{'&'.join([*pairs, f'after={after}'])}"


def list_in(body: Mapping[str, Any], name: str, kind: type) -> list[Any]:
    """A list whose elements are all of that kind; empty when it is absent."""
    found = body.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, kind) for each in found):
        raise invalid(f"{name} must be a list of {_KINDS[kind]}", code="INVALID_LIST")
    return found


_KINDS: dict[type, str] = {str: "texts", dict: "objects"}


def number_or_refuse(value: Any, name: str, default: int, most: int) -> int:
    """A count in a body, as number or as text."""
    if value is None:
        return default
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    if not 0 <= number <= most:
        raise invalid(
            f"{name} must be a whole number up to {most}, not {value}", code="INVALID_INTEGER"
        )
    return number


def refused(error: ApiError, **log: Any) -> Response:
    return json_response(error.body(), error.status, **log)
