"""The pages on which accounts are connected, tested, joined and taken back."""
