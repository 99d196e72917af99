"""A call that has waited for its turn goes without asking whether the lease is still ours."""

TARGET = "syncapp.pipeline.guards.gate:Gate.require"


def changed(real):
    return lambda self, seconds: None
