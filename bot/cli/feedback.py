"""`meetingbot feedback to-questions`: its options, handed on to `bot.evaluation.draft`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.sources import SavedIndex, SharedStore, Sources, read_sources

feedback = typer.Typer(
    help="Work with what visitors said of the answers.", no_args_is_help=True, rich_markup_mode=None
)


@feedback.callback()
def main() -> None:
    """Work with what visitors said of the answers."""


@feedback.command()
def to_questions(
    file: Annotated[
        Path, typer.Argument(help="The feedback.jsonl of a chat's --data.", metavar="FILE")
    ],
    source: Sources = None,
    index: SavedIndex = None,
    store: SharedStore = None,
) -> None:
    """Draft a question set from feedback.

    With documents given, rows whose quotes are no longer in them are marked.
    """
    from bot.evaluation.draft import draft_questions
    from bot.feedback import read

    documents = read_sources(source, index, store) if source or index or store else None
    texts = None if documents is None else [one.text for one in documents]
    unreviewed = 0
    for row in draft_questions(read(file), texts):
        unreviewed += "review" in row
        typer.echo(json.dumps(row, ensure_ascii=False))
    if unreviewed:
        typer.echo(f'Rows that need a person (kind "unreviewed"): {unreviewed}', err=True)
