"""The sandbox of the pipeline's tests."""

from tests.pipeline.conftest import credentials, sandbox, sandbox_process, trade, worlds

__all__ = ["credentials", "sandbox", "sandbox_process", "trade", "worlds"]
