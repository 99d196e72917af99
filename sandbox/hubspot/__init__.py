"""A stand-in for one HubSpot account: its CRM, its invoices, its OAuth server."""

from sandbox.hubspot.vendor import HubSpot

__all__ = ["HubSpot"]
