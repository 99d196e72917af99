"""The deeds by name. The app binds people by the rules of the records, not by those for apps."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.hubspot.billing.settling import settle
from sandbox.hubspot.errors import ApiError
from sandbox.hubspot.people import invoicing, recording
from sandbox.hubspot.people.deed import Deed
from sandbox.hubspot.portal import Portal

_DEEDS: dict[str, Callable[[Deed], dict[str, Any]]] = {
    "create": recording.create,
    "edit": recording.edit,
    "delete": recording.delete,
    "restore": recording.restore_record,
    "merge": recording.merge_records,
    "gdpr_delete": recording.gdpr_delete,
    "associate": recording.associate,
    "dissociate": recording.dissociate,
    "finalize": invoicing.finalize,
    "void": invoicing.void,
    "pay": invoicing.pay,
    "refund": invoicing.refund,
}


def act(portal: Portal, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Raises ValueError with a sentence when the app would not let them."""
    name = str(asked.get("action") or "")
    deed = _DEEDS.get(name)
    if deed is None:
        raise ValueError(f"A person can {', '.join(_DEEDS)}, not {name or 'nothing'}.")
    todo = Deed(portal, asked)
    try:
        with portal.writing_at(todo.moment):
            answer = deed(todo)
            settle(portal)
    except ApiError as refusal:
        raise ValueError(refusal.message) from None
    return answer
