"""The company the tests of the QuickBooks stand-in work in."""

from typing import Any

import pytest

from tests.sandbox.quickbooks.books import Books
from tests.sandbox_process import SandboxProcess


@pytest.fixture
def books(sandbox: SandboxProcess, reset: dict[str, Any]) -> Books:
    return Books(sandbox, reset)
