"""The sandbox of the pipeline's tests, for pages that speak to the vendors."""

from tests.pipeline.conftest import credentials, sandbox, sandbox_process, trade, worlds

__all__ = ["credentials", "sandbox", "sandbox_process", "trade", "worlds"]
