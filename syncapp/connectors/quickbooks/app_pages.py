"""Where a person sees a record in QuickBooks' own app."""

from urllib.parse import urlencode, urljoin

from syncapp.engine.records import Entity

# The app has no address for a single item: its list is as near as one comes.
_PAGES = {
    Entity.CONTACT: ("customerdetail", "nameId"),
    Entity.PRODUCT: ("items", ""),
    Entity.INVOICE: ("invoice", "txnId"),
    Entity.PAYMENT: ("recvpayment", "txnId"),
}


def record_page(app_url: str, _account_id: str, entity: Entity, record_id: str) -> str:
    page, parameter = _PAGES[entity]
    id_ = record_id.partition("/")[0]  # a payment's part of one invoice is shown with the payment
    query = f"?{urlencode({parameter: id_})}" if parameter else ""
    return urljoin(app_url, page) + query
