"""Contacts: one per e-mail address, a life cycle that only moves forward."""

from sandbox.hubspot.change import Change
from sandbox.hubspot.definitions.people_and_companies import LIFECYCLE_STAGES
from sandbox.hubspot.errors import conflict
from sandbox.hubspot.rules.plain import Rules
from sandbox.hubspot.uniqueness import fold


class ContactRules(Rules):
    def before_create(self, change: Change) -> None:
        email = change.values.get("email")
        if email and change.portal.option("archived_email_reuse") == "conflict":
            self._refuse_archived_twin(change, email)

    def before_update(self, change: Change) -> None:
        """hubspot-api.md 5.1 [OBJ]: forward only unless cleared; a step back is not taken."""
        old, new = change.before("lifecyclestage"), change.values.get("lifecyclestage")
        if old and new and LIFECYCLE_STAGES.index(new) < LIFECYCLE_STAGES.index(old):
            del change.values["lifecyclestage"]

    def _refuse_archived_twin(self, change: Change, email: str) -> None:
        for record in change.portal.records("contacts").values():
            if record["archived"] and "merged_into" not in record:
                other = record["properties"].get("email")
                if other and fold("email", other) == fold("email", email):
                    raise conflict(f"Contact already exists. Existing ID: {record['id']}")
