"""Raised while a body is made, caught where it would have been sent."""


class Unwritable(Exception):
    """QuickBooks has no form for what is to be written; nothing of it was sent."""
