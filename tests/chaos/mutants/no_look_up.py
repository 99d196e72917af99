"""A create is sent without asking whether our copy is there already."""

import time

TARGET = "syncapp.pipeline.apply:_adopt"


def changed(real):
    return lambda work, connector, sendings: time.monotonic()
