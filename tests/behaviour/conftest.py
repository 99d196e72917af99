"""The worlds of the pipeline's tests: sandbox over HTTP, reset for each test."""

from tests.pipeline.conftest import (  # noqa: F401
    credentials,
    sandbox,
    sandbox_process,
    trade,
    worlds,
)
