"""Whoever finds an old token renews it, whether or not somebody else is at it."""

TARGET = "syncapp.pipeline.credentials:take_refresh_turn"


def changed(real):
    return lambda pk, holder: True
