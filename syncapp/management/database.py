"""What a database says when it cannot be used, as a sentence."""

from django.db import OperationalError, connection


def sentence_about(error: OperationalError) -> str:
    text = str(error)
    if "locked" in text:
        return (
            "The database is locked by another program, which has been writing to it for too long."
            " Nothing was done. Wait until it is ready, or end it, and try again."
        )
    if "no such table" in text or "does not exist" in text:
        return "The database lacks a table. Run manage.py migrate first."
    name = connection.settings_dict.get("NAME") or "the database"
    first_line = text.strip().partition("\n")[0]
    return f"The database ({name}) cannot be used: {first_line}. See DATABASE_URL."
