"""Every attempt has an id of its own, so that the vendor cannot recognise the second one."""

from uuid import uuid4

TARGET = "syncapp.pipeline.apply:request_id"


def changed(real):
    return lambda work, write: str(uuid4())
