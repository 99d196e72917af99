"""Which parts of a rule's document differ between two versions, as people look for them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[str]]:
    """Each part with its value before and after; empty where it is not there.

    >>> changed({"direction": "both"}, {"direction": "both", "options": {"without_sku": True}})
    {'option without_sku': ['', 'yes']}
    """
    left, right = dict(_parts(before)), dict(_parts(after))
    return {
        name: [left.get(name, ""), right.get(name, "")]
        for name in dict.fromkeys([*left, *right])
        if left.get(name) != right.get(name)
    }


def _parts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in document.items():
        match name:
            case "entity":
                continue
            case "mappings":
                for row in value:
                    yield f"mapping {row['hubspot']}={row['quickbooks']}", _mapping(row)
            case "options" | "filters":
                word = name.removesuffix("s")
                yield from ((f"{word} {key}", _text(one)) for key, one in value.items())
            case _:
                yield name, _text(value)


def _mapping(row: Mapping[str, Any]) -> str:
    shown = [row["direction"] if row.get("on", True) else "off", row.get("transform", "")]
    return ", ".join(filter(None, shown))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
