"""Ledgerline: two-way sync between HubSpot and QuickBooks Online. Start at pipeline/process.py."""
