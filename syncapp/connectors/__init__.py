"""Speaks to the vendors. Knows no Django and no rules."""
