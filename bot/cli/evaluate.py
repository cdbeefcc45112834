"""`meetingbot evaluate`: its options, handed on to `bot.evaluation.command`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.sources import (
    Caution,
    HowCautious,
    ModelFolder,
    SavedIndex,
    SharedStore,
    Sources,
    open_bot,
    path,
)


class Corpus(str, Enum):
    """Where the questions of a set are asked."""

    document = "document"
    file = "file"


def evaluate(
    questions: Annotated[
        Path,
        typer.Argument(help="JSON Lines, SQuAD 2.0, QMSum or a BEIR folder.", metavar="QUESTIONS"),
    ],
    source: Sources = None,
    index: SavedIndex = None,
    store: SharedStore = None,
    encoder: ModelFolder = None,
    caution: HowCautious = Caution.normal,
    corpus: Annotated[
        Corpus | None,
        typer.Option(
            help="Ask each question of its own document (the default for SQuAD and QMSum), or of"
            " all (for JSON Lines).",
            show_default=False,
        ),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(help="The qrels file of a BEIR folder.", metavar="NAME", show_default=False),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            help="Ask only the first N questions.",
            metavar="N",
            show_default=False,
        ),
    ] = None,
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json", help="Write the report as JSON.", metavar="FILE", show_default=False
        ),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--report",
            help="Write the report as one HTML page.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    summary: Annotated[
        Path | None,
        typer.Option(
            help="Write a Markdown summary for a pull request.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(
            parser=path,
            help="Write TREC and SQuAD files to this folder.",
            metavar="DIR",
            show_default=False,
        ),
    ] = None,
    ablation: Annotated[
        bool, typer.Option("--ablate", help="Measure each stage by itself.")
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(
            help="An earlier --json file to compare with.", metavar="FILE", show_default=False
        ),
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC=VALUE",
            help="Exit 1 if the metric is worse than this. Repeatable.",
            show_default=False,
        ),
    ] = None,
    fail_on_drop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC=VALUE",
            help="Exit 1 if the metric got worse by more than this since --baseline. Repeatable.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Measure the answers to a question set."""
    from bot.errors import ReportError
    from bot.evaluation.command import Outputs, run
    from bot.evaluation.gate import parse_limit

    try:
        under = [parse_limit(text) for text in fail_under or ()]
        drop = [parse_limit(text) for text in fail_on_drop or ()]
    except ReportError as error:
        raise typer.BadParameter(str(error)) from error
    if drop and not baseline:
        raise typer.BadParameter("needs --baseline OLD.json", param_hint="--fail-on-drop")
    library = [Path(store.partition("#")[0])] if store else []
    missed = run(
        questions,
        lambda carried: open_bot(source, index, encoder, carried, store=store, caution=caution),
        corpus=corpus.value if corpus else None,
        split=split,
        most=most,
        outputs=Outputs(json_file, page, summary, export),
        read=[*(source or ()), *library, *filter(None, (index, encoder))],
        ablation=ablation,
        baseline=baseline,
        fail_under=under,
        fail_on_drop=drop,
    )
    for line in missed:
        typer.echo(f"meetingbot: {line}", err=True)
    if missed:
        raise typer.Exit(1)
