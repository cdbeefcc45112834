"""Keep documents, passages, vectors and BM25 in step: build, save, load."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.acronyms import count_uses, spelt_out, usual_names
from embeddings.datatypes import Document, Passage
from embeddings.documents import (
    About,
    check_documents,
    holds,
    nothing_to_find,
    said_in,
    words_said,
)
from embeddings.encoder import Encoder, Progress
from embeddings.errors import DocumentError
from embeddings.hashing import index_id
from embeddings.late import TokenVectors
from embeddings.lexical import Bm25
from embeddings.stores.faiss import FaissStore
from embeddings.stores.joined import JoinedStore
from embeddings.terms import words
from embeddings.vectors import Key, key_of

if TYPE_CHECKING:
    from embeddings.query import Query
    from embeddings.scope import Scope


class Index:
    """Everything that a search needs; it never changes, so that threads can share it.

    `passages[i]` has its pooled vector at place i of `store`, its token vectors at place i of
    `tokens` and its words at place i of `lexical`; `sentence_lexical` counts the words of every
    sentence of every passage, in order. Passages stand document by document.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        passages: Sequence[Passage],
        encoder: Encoder,
        store: FaissStore | JoinedStore,
        tokens: TokenVectors,
        lexical: Bm25,
        sentence_lexical: Bm25,
    ) -> None:
        """Put the parts together; use `build` or `load`."""
        self.documents: Mapping[str, Document] = {one.id: one for one in documents}
        self.passages: Sequence[Passage] = tuple(passages)
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

        What `reuse`, an index by the same encoder, holds already is not done again: an unchanged
        document is not chunked, a passage of the same words not encoded. Raises `DocumentError`
        when there is nothing to index or two documents share an id.
        """
        from embeddings.building import build

        index = build(documents, encoder=encoder, reuse=reuse, progress=progress)
        index.check_filled()
        return index

    def __repr__(self) -> str:
        """Return how much there is to search."""
        return f"<{type(self).__name__} documents={len(self.documents)} passages={self.size}>"

    def check_filled(self) -> None:
        """Raise `DocumentError` when there is nothing to search."""
        if not self.documents:
            raise DocumentError("no documents to index: give at least one")
        if not self.size:
            raise nothing_to_find(next(iter(self.documents)))

    def save(self, folder: str | Path) -> None:
        """Write the index to a folder, replacing an index that was there; see `growth.save`."""
        from embeddings.saved.growth import save

        save(self, Path(folder))

    @classmethod
    def load(cls, folder: str | Path, *, encoder: Encoder | None = None) -> Index:
        """Open a saved index; see `storage.load`."""
        from embeddings.saved.storage import load

        return load(Path(folder), encoder)

    @cached_property
    def about(self) -> Mapping[str, About]:
        """Return what is known of each document without reading it, by its id."""
        return {id: About.of(one) for id, one in self.documents.items()}

    @cached_property
    def id(self) -> str:
        """Return a hash of what is searched: the encoder's weights, texts and their passages."""
        return index_id(
            self.encoder.fingerprint,
            {id: (one.sha256, len(self._places[id])) for id, one in self.about.items()},
        )

    @property
    def size(self) -> int:
        """Return how many passages there are."""
        return len(self.passages)

    def ids(self, documents: Sequence[str] | None = None) -> Sequence[str]:
        """Return the ids of documents, by default of all."""
        return list(self.documents) if documents is None else documents

    def follow(self) -> None:
        """Take in what others have published: here, nothing."""

    def nearest(self, query: Query, count: int, scope: Scope) -> Index:
        """Return an index with at least the `count` nearest passages of a scope: here, itself."""
        return self

    def of(self, documents: Sequence[str] | None = None) -> Index:
        """Return an index with at least these documents, by default all: here, itself."""
        return self

    @cached_property
    def _by_key(self) -> dict[Key, int]:
        return {self.key_at(place): place for place in range(self.size)}

    def key_at(self, place: int) -> Key:
        """Return the key of the passage at a place: what its vectors depend on."""
        passage = self.passages[place]
        return key_of(passage, self.documents[passage.document_id].title)

    def find(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Return where passages stand of which this holds the vectors, by their keys."""
        return {key: self._by_key[key] for key in keys if key in self._by_key}

    @cached_property
    def said(self) -> Collection[str]:
        """Return every word of the documents and their titles, without case and accents."""
        return frozenset[str]().union(*map(words_said, self.documents.values()))

    @cached_property
    def _said_in(self) -> Callable[[str], frozenset[str]]:
        return said_in(self.documents)

    @cached_property
    def usual_names(self) -> dict[str, str]:
        """Return for acronyms, or their long forms, the other one where it is used more."""
        pairs = [pair for one in self.documents.values() for pair in spelt_out(one.text)]
        texts = (one.text for one in self.passages)
        return usual_names(pairs, count_uses(chain(*pairs), texts))

    @cached_property
    def speakers(self) -> Sequence[str]:
        """Return the names of all who speak."""
        return [name for one in self.about.values() for name in one.speakers]

    def mentions(self, stem: str, documents: Sequence[str] | None = None) -> bool:
        """Say whether documents, by default all, hold a word of a stem.

        Headings and titles are not searched, but what stands there is mentioned, too.
        """
        holding = self.lexical.holding(stem)
        if documents is None:
            return len(holding) > 0 or holds(self.said, stem)
        return len(np.intersect1d(holding, self.places_of(documents))) > 0 or any(
            holds(self._said_in(id), stem) for id in documents
        )

    def wording(self, term: str) -> str:
        """Return the word, as the record has it, of a stem that it holds."""
        passage = self.passages[int(self.lexical.holding(term)[0])]
        text = passage.headed(passage.text)
        return next(text[word.start : word.end] for word in words(text) if word.stem == term)

    def passages_of(self, document: str) -> list[Passage]:
        """Return a document's passages, in order."""
        return [self.passages[place] for place in self.places_of([document])]

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        places: dict[str, list[int]] = {document: [] for document in self.documents}
        for place, passage in enumerate(self.passages):
            places[passage.document_id].append(place)
        return places

    def places_of(self, documents: Sequence[str]) -> list[int]:
        """Return the places of documents' passages; raise `QuestionError` for an unknown id."""
        check_documents(documents, self.documents)
        return [place for document in dict.fromkeys(documents) for place in self._places[document]]
