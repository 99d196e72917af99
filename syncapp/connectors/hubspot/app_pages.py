"""Where a person sees a record in HubSpot's own app."""

from syncapp.engine.records import Entity

# hubspot-api.md, the table of objects
TYPE_IDS = {
    Entity.CONTACT: "0-1",
    Entity.PRODUCT: "0-7",
    Entity.INVOICE: "0-53",
    Entity.PAYMENT: "0-101",
}


def record_page(app_url: str, account_id: str, entity: Entity, record_id: str) -> str:
    return f"{app_url}/contacts/{account_id}/record/{TYPE_IDS[entity]}/{record_id}"
