"""`meetingbot verify`: its options, handed on to `bot.verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.sources import SavedIndex, SharedStore, Sources, read_sources


def verify(
    export: Annotated[
        Path, typer.Argument(help="A conversation that was exported as JSON.", metavar="EXPORT")
    ],
    source: Sources = None,
    index: SavedIndex = None,
    store: SharedStore = None,
) -> None:
    """Check an exported conversation against the documents."""
    from bot.printing import printable
    from bot.verify import load_export
    from bot.verify import verify as check

    exported = load_export(export)
    differences = check(exported, read_sources(source, index, store))
    for line in differences:
        typer.echo(printable(line))
    if differences:
        raise typer.Exit(1)
    typer.echo(f"Nothing differs (documents: {len(exported.documents)}, quotes: {exported.quotes})")
