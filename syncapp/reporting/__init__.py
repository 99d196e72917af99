"""Read-only queries for pages, commands and monitors."""
