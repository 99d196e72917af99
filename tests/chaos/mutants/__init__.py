"""Bugs that the tests must notice: `python -m tests.chaos.mutants.run`."""
