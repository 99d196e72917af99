"""Associations between records: their types, their store, their rules."""
