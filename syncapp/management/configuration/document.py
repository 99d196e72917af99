"""What a configuration file asks for. Judged whole before anything is done: every error at once."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml

from syncapp.engine.records import Side
from syncapp.models.accounts import LEAST_INTERVAL_SECONDS
from syncapp.setup.rule_document.reader import Part
from syncapp.setup.rule_document.wanted import RuleWanted, read_rule


@dataclass(frozen=True, slots=True)
class ConnectionWanted:
    """Tokens are None where the file says nothing: what is stored stays."""

    path: str
    name: str
    vendor: str
    account: str
    access_token: str | None = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class IntegrationWanted:
    path: str
    name: str
    hubspot: str
    quickbooks: str
    is_paused: bool
    interval_seconds: int
    confirm_initial_load: bool
    rules: tuple[RuleWanted, ...]


@dataclass(frozen=True, slots=True)
class Document:
    connections: tuple[ConnectionWanted, ...] = ()
    integrations: tuple[IntegrationWanted, ...] = ()
    warnings: tuple[str, ...] = ()


class DocumentErrors(Exception):
    def __init__(self, errors: Iterable[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(self.errors))


def read_document(text: str, stored: Mapping[str, str]) -> Document:
    """`stored`: vendor by name of the connections that exist, which a file may refer to."""
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DocumentErrors([f"The file is not YAML: {_first_line(error)}"]) from None
    errors: list[str] = []
    top = Part({} if value is None else value, "", errors, os.environ)
    warnings: list[str] = []
    connections = tuple(_connection(part, warnings) for part in top.parts("connections"))
    integrations = tuple(_integration(part) for part in top.parts("integrations"))
    top.nothing_else()
    document = Document(connections, integrations, tuple(warnings))
    errors += _contradictions(document, stored)
    if errors:
        raise DocumentErrors(errors)
    return document


def _connection(part: Part, warnings: list[str]) -> ConnectionWanted:
    for key in ("access_token", "refresh_token"):
        if part.is_written_out(key):
            path = f"{part.path}.{key}"
            warnings.append(f"{path}: stands in the file in the clear; write ${{NAME}} instead.")
    wanted = ConnectionWanted(
        path=part.path,
        name=part.text("name"),
        vendor=part.choice("vendor", [side.value for side in Side]),
        account=part.text("account"),
        access_token=part.text("access_token") if part.holds("access_token") else None,
        refresh_token=part.text("refresh_token") if part.holds("refresh_token") else None,
        expires_at=part.moment("expires_at"),
    )
    part.nothing_else()
    return wanted


def _integration(part: Part) -> IntegrationWanted:
    wanted = IntegrationWanted(
        path=part.path,
        name=part.text("name"),
        hubspot=part.text("hubspot"),
        quickbooks=part.text("quickbooks"),
        is_paused=part.flag("paused", default=False),
        interval_seconds=part.whole(
            "interval_seconds", LEAST_INTERVAL_SECONDS, LEAST_INTERVAL_SECONDS
        ),
        confirm_initial_load=part.flag("confirm_initial_load", default=False),
        rules=tuple(read_rule(rule) for rule in part.parts("rules")),
    )
    part.nothing_else()
    return wanted


def _contradictions(document: Document, stored: Mapping[str, str]) -> Iterable[str]:
    yield from _twice((one.path, one.name, "name") for one in document.connections)
    yield from _twice(
        (one.path, f"{one.vendor} account {one.account}", "account") for one in document.connections
    )
    yield from _twice((one.path, one.name, "name") for one in document.integrations)
    vendors = {**stored, **{one.name: one.vendor for one in document.connections}}
    for one in document.integrations:
        for side in Side:
            yield from _wrong_connection(one, side, vendors)
        yield from _twice((rule.path, rule.entity, "entity") for rule in one.rules)
    yield from _too_little(document, stored)


def _wrong_connection(
    one: IntegrationWanted, side: Side, vendors: Mapping[str, str]
) -> Iterable[str]:
    name = getattr(one, side.value)
    if not name:
        return
    path = f"{one.path}.{side.value}"
    if name not in vendors:
        yield f"{path}: there is no connection “{name}”, neither in the file nor stored."
    elif vendors[name] != side.value:
        yield f"{path}: “{name}” is a connection to the other vendor."


def _too_little(document: Document, stored: Mapping[str, str]) -> Iterable[str]:
    for one in document.connections:
        if one.access_token is None and one.name not in stored:
            yield f"{one.path}.access_token: is missing, and “{one.name}” is not stored yet."
        elif one.name in stored and one.vendor and stored[one.name] != one.vendor:
            yield f"{one.path}.vendor: “{one.name}” is stored as a {stored[one.name]} connection."


def _twice(named: Iterable[tuple[str, str, str]]) -> Iterable[str]:
    seen: dict[str, str] = {}
    for path, value, key in named:
        if value in seen:
            yield f"{path}.{key}: “{value}” stands in {seen[value]} already."
        elif value.strip():
            seen[value] = path


def _first_line(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f" in line {mark.line + 1}" if mark else ""
    return f"{getattr(error, 'problem', None) or 'it cannot be read'}{where}."
