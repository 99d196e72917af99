"""Who wrote a value: an app through the API, a person in HubSpot, or HubSpot itself."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    source_type: str
    source_id: str = ""
    label: str = ""
    user_id: int | None = None

    @property
    def is_person(self) -> bool:
        return self.source_type == "CRM_UI"

    @property
    def is_app(self) -> bool:
        return not self.is_person and self.source_type != "CALCULATED"

    def history_entry(self, value: str | None, timestamp: str) -> dict[str, Any]:
        """hubspot-api.md 4.1 [SPEC]; a cleared value is shown as an empty string."""
        entry: dict[str, Any] = {
            "value": value or "",
            "timestamp": timestamp,
            "sourceType": self.source_type,
            "sourceId": self.source_id,
        }
        if self.label:
            entry["sourceLabel"] = self.label
        if self.user_id is not None:
            entry["updatedByUserId"] = self.user_id
        return entry

    def origin(self) -> dict[str, str]:
        """The properties that tell where a new record came from: hubspot-api.md 4.1 [PAY]."""
        properties = {
            "hs_object_source": self.source_type,
            "hs_object_source_label": self.source_type,
            "hs_object_source_id": self.source_id,
        }
        if self.label:
            properties["hs_object_source_detail_1"] = self.label
        if self.user_id is not None:
            user = str(self.user_id)
            properties["hs_object_source_user_id"] = user
            properties["hs_created_by_user_id"] = user
            properties["hs_updated_by_user_id"] = user
        return properties


def app(app_id: int, name: str, source_type: str) -> Actor:
    return Actor(source_type, str(app_id), name)


def person(user_id: int) -> Actor:
    return Actor("CRM_UI", f"userId:{user_id}", user_id=user_id)


CALCULATED = Actor("CALCULATED")
