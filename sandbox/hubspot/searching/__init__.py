"""Searching the CRM: hubspot-api.md 8 [SEARCH]."""
