"""An answer that may be an old one is believed unread."""

TARGET = "syncapp.pipeline.apply:read_back"


def changed(real):
    return lambda connector, answers: list(answers)
