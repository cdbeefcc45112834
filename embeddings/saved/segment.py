"""Keep documents, and all that is searched in them, in files that never change again.

documents.jsonl, documents.npy, passages.jsonl, passages.npy: a Document, a Passage a row, see
                    `row_file`; passages stand document by document
keys.npy            a hash of what each passage's vectors depend on
vectors.faiss       pooled vectors
tokens.bin, sums.npy, rows.npy, sentences.npy, headed.npy: token vectors, see `token_file`
lexical/            the word counts of passages; sentence_lexical/: of sentences; see `counts`
"""

from __future__ import annotations

import json
from collections.abc import Sized
from hashlib import blake2b
from pathlib import Path

import numpy as np

from embeddings.counts import Counts
from embeddings.datatypes import Document
from embeddings.documents import DOCUMENTS_KEPT
from embeddings.index import Index
from embeddings.saved.forms import document_of, form_of, passage_of, whole_form
from embeddings.saved.open_file import mapped
from embeddings.saved.row_file import StoredRows, write_rows
from embeddings.saved.token_file import TOKENS, StoredTokens, write_tokens
from embeddings.stores.faiss import FaissStore
from embeddings.vectors import Key

DOCUMENTS, PASSAGES = "documents.jsonl", "passages.jsonl"
_KEYS, _VECTORS, _LEXICAL, _SENTENCES = "keys.npy", "vectors.faiss", "lexical", "sentence_lexical"
# Of these, each row is checked when it is read.
UNHASHED = (TOKENS, DOCUMENTS, PASSAGES)


def write_segment(index: Index, folder: Path, size: int) -> None:
    """Write all of an index to a folder, as a segment of one that has `size` passages."""
    write_rows(folder / DOCUMENTS, map(form_of, index.documents.values()))
    write_rows(folder / PASSAGES, map(whole_form, index.passages))
    hashes = (key_hash(index.key_at(place)) for place in range(index.size))
    np.save(folder / _KEYS, np.fromiter(hashes, np.uint64, index.size))
    index.store.part_of(size).save(folder / _VECTORS)
    write_tokens(index.tokens, folder)
    index.lexical.counts.save(folder / _LEXICAL)
    index.sentence_lexical.counts.save(folder / _SENTENCES)


def key_hash(key: Key) -> int:
    """Return a hash by which a passage of the same vectors is found."""
    return int.from_bytes(blake2b(json.dumps(key).encode(), digest_size=8).digest(), "little")


def stored_documents(folder: Path) -> StoredRows[Document]:
    """Open the documents of a segment."""
    return StoredRows(folder / DOCUMENTS, document_of, kept=DOCUMENTS_KEPT)


class Segment:
    """What `write_segment` wrote; what is large stays on disk until it is used."""

    def __init__(self, folder: Path) -> None:
        """Open a segment whose hashed files were checked."""
        self.name = folder.name
        self.documents = stored_documents(folder)
        self.passages = StoredRows(folder / PASSAGES, passage_of)
        self.keys = mapped(folder / _KEYS)
        self.store = FaissStore.load(folder / _VECTORS)
        self.tokens = StoredTokens(folder, self.store.dimension)
        self.lexical = Counts.load(folder / _LEXICAL)
        self.sentence_lexical = Counts.load(folder / _SENTENCES)
        held: list[Sized] = [self.keys, self.store, self.tokens, self.lexical.lengths]
        sentences = int(self.tokens.sentences[-1])
        if {*map(len, held)} != {len(self)} or len(self.sentence_lexical.lengths) != sentences:
            raise ValueError("its files do not belong together")

    def __len__(self) -> int:
        """Return how many passages there are."""
        return len(self.passages)
