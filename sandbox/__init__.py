"""Local stand-ins for HubSpot and QuickBooks Online, served over HTTP.

Imports nothing of the product. Start it with `python -m sandbox --port 8765`.
"""
