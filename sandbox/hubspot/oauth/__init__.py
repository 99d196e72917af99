"""HubSpot's OAuth server: hubspot-api.md 3.2."""
