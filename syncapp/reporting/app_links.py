"""Addresses of a record in both apps, from what the accounts told us of themselves."""

from collections.abc import Callable, Mapping

from syncapp.connectors.hubspot import app_pages as hubspot
from syncapp.connectors.quickbooks import app_pages as quickbooks
from syncapp.engine.records import Entity, Side
from syncapp.models import Integration, RecordLink

_PAGES: Mapping[Side, Callable[[str, str, Entity, str], str]] = {
    Side.HUBSPOT: hubspot.record_page,
    Side.QUICKBOOKS: quickbooks.record_page,
}


def app_links(integration: Integration, link: RecordLink) -> dict[Side, str]:
    """Only https: what a vendor calls itself is not trusted to be an address."""
    found = {}
    for side, page in _PAGES.items():
        connection, id_ = integration.connection(side), link.id_on(side)
        app_url = str(connection.account.get("app_url", ""))
        if id_ and app_url.startswith("https://"):
            found[side] = page(app_url, connection.account_id, Entity(link.entity), id_)
    return found
