"""The options that name what to answer from, and the bot that they make."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.bot import Bot
    from embeddings.datatypes import Document
    from embeddings.encoder import Encoder
    from embeddings.index import Index


def name(text: str) -> str:
    """Take a name that is not empty: a shell's variable that is not set gives one that is."""
    if not text.strip():
        raise typer.BadParameter("is empty")
    return text


def path(text: str) -> Path:
    """Take a path that is not empty, which would be the working folder."""
    return Path(name(text))


Sources = Annotated[
    list[Path] | None,
    typer.Option(
        "--source",
        parser=path,
        help="A file, or a folder with all files below it. Repeatable.",
        metavar="PATH",
        show_default=False,
    ),
]
SavedIndex = Annotated[
    Path | None,
    typer.Option(
        "--index",
        parser=path,
        help="A folder that `meetingbot index` wrote.",
        metavar="DIR",
        show_default=False,
    ),
]
SharedStore = Annotated[
    str | None,
    typer.Option(
        "--store",
        parser=name,
        help="A Milvus server (http://HOST:19530) or Milvus Lite file; #NAME picks a library.",
        metavar="URL",
        show_default=False,
    ),
]
ModelFolder = Annotated[
    Path | None,
    typer.Option(
        "--encoder",
        parser=path,
        help="The folder of a sentence-transformers model, to use instead of the packaged one.",
        metavar="DIR",
        show_default=False,
    ),
]


class Caution(str, Enum):
    """How sure the bot must be to speak; `answerability.CAUTION` holds the probabilities."""

    low = "low"
    normal = "normal"
    high = "high"


HowCautious = Annotated[
    Caution,
    typer.Option("--caution", help="How sure to be before answering instead of staying silent."),
]

InDocuments = Annotated[
    list[str] | None,
    typer.Option(
        "--document",
        help="Ask this document only: its path below the folder that was read. Repeatable.",
        metavar="ID",
        show_default=False,
    ),
]
BySpeakers = Annotated[
    list[str] | None,
    typer.Option(
        "--speaker",
        help="Ask this speaker's words only. Repeatable.",
        metavar="NAME",
        show_default=False,
    ),
]
After = Annotated[
    str | None,
    typer.Option(
        help="Ask only what is from this day (YYYY-MM-DD) or time ([HH:]MM:SS) on.", metavar="WHEN"
    ),
]
Before = Annotated[
    str | None,
    typer.Option(
        help="Ask only what is before this day (YYYY-MM-DD) or time ([HH:]MM:SS).", metavar="WHEN"
    ),
]


def open_index(
    sources: list[Path] | None,
    index: Path | None,
    encoder: Path | None = None,
    carried: Sequence[Document] = (),
    store: str | None = None,
) -> Index:
    """Open or build the index that the options name; `carried` documents stand in for a source."""
    from bot.packaged import PACKAGED_RECORD
    from bot.progress import passages_progress
    from embeddings.index import Index
    from embeddings.readers import read_documents

    _one_of(sources, index, store)
    model = open_encoder(encoder)
    if store:
        from embeddings.shared.index import SharedIndex

        return SharedIndex(store, encoder=model)
    if index:
        return Index.load(index, encoder=model)
    documents = (
        carried if carried and not sources else read_documents(*(sources or [PACKAGED_RECORD]))
    )
    with passages_progress() as progress:
        return Index.build(documents, encoder=model, progress=progress)


def index_beside(sources: list[Path] | None, encoder: Path | None) -> Index:
    """Read the sources that the options name, and return at once what becomes their index."""
    from bot.progress import passages_progress
    from bot.web.coming import ComingIndex
    from embeddings.encoder import Progress, SentenceTransformerEncoder
    from embeddings.index import Index

    documents = read_sources(sources, None)
    model = open_encoder(encoder) or SentenceTransformerEncoder()
    _ = model.fingerprint  # damaged weights are told of before anything is served

    def make(beside: Progress) -> Index:
        with passages_progress() as shown:

            def progress(done: int, of: int) -> None:
                if shown:
                    shown(done, of)
                beside(done, of)

            return Index.build(documents, encoder=model, progress=progress)

    return ComingIndex(documents, model, make)


def open_encoder(folder: Path | None) -> Encoder | None:
    """Open the model that the options name, None where they name none."""
    from embeddings.encoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder(folder) if folder else None


def read_sources(
    sources: list[Path] | None, index: Path | None, store: str | None = None
) -> list[Document]:
    """Read the documents that the options name, without a model."""
    from bot.packaged import PACKAGED_RECORD
    from embeddings.readers import read_documents
    from embeddings.saved.storage import load_documents

    _one_of(sources, index, store)
    if store:
        from embeddings.shared.index import SharedIndex

        return list(SharedIndex(store).documents.values())
    return load_documents(index) if index else read_documents(*(sources or [PACKAGED_RECORD]))


def tell_what_was_asked(sources: list[Path] | None, index: Path | None, store: str | None) -> None:
    """Say that it was the packaged record, lest its silence pass for that of one's own."""
    if not (sources or index or store):
        typer.echo(
            "Asked of the packaged record; give your own with --source or --index.", err=True
        )


def _one_of(sources: list[Path] | None, index: Path | None, store: str | None) -> None:
    if sum(map(bool, (sources, index, store))) > 1:
        raise typer.BadParameter(
            "give only one of: sources, --index, --store", param_hint="--index"
        )


def open_bot(
    sources: list[Path] | None,
    index: Path | None,
    encoder: Path | None = None,
    carried: Sequence[Document] = (),
    *,
    store: str | None = None,
    caution: Caution = Caution.normal,
    beside: bool = False,
) -> Bot:
    """Make the bot that the options name; if `beside`, plain sources are indexed meanwhile."""
    from bot.answerability import CAUTION
    from bot.bot import Bot
    from embeddings.retriever import Retriever

    if beside and not index and not store:
        opened = index_beside(sources, encoder)
    else:
        opened = open_index(sources, index, encoder, carried, store)
    return Bot(Retriever(opened), threshold=CAUTION[caution.value])
