"""Tells people who look at no page: what stands, who wants to know, when, and in which words."""


def watch() -> int:
    """Notices what came up and what is solved, then sends what is due. Answers how many were
    told."""
    from syncapp.alerts.noticing import notice
    from syncapp.alerts.sending import send_due

    notice()
    return send_due()
