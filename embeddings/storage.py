"""Write an index to a folder and read it back: plain files, no pickle, nothing half-written.

manifest.json      format, encoder and its weights' hash, the index's id, the documents' hashes
documents.jsonl    a Document a line
passages.jsonl     a Passage a line, as spans
vectors.faiss      pooled vectors
tokens.npy         token vectors, a byte a component; rows.npy, sentences.npy: whose they are
lexical/           BM25 of the passages; sentence_lexical/: of the sentences
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.datatypes import Document, Mark, Passage, Sentence
from embeddings.encoder import Encoder
from embeddings.errors import StoredIndexError
from embeddings.index import Index
from embeddings.late import TokenVectors
from embeddings.lexical import Bm25
from embeddings.stores.faiss import FaissStore

FORMAT = 1
MANIFEST = "manifest.json"


def save(index: Index, folder: Path) -> None:
    """Write an index beside its place, then move it there.

    An index that was there is replaced; a folder with anything else in it is left alone and
    refused.
    """
    if folder.exists() and not (folder / MANIFEST).is_file() and any(_entries(folder)):
        raise StoredIndexError(
            f"{folder}: has files that are not an index; name a new or an empty folder"
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
            new, old = Path(scratch) / "new", Path(scratch) / "old"
            new.mkdir()
            _write(index, new)
            if folder.exists():
                folder.rename(old)
            new.rename(folder)
    except OSError as error:
        raise StoredIndexError(f"{folder}: cannot write the index: {error.strerror}") from error


def _entries(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise StoredIndexError(f"{folder}: is a file; name a folder for the index")
    return folder.iterdir()


def _write(index: Index, folder: Path) -> None:
    store = index.store
    store.save(folder / "vectors.faiss")
    np.save(folder / "tokens.npy", index.tokens.vectors)
    np.save(folder / "rows.npy", index.tokens.rows)
    np.save(folder / "sentences.npy", index.tokens.sentences)
    index.lexical.save(folder / "lexical")
    index.sentence_lexical.save(folder / "sentence_lexical")
    _write_lines(folder / "documents.jsonl", (asdict(one) for one in index.documents.values()))
    _write_lines(folder / "passages.jsonl", (_spans(one) for one in index.passages))
    manifest = {
        "format": FORMAT,
        "encoder": {
            "name": index.encoder.name,
            "sha256": index.encoder.fingerprint,
            "dimension": index.encoder.dimension,
        },
        "passages": len(index.passages),
        "id": index.id,
        "documents": {id: document.sha256 for id, document in index.documents.items()},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False), "utf-8")


def load(folder: Path, encoder: Encoder) -> Index:
    """Open an index for the encoder that made it; the vectors stay on disk until they are used.

    Raises `StoredIndexError` when there is none, when it is damaged, or when another encoder or
    another version made it; the message has the command that rebuilds it.
    """
    with _manifest(folder) as manifest:
        made_by = manifest["encoder"]
        if made_by["sha256"] != encoder.fingerprint:
            raise StoredIndexError(
                f"{folder}: was made with the encoder {made_by['name']}"
                f" ({made_by['sha256'][:12]}), not with {encoder.name}"
                f" ({encoder.fingerprint[:12]}); use that one, or {_rebuild(folder)}"
            )
        return _read(folder, manifest, encoder)


def load_documents(folder: Path) -> list[Document]:
    """Read the documents alone, whichever encoder made the index; raise `StoredIndexError`."""
    with _manifest(folder) as manifest:
        return _documents(folder, manifest)


@contextmanager
def _manifest(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the manifest; what goes wrong while it is used means that the index is damaged."""
    if not (folder / MANIFEST).is_file():
        raise StoredIndexError(
            f"{folder}: no index there; make one: meetingbot index SOURCE ... --index {folder}"
        )
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if manifest["format"] != FORMAT:
            raise StoredIndexError(
                f"{folder}: has index format {manifest['format']}, this version reads {FORMAT};"
                f" {_rebuild(folder)}"
            )
        yield manifest
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise StoredIndexError(
            f"{folder}: the index is damaged ({error}); {_rebuild(folder)}"
        ) from error


def _rebuild(folder: Path) -> str:
    return f"rebuild it: meetingbot index SOURCE ... --index {folder}"


def _read(folder: Path, manifest: dict[str, Any], encoder: Encoder) -> Index:
    documents = _documents(folder, manifest)
    texts = {document.id: document for document in documents}
    passages = [_passage(row, texts) for row in _read_lines(folder / "passages.jsonl")]
    tokens = TokenVectors(
        np.load(folder / "tokens.npy", mmap_mode="r"),
        np.load(folder / "rows.npy"),
        np.load(folder / "sentences.npy"),
    )
    store = FaissStore.load(folder / "vectors.faiss")
    counts = {len(passages), len(store), len(tokens.sentences) - 1, manifest["passages"]}
    if len(counts) != 1:
        raise ValueError("its files do not belong together")
    return Index(
        documents,
        passages,
        encoder,
        store,
        tokens,
        Bm25.load(folder / "lexical", len(passages)),
        Bm25.load(folder / "sentence_lexical", int(tokens.sentences[-1])),
    )


def _documents(folder: Path, manifest: dict[str, Any]) -> list[Document]:
    documents = [_document(row) for row in _read_lines(folder / "documents.jsonl")]
    for document in documents:
        if document.sha256 != manifest["documents"][document.id]:
            raise ValueError(f"the text of {document.id} is not what was indexed")
    return documents


def _spans(passage: Passage) -> dict[str, Any]:
    return {
        "document_id": passage.document_id,
        "sentences": [(sentence.start, sentence.end) for sentence in passage.sentences],
    }


def _document(row: dict[str, Any]) -> Document:
    return Document(
        row["id"],
        row["text"],
        row["title"],
        row["date"],
        tuple(Mark(**mark) for mark in row["marks"]),
        tuple((start, end) for start, end in row["blocks"]),
        row["participants"],
        row["fingerprint"],
    )


def _passage(row: dict[str, Any], documents: dict[str, Document]) -> Passage:
    document = documents[row["document_id"]]
    sentences = tuple(Sentence(start, end) for start, end in row["sentences"])
    start, end = sentences[0].start, sentences[-1].end
    return Passage(
        document.id, start, end, document.text[start:end], sentences, document.location(start)
    )


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield json.loads(line)
