"""Measures the product against the vendors' limits, and beside what people would run otherwise.

Above everything: it may import the product and starts the sandbox; nothing imports it.
"""
