"""Addresses of a record in both apps, from what the accounts told us of themselves."""

from collections.abc import Callable, Mapping

from syncapp.connectors.hubspot import app_pages as hubspot
from syncapp.connectors.quickbooks import app_pages as quickbooks
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.models import Integration, RecordLink

_PAGES: Mapping[Side, Callable[[str, str, Entity, str], str]] = {
    Side.HUBSPOT: hubspot.record_page,
    Side.QUICKBOOKS: quickbooks.record_page,
}


def app_links(integration: Integration, link: RecordLink) -> dict[Side, str]:
    found = {}
    for side in Side:
        id_ = link.id_on(side)
        url = app_link(integration, RecordRef(side, Entity(link.entity), id_)) if id_ else ""
        if url:
            found[side] = url
    return found


def app_link(integration: Integration, ref: RecordRef) -> str:
    """Only https: what a vendor calls itself is not trusted to be an address."""
    connection = integration.connection(ref.side)
    app_url = str(connection.account.get("app_url", ""))
    if not app_url.startswith("https://"):
        return ""
    return _PAGES[ref.side](app_url, connection.account_id, ref.entity, ref.id)
