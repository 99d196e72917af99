"""Replaces one named function of the product by a wrong one: each module beside this one that has a
TARGET, `module:name`, and `changed(real)`; ALSO has those of the other vendor. A name that is no
more is an error: a bug that nobody can plant proves nothing."""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any


class Planted:
    """`calls`: how often the wrong function ran."""

    def __init__(self, name: str) -> None:
        bug = import_module(f"tests.chaos.mutants.{name}")
        self.calls = 0
        for target, changed in ((bug.TARGET, bug.changed), *getattr(bug, "ALSO", ())):
            owner, attribute = owner_of(target)
            real = getattr(owner, attribute)
            setattr(owner, attribute, self._counted(changed(real), real))

    def _counted(self, wrong: Callable[..., Any], real: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(real)
        def counted(*given: Any, **more: Any) -> Any:
            self.calls += 1
            return wrong(*given, **more)

        return counted


def owner_of(target: str) -> tuple[Any, str]:
    """The module or class that holds it, and what it is called there."""
    module, _, path = target.partition(":")
    *classes, attribute = path.split(".")
    owner: Any = import_module(module)
    for name in classes:
        owner = getattr(owner, name)
    if not callable(getattr(owner, attribute)):
        raise LookupError(f"{target} is no function to plant a bug in")
    return owner, attribute
