"""The threads of a pass share the memory that they ask of the system.

glibc gives each thread an arena of its own, and what one helping needed once stays with the thread
that needed it: 5 MB more of 10,000 invoices than with two arenas for all, and growing.
"""

import ctypes

_M_ARENA_MAX = -8  # malloc.h
_ARENAS = 2


def share() -> None:
    """Where the C library knows of no arenas there is nothing to share. May be repeated."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)
