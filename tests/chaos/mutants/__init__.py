"""Bugs that the tests must notice: `python -m tests.chaos.mutants.run`."""


def main() -> int:
    from tests.chaos.mutants.run import run_all

    return run_all(())
