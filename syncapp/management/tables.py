"""What the commands print for people."""

from collections.abc import Iterator

from rich.table import Table

from syncapp.engine.plan import State
from syncapp.models.choices import ENTITIES, STATES
from syncapp.models.counts import EntityCounts
from syncapp.reporting.status import IntegrationStatus

COLOURS = {
    State.IN_SYNC: "green",
    State.FAILING: "red",
    State.EXCLUDED: "bright_black",
    State.WAITING: "yellow",
    State.NEEDS_DECISION: "magenta",
}


def counts_table(counts: EntityCounts) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    for state, label in STATES:
        table.add_column(label.lower(), justify="right", style=COLOURS[State(state)])
    for entity, label in ENTITIES:
        numbers = [counts[entity][state] for state, _ in STATES]
        table.add_row(f"{label}s", *(f"{number:,}" if number else "-" for number in numbers))
    return table


def status_lines(status: IntegrationStatus) -> Iterator[str]:
    yield f"{status.integration}: {_doing(status)}"
    for connection in status.needs_reconnect:
        yield f"  {connection} must be connected again."
    if status.brake:
        yield f"  The safety brake is pulled. {status.brake}"
    if status.last_pass:
        last = status.last_pass
        ended = last.outcome or "running"
        yield f"  last pass {last.started_at:%Y-%m-%d %H:%M} UTC: {ended}, {last.writes} writes"
    if status.last_pass and status.last_pass.error:
        yield f"  {status.last_pass.error}"
    for one in status.golive:
        yield f"  {one['severity']}: {one['title']}. {one['remedy']}"
    yield f"  open writes: {status.open_intents}, changes due: {status.due_rows}"


def _doing(status: IntegrationStatus) -> str:
    if status.is_paused:
        return "paused"
    if status.lease:
        return f"being worked on by {status.lease.holder}"
    return "idle, nothing is owed" if status.idle else "has work to do"
