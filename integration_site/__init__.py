"""The Django project around the product: settings, addresses, entry points. Knows no sync."""
