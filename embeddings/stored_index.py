"""Open an index of which little is read at once: what is large stays on disk until it is used.

documents.jsonl, documents.npy, passages.jsonl, passages.npy: a Document, a Passage a row, see
                    `row_file`; passages stand document by document
record.json         what is known of all documents without reading one: how many passages each has,
                    who speaks in it and whether it has times; names in use, and every word
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from itertools import accumulate
from pathlib import Path
from typing import Any

from embeddings.datatypes import Document
from embeddings.documents import DOCUMENTS_KEPT, Documents
from embeddings.encoder import Encoder
from embeddings.forms import document_of, passage_of, whole
from embeddings.index import Index
from embeddings.lexical import Bm25
from embeddings.row_file import StoredRows, write_rows
from embeddings.stores.faiss import FaissStore
from embeddings.token_file import StoredTokens

DOCUMENTS, PASSAGES, RECORD = "documents.jsonl", "passages.jsonl", "record.json"
# Each is looked at several times while a question's candidates are ranked.
PASSAGES_KEPT = 4096


def write_record(index: Index, folder: Path) -> None:
    """Write the documents and passages of an index, and what is known of them."""
    write_rows(folder / DOCUMENTS, map(asdict, index.documents.values()))
    write_rows(folder / PASSAGES, map(whole, index.passages))
    counts = Counter(one.document_id for one in index.passages)
    record = {
        "documents": {
            id: {
                "passages": counts[id],
                "speakers": index.speakers_of[id],
                "timed": id in index.timed,
            }
            for id in index.documents
        },
        "usual_names": index.usual_names,
        "said": sorted(index.said),
    }
    (folder / RECORD).write_text(json.dumps(record, ensure_ascii=False), "utf-8")


def stored_documents(folder: Path) -> StoredRows[Document]:
    """Open the documents of a generation."""
    return StoredRows(folder / DOCUMENTS, document_of, kept=DOCUMENTS_KEPT)


class StoredIndex(Index):
    """Be a saved index; whoever reads what was damaged is told so."""

    def __init__(self, folder: Path, manifest: dict[str, Any], encoder: Encoder) -> None:
        """Open a generation, whose other files were checked."""
        record = json.loads((folder / RECORD).read_text("utf-8"))
        known: dict[str, dict[str, Any]] = record["documents"]
        rows = stored_documents(folder)
        numbers = {id: number for number, id in enumerate(known)}
        ends = [*accumulate((one["passages"] for one in known.values()), initial=0)]
        self.documents = Documents(known, lambda id: rows[numbers[id]])
        self.passages = StoredRows(folder / PASSAGES, passage_of, kept=PASSAGES_KEPT)
        self.encoder = encoder
        self.store = FaissStore.load(folder / "vectors.faiss")
        self.tokens = StoredTokens(folder, manifest["encoder"]["dimension"])
        counts = {ends[-1], len(self.passages), len(self.store), len(self.tokens)}
        if counts != {manifest["passages"]} or len(rows) != len(known):
            raise ValueError("its files do not belong together")
        self.lexical = Bm25.load(folder / "lexical", len(self.passages))
        sentences = int(self.tokens.sentences[-1])
        self.sentence_lexical = Bm25.load(folder / "sentence_lexical", sentences)
        self.id = manifest["id"]
        self.usual_names = record["usual_names"]
        self.said = record["said"]
        self.speakers_of = {id: tuple(one["speakers"]) for id, one in known.items()}
        self.timed = frozenset(id for id, one in known.items() if one["timed"])
        self._places = {id: range(ends[number], ends[number + 1]) for id, number in numbers.items()}

    def check(self) -> None:
        """Read all that is checked when it is read; raise `Damaged`."""
        for id in self.documents:
            self.documents[id]
        for place in range(self.size):
            self.passages[place]
            self.tokens.of(place)
