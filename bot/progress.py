"""Progress bars: on standard error, only on a terminal, only for what takes over a second."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from embeddings.encoder import Progress

SECONDS_BEFORE_SHOWING = 1.0


@contextmanager
def passages_progress(what: str = "Indexing passages") -> Iterator[Progress | None]:
    """Yield a callback (done, of) that draws a bar; None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(what)
    began = monotonic()
    shown = False

    def advance(done: int, of: int) -> None:
        nonlocal shown
        bar.update(task, completed=done, total=of)
        if not shown and monotonic() - began > SECONDS_BEFORE_SHOWING:
            shown = True
            bar.start()

    try:
        yield advance
    finally:
        if shown:
            bar.stop()
