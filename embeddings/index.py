"""Keep documents, passages, vectors and BM25 in step: build, save, load."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from embeddings.chunking import chunk, context
from embeddings.datatypes import Document, Passage
from embeddings.encoder import Encoder, Floats, Progress, SentenceTransformerEncoder, shift
from embeddings.errors import DocumentError, QuestionError
from embeddings.late import TokenVectors
from embeddings.layout import lay_out
from embeddings.lexical import Bm25
from embeddings.stores import VectorStore
from embeddings.stores.faiss import FaissStore


class Index:
    """Be everything that a search needs; it never changes, so that threads can share it.

    `passages[i]` has its pooled vector at place i of `store`, its token vectors at place i of
    `tokens` and its words at place i of `lexical`; `sentence_lexical` counts the words of every
    sentence of every passage, in order.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        passages: Sequence[Passage],
        encoder: Encoder,
        store: VectorStore,
        tokens: TokenVectors,
        lexical: Bm25,
        sentence_lexical: Bm25,
    ) -> None:
        """Put the parts together; use `build` or `load`."""
        self.documents = {document.id: document for document in documents}
        self.passages = tuple(passages)
        self.encoder = encoder
        self.store = store
        self.tokens = tokens
        self.lexical = lexical
        self.sentence_lexical = sentence_lexical

    @classmethod
    def build(
        cls,
        documents: Iterable[Document],
        *,
        encoder: Encoder | None = None,
        reuse: Index | None = None,
        progress: Progress | None = None,
    ) -> Index:
        """Lay out, chunk and encode documents; `progress` is called with passages (done, of).

        A document that `reuse`, an index by the same encoder, holds unchanged is not encoded again:
        so documents are added, removed or replaced. Raises `DocumentError` when there is nothing to
        index or two documents share an id.
        """
        if encoder is None:
            encoder = reuse.encoder if reuse else SentenceTransformerEncoder()
        laid_out = [one if one.blocks is not None else lay_out(one) for one in documents]
        _check(laid_out)
        new = {
            one.id: chunk(one, encoder)
            for one in laid_out
            if reuse is None or reuse.documents.get(one.id) != one
        }
        total, done = sum(map(len, new.values())), 0
        passages: list[Passage] = []
        vectors: list[Floats] = []
        tokens: list[TokenVectors] = []
        for document in laid_out:
            if own := new.get(document.id):
                encoded = encoder.encode(
                    [passage.text for passage in own],
                    context=context(document, encoder),
                    progress=shift(progress, done, total),
                )
                done += len(own)
                passages += own
                vectors.append(np.stack([one.vector for one in encoded]))
                tokens.append(TokenVectors.build(own, encoded))
            elif reuse and document.id not in new and (places := reuse.places_of([document.id])):
                passages += [reuse.passages[place] for place in places]
                vectors.append(reuse.store.vectors(places))
                tokens.append(reuse.tokens.select(places))
        if not passages:
            raise DocumentError(
                f"{laid_out[0].id}: nothing to index but titles, dates or blanks;"
                " give a document with sentences in it"
            )
        store = FaissStore(encoder.dimension)
        store.add(np.concatenate(vectors))
        return cls(
            laid_out,
            passages,
            encoder,
            store,
            TokenVectors.join(tokens),
            Bm25.build([passage.text for passage in passages]),
            Bm25.build(
                [
                    passage.text[sentence.start - passage.start : sentence.end - passage.start]
                    for passage in passages
                    for sentence in passage.sentences
                ]
            ),
        )

    def save(self, folder: str | Path) -> None:
        """Write the index to a folder, replacing an index that was there; see `storage.save`."""
        from embeddings.storage import save

        save(self, Path(folder))

    @classmethod
    def load(cls, folder: str | Path, *, encoder: Encoder | None = None) -> Index:
        """Open a saved index; see `storage.load`."""
        from embeddings.storage import load

        return load(Path(folder), encoder or SentenceTransformerEncoder())

    @cached_property
    def id(self) -> str:
        """Return a hash of what is searched: the encoder's weights, the texts, the passages."""
        parts = [
            self.encoder.fingerprint,
            {id: document.sha256 for id, document in self.documents.items()},
            [passage.id for passage in self.passages],
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def sentence_text(self, place: int, member: int) -> str:
        """Return the text of a sentence, by its passage's place and its own in the passage."""
        passage = self.passages[place]
        span = passage.sentences[member]
        return passage.text[span.start - passage.start : span.end - passage.start]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {document: [] for document in self.documents}
        for place, passage in enumerate(self.passages):
            places[passage.document_id].append(place)
        return places

    def places_of(self, documents: Sequence[str]) -> list[int]:
        """Return the places of documents' passages; raise `QuestionError` for an unknown id."""
        for document in documents:
            if document not in self._places:
                raise QuestionError(
                    f"no document {document!r} in the index; it has: {', '.join(self.documents)}"
                )
        return [place for document in dict.fromkeys(documents) for place in self._places[document]]


def _check(documents: Sequence[Document]) -> None:
    if not documents:
        raise DocumentError("no documents to index: give at least one")
    seen: set[str] = set()
    for document in documents:
        if document.id in seen:
            raise DocumentError(
                f"{document.id}: two documents have this id;"
                " rename one, or read the folder above both"
            )
        seen.add(document.id)
