"""What may still stop a write."""
