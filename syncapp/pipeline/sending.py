"""One write on its way."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from syncapp.engine.plan import FieldDecision
from syncapp.engine.writes import Write, WriteAnswer
from syncapp.models import RecordLink, WriteIntent


@dataclass(slots=True)
class Sending:
    """One write of one link on its way. `settles` is stored with the intents: what the answer
    confirms, so that recovery can settle without having decided."""

    link: RecordLink
    write: Write
    settles: Mapping[str, object] = field(default_factory=dict)
    steps: tuple[Write, ...] = ()
    intent: WriteIntent | None = None
    answer: WriteAnswer | None = None
    made: Mapping[str, str] = field(default_factory=dict)  # by the steps so far
    left: Mapping[str, str] = field(default_factory=dict)  # line items, as the steps left them
    # what happens to each field by this very write, where that is not what was decided
    fields: tuple[FieldDecision, ...] | None = None
    is_back: bool = False  # it brings a person's value back: put_back.py
