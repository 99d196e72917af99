"""What the vendors tell us unasked: verified, read, stored, acknowledged.

Nothing here asks a vendor or decides anything; the next pass does, and it believes only which
records were named. `views.py` is the order of these steps.
"""
