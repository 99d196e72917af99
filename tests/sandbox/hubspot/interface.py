"""Holds HubSpot's interface descriptions against what the sandbox answers."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import simplejson
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SPECS = Path(__file__).resolve().parent.parent / "specs" / "hubspot"
# two texts that live answers leave out as null: hubspot-api.md 4 and 6.1
NULLABLE = ("label",)


class Operation:
    def __init__(self, document: str, method: str, path: str, responses: dict[str, Any]) -> None:
        self.document = document
        self.method = method
        self.pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$")
        self.literals = len(re.sub(r"\{\w+\}", "", path))
        self._responses = responses

    def schema(self, status: int) -> str | None:
        """The name of the schema for that status; None: no body is described."""
        response = self._responses.get(str(status)) or self._responses[self._stand_in(status)]
        content = response.get("content", {}).get("application/json", {})
        reference: str | None = content.get("schema", {}).get("$ref")
        return reference

    def allows(self, status: int) -> bool:
        """Dated batches differ from the description by generation: hubspot-api.md 2 [SPEC]."""
        return status >= 400 or str(status) in self._responses or "dated" in self.document

    def _stand_in(self, status: int) -> str:
        if status >= 400:
            return "default"
        return next(known for known in self._responses if known.startswith("2"))


def operation_for(method: str, path: str) -> Operation | None:
    """2026-03 has the shapes of 2026-09; the more literal of two fitting paths counts."""
    path = path.replace("/2026-03/", "/2026-09/")
    fitting = [o for o in _operations() if o.method == method and o.pattern.match(path)]
    return max(fitting, key=lambda operation: operation.literals, default=None)


def complaints(operation: Operation, status: int, body: Any) -> list[str]:
    reference = operation.schema(status)
    if reference is None:
        return []
    validator = Draft202012Validator({"$ref": operation.document + reference}, registry=_registry())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]


@cache
def _operations() -> tuple[Operation, ...]:
    return tuple(
        Operation(name, method.upper(), path, described["responses"])
        for name, document in _documents().items()
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    )


@cache
def _documents() -> dict[str, Any]:
    return {
        file.name: _as_json_schema(simplejson.loads(file.read_bytes()))
        for file in sorted(SPECS.glob("*.json"))
    }


@cache
def _registry() -> Registry[Any]:
    resources = (
        (name, Resource(contents=document, specification=DRAFT202012))
        for name, document in _documents().items()
    )
    return Registry().with_resources(resources)


def _as_json_schema(node: Any) -> Any:
    """Property values may be null although the descriptions say text (hubspot-api.md 4 [SPEC]),
    and the client's `object` for `subCategory` means anything."""
    if isinstance(node, list):
        return [_as_json_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: _as_json_schema(value) for key, value in node.items()}
    properties = node.get("properties")
    if isinstance(properties, dict):
        for name in NULLABLE:
            if properties.get(name) == {"type": "string"}:
                properties[name] = {"type": ["string", "null"]}
        if properties.get("subCategory") == {"type": "object"}:
            properties["subCategory"] = {}
        if "properties" in properties and "additionalProperties" in properties["properties"]:
            properties["properties"]["additionalProperties"] = {"type": ["string", "null"]}
    return node
