"""What the server, the control paths and the seeds ask of a simulated vendor."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sandbox.clock import Clock
from sandbox.web import Request, Response

# (vendor, event): the vendor's own description of one change, for its webhook sender
ChangeListener = Callable[[str, dict[str, Any]], None]


class Vendor(Protocol):
    """One vendor's whole state and behaviour.

    Every method is called with the world's lock held, so none may sleep. The state consists of
    plain JSON values (dict, list, str, int, Decimal, bool, None), so that it can be saved.
    """

    name: str  # "hubspot" or "quickbooks"

    def __init__(self, clock: Clock, listener: ChangeListener) -> None: ...

    def reset(self) -> dict[str, Any]:
        """A new, empty account with default options; answers its part of `/control/reset`."""
        ...

    def handle(self, request: Request) -> Response: ...

    def throttle(self, request: Request) -> Response | None:
        """The vendor's own 429 when a limit is used up, else None and the call is counted."""
        ...

    def set_options(self, patch: Mapping[str, Any]) -> None:
        """Raises ValueError naming an option that does not exist or a value it cannot take."""
        ...

    def act(self, action: Mapping[str, Any]) -> dict[str, Any]:
        """An edit by a person in the vendor's own app (`/control/person`), past API rules that
        only bind apps. Raises ValueError with a sentence when the app would not let them."""
        ...

    def dump(self) -> dict[str, Any]:
        """Everything, for assertions: deleted, archived, voided and merged records, history."""
        ...

    def save(self) -> dict[str, Any]: ...

    def load(self, state: Mapping[str, Any]) -> None: ...
