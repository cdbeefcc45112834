"""Write an index to a folder and read it back: plain files, no pickle, nothing half-written.

A generation of the folder (see `generations`) has:

manifest.json      format, encoder and its weights' hash, the index's id, the hashes of documents
                   and files
documents.jsonl, documents.npy, passages.jsonl, passages.npy, record.json: see `stored_index`
vectors.faiss      pooled vectors
tokens.bin, sums.npy, rows.npy, sentences.npy: token vectors, see `token_file`
lexical/           BM25 of the passages; sentence_lexical/: of the sentences
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from embeddings.datatypes import Document
from embeddings.encoder import PACKAGED_SHA256, Encoder, SentenceTransformerEncoder
from embeddings.errors import EncoderError, MeetingbotError, StoredIndexError
from embeddings.generations import MANIFEST, check, current, pointer, publish, rebuild, writing
from embeddings.index import Index
from embeddings.row_file import standing
from embeddings.stored_index import (
    DOCUMENTS,
    PASSAGES,
    StoredIndex,
    stored_documents,
    write_record,
)
from embeddings.token_file import TOKENS, write_tokens

Read = TypeVar("Read")
# To be raised when a file's layout changes, or what readers, layout and chunking find: then nothing
# of an older index is reused.
FORMAT = 5
# What format 1 left in the folder itself.
_FORMAT_1 = (
    "documents.jsonl", "lexical", MANIFEST, "passages.jsonl", "rows.npy", "sentence_lexical",
    "sentences.npy", "tokens.npy", "vectors.faiss",
)  # fmt: skip


def save(index: Index, folder: Path) -> None:
    """Write an index, whole or not at all; one that was there is replaced.

    Raises `StoredIndexError` when that fails, when another process is writing there, or when the
    folder has anything else in it.
    """
    with writing(folder):
        write(index, folder)


def write(index: Index, folder: Path) -> None:
    """Write an index to a folder that is held by `writing`."""
    publish(
        folder,
        lambda generation: _write(index, generation),
        unhashed=[TOKENS, DOCUMENTS, PASSAGES],
        outdated=_FORMAT_1,
    )


def _write(index: Index, folder: Path) -> dict[str, Any]:
    store = index.store
    store.save(folder / "vectors.faiss")
    write_tokens(index.tokens, folder)
    index.lexical.save(folder / "lexical")
    index.sentence_lexical.save(folder / "sentence_lexical")
    write_record(index, folder)
    return {
        "format": FORMAT,
        "encoder": {
            "name": index.encoder.name,
            "path": str(index.encoder.path.resolve()),
            "sha256": index.encoder.fingerprint,
            "dimension": index.tokens.vectors.shape[1],
        },
        "passages": len(index.passages),
        "id": index.id,
        "documents": {id: document.sha256 for id, document in index.documents.items()},
    }


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
            )
        check(generation, manifest)
        return StoredIndex(generation, manifest, encoder)


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
                f" {made_by['path']}; give its folder with --encoder"
            ) from error


def _load_documents(folder: Path) -> list[Document]:
    with _generation(folder) as (generation, manifest):
        check(generation, manifest, only=standing(Path(DOCUMENTS)).name)
        return [*stored_documents(generation)]


@contextmanager
def _generation(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield what to read; an error while it is used means that the index is damaged."""
    try:
        found = current(folder)
        if found is None and not (folder / MANIFEST).is_file():
            raise StoredIndexError(
                f"{folder}: no index there; make one: meetingbot index SOURCE ... --index {folder}"
            )
        format = found[1]["format"] if found else 1
        if found is None or format != FORMAT:
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
