"""Progress bars on a terminal, nothing elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from syncapp.pipeline.context import Progress, silent


@contextmanager
def progress_bars(*, wanted: bool) -> Iterator[Progress]:
    """On the error stream, so that standard output stays what other programs read."""
    console = Console(stderr=True)
    if not (wanted and console.is_terminal):
        yield silent
        return
    columns = (
        TextColumn("{task.description}", style="cyan"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        yield _moving(bars)


def _moving(bars: Bars) -> Progress:
    rows = {}

    def move(step: str, done: int, total: int | None) -> None:
        if step not in rows:
            rows[step] = bars.add_task(step, total=total)
        bars.update(rows[step], completed=done, total=total)

    return move
