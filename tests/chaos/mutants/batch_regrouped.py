"""The members of a batch that was not answered are sent again in other company."""

TARGET = "syncapp.pipeline.recover:_by_batch"


def changed(real):
    return lambda intents: [[one] for one in intents]
