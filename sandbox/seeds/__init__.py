"""What a world may be filled with after a reset."""

from collections.abc import Callable, Mapping

from sandbox.seeds.chinook import found_company
from sandbox.world import World


def _leave_empty(world: World) -> None:
    """Accounts as the vendors hand them out: the reset did that already."""


SEEDS: Mapping[str, Callable[[World], None]] = {
    "empty": _leave_empty,
    "chinook": found_company,
}
