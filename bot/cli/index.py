"""`meetingbot index`: make an index, or bring one up to date, in a folder or in Milvus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.sources import ModelFolder, SharedStore, name, open_encoder, path


def make_index(
    sources: Annotated[
        list[Path],
        typer.Argument(
            parser=path, help="Files or folders to read.", metavar="SOURCE", show_default=False
        ),
    ],
    index: Annotated[
        Path | None,
        typer.Option(
            "--index",
            parser=path,
            help="The folder to write the index to.",
            metavar="DIR",
            show_default=False,
        ),
    ] = None,
    store: SharedStore = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--ray",
            parser=name,
            help="With --store: the Ray cluster on which to read and encode; `local` starts one.",
            metavar="ADDRESS",
            show_default=False,
        ),
    ] = None,
    encoder: ModelFolder = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="With --index: build it again from nothing.")
    ] = False,
) -> None:
    """Make an index of documents, or bring one up to date.

    Only what changed is read again. Name all sources each time: documents that are not in them are
    removed. Naming single files is refused where that would remove documents whose files still
    exist. Files that cannot be read are listed at the end; the exit code is then 1.
    """
    from bot.printing import printable
    from bot.progress import passages_progress
    from embeddings.saved.library import update_index
    from embeddings.shared.bulk import update_shared

    if index is None and store is None:
        raise typer.BadParameter(
            "say where to write: give --index DIR or --store URL", param_hint="--index"
        )
    if index and store:
        raise typer.BadParameter("give --index or --store, not both", param_hint="--index")
    if cluster and not store:
        raise typer.BadParameter("is for --store", param_hint="--ray")
    if anew and not index:
        raise typer.BadParameter("is for --index", param_hint="--anew")
    model = open_encoder(encoder)
    with passages_progress("Indexing files" if store else "Indexing passages") as progress:
        if store:
            update = update_shared(
                store, *sources, encoder=model, cluster=cluster, progress=progress
            )
        elif index:
            update = update_index(index, *sources, encoder=model, progress=progress, anew=anew)
    if update.anew:
        typer.echo(printable(f"Rebuilt: {update.anew}"), err=True)
    typer.echo(f"{update}; {update.index.size} passages in {store or index}")
    if update.passed_over:
        typer.echo(printable(update.passed_over), err=True)
    for failure in update.failures:
        typer.echo(printable(f"meetingbot: {failure}"), err=True)
    if update.failures:
        raise typer.Exit(1)
