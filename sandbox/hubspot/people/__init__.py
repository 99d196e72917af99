"""What a person does in HubSpot's own app: `/control/person`."""

from sandbox.hubspot.people.actions import act

__all__ = ["act"]
