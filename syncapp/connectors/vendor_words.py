"""What a vendor says when it refuses: kept for people, so shortened and without our secrets, which
some answers repeat."""

from syncapp.logs import one_line, without_live_secrets

LONGEST = 1000


def told(text: object) -> str:
    words = one_line(without_live_secrets(str(text or "")))
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
