"""An answer that may be an old one is believed unread."""

TARGET = "syncapp.pipeline.apply:_read_back"


def changed(real):
    return lambda connector, sendings: None
