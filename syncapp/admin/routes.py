"""Every page and action of ours: its address, its name, and what a person needs for it.

A test walks this table with every role. An action has an address of its own, so that it can need
more than the page it is pressed on.
"""

from dataclasses import dataclass

from syncapp.admin.scaffold import Guarded


@dataclass(frozen=True, slots=True)
class Route:
    """`is_action`: answers POST only."""

    path: str
    name: str
    view: type[Guarded]
    permission: str
    is_action: bool = False


ROUTES: tuple[Route, ...] = ()
