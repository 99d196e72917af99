from typing import Any

import pytest

from tests.sandbox.hubspot.api import HubSpotApi
from tests.sandbox_process import SandboxProcess


@pytest.fixture
def hubspot(sandbox: SandboxProcess, reset: dict[str, Any]) -> HubSpotApi:
    """A fresh portal and its API."""
    return HubSpotApi(sandbox, reset["hubspot"])
