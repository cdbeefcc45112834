"""Open an index that was written to a folder: plain files, no pickle, nothing half-written.

Each generation of the folder (see `generations`) that brings documents is a `segment`; the current
one has besides

manifest.json       format, encoder and its weights' hash, and all files that are read
record.json         which documents there are, and in which segment; see `record`

How they are written stands in `growth`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import Any, TypeVar

from embeddings.datatypes import Document
from embeddings.encoder import PACKAGED_SHA256, Encoder, SentenceTransformerEncoder
from embeddings.errors import EncoderError, MeetingbotError, StoredIndexError
from embeddings.saved.forms import FORMAT
from embeddings.saved.generations import check, current, index_command, pointer, rebuild
from embeddings.saved.record import RECORD, Record
from embeddings.saved.row_file import standing
from embeddings.saved.segment import DOCUMENTS, Segment, stored_documents
from embeddings.saved.stored_index import StoredIndex

Read = TypeVar("Read")


def load(folder: Path, encoder: Encoder | None) -> StoredIndex:
    """Open an index for the encoder that made it; what is large stays on disk until it is used.

    By default that is opened, too, from where it was.
    Raises `StoredIndexError` when there is none, when it is damaged, or when another encoder or
    another version made it; the message has the command that rebuilds it. Every file is hashed
    first, but texts and token vectors, of which each passage's are checked when they are read: a
    flipped bit costs nobody a wrong answer.
    """
    return _latest(folder, lambda: _load(folder, encoder))


def load_encoder(folder: Path) -> Encoder:
    """Open the encoder that made an index; raise `StoredIndexError`, or `EncoderError`."""
    return _latest(folder, lambda: _load_encoder(folder))


def load_documents(folder: Path) -> list[Document]:
    """Read the documents alone, whichever encoder made the index; raise `StoredIndexError`."""
    return _latest(folder, lambda: _load_documents(folder))


def _latest(folder: Path, read: Callable[[], Read]) -> Read:
    """Read again where a writer replaced the generation while it was being opened."""
    before = pointer(folder)
    try:
        return read()
    except StoredIndexError:
        if pointer(folder) == before:
            raise
    return _latest(folder, read)


def _load(folder: Path, encoder: Encoder | None) -> StoredIndex:
    encoder = encoder or _load_encoder(folder)
    with _generation(folder) as (generation, manifest):
        made_by = manifest["encoder"]
        if made_by["sha256"] != encoder.fingerprint:
            raise StoredIndexError(
                f"{folder}: was made with the encoder {made_by['name']}"
                f" ({made_by['sha256'][:12]}), not with {encoder.name}"
                f" ({encoder.fingerprint[:12]}); use that one, or {rebuild(folder)}"
                f" --encoder {quote(str(encoder.path))}"
            )
        check(folder, manifest)
        segments = [Segment(one) for one in _segments(folder, manifest)]
        return StoredIndex(segments, Record.read(generation), encoder)


def _load_encoder(folder: Path) -> Encoder:
    with _generation(folder) as (_, manifest):
        made_by = manifest["encoder"]
        if made_by["sha256"] == PACKAGED_SHA256:
            return SentenceTransformerEncoder()
        try:
            return SentenceTransformerEncoder(made_by["path"])
        except EncoderError as error:
            raise EncoderError(
                f"{folder}: was made with the encoder {made_by['name']}, which is no longer in"
                f" {made_by['path']}; give its folder with --encoder, or {rebuild(folder)} --anew,"
                " which takes the packaged one"
            ) from error


def _load_documents(folder: Path) -> list[Document]:
    with _generation(folder) as (generation, manifest):
        check(folder, manifest, only=(RECORD, standing(Path(DOCUMENTS)).name))
        rows = {one.name: stored_documents(one) for one in _segments(folder, manifest)}
        entries = Record.read(generation).entries.values()
        return [rows[one.segment][one.row] for one in entries]


def _segments(folder: Path, manifest: dict[str, Any]) -> list[Path]:
    paths = [Path(name) for name in manifest["files"]]
    return [folder / path.parent.name for path in paths if path.name == DOCUMENTS]


@contextmanager
def _generation(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield what to read; an error while it is used means that the index is damaged."""
    try:
        found = current(folder)
        if found is None:
            raise StoredIndexError(f"{folder}: no index there; make one: {index_command(folder)}")
        if (format := found[1]["format"]) != FORMAT:
            raise StoredIndexError(
                f"{folder}: has index format {format}, this version reads {FORMAT};"
                f" {rebuild(folder)}"
            )
        yield found
    except MeetingbotError:  # says itself what is wrong
        raise
    except Exception as error:  # NumPy, FAISS and JSON each raise what they like
        raise StoredIndexError(
            f"{folder}: the index is damaged ({error}); {rebuild(folder)}"
        ) from error
