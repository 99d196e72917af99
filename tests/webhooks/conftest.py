import pytest

from tests.webhooks import letters


@pytest.fixture
def secrets(settings):
    settings.PUBLIC_BASE_URL = letters.BASE
    settings.HUBSPOT_CLIENT_SECRET = letters.SECRET
    settings.HUBSPOT_WEBHOOK_SECRETS = []
    settings.QUICKBOOKS_WEBHOOK_TOKENS = [letters.TOKEN]
    return settings
