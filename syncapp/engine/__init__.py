"""Decides what should be done. Pure: reads no clock, database, file or socket."""
