"""An index that many machines share: it lives in Milvus, and each question fetches what it needs.

Milvus finds a question's candidates, by their vectors and by its rarest words, in the scope alone.
They come back whole, as a small `Index` that is ranked by the same code as any other, with word
statistics that count the whole library. How it is all written stands in `bulk`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np

from embeddings.chunking import searched_texts
from embeddings.datatypes import Document, Mark
from embeddings.documents import About, check_documents, holds, said_in
from embeddings.encoder import Encoder
from embeddings.errors import QuestionError
from embeddings.index import Index
from embeddings.lexical import Bm25
from embeddings.query import Query
from embeddings.saved.forms import passage_of
from embeddings.scope import Scope, moment
from embeddings.shared.catalogue import (
    about_of,
    documents_of,
    encoder_of,
    open_store,
    read_catalogue,
    stored_documents,
)
from embeddings.shared.lexical import PartialBm25, Statistics
from embeddings.shared.rows import in_order, token_fields, tokens_of, vectors_of
from embeddings.stores.milvus_connection import Row, quoted

# Lexical search looks at the passages that hold the question's rarest words, up to about so many:
# what holds only its common ones is not among the best.
SHARING = 1000
# As many passages as one machine takes in when a whole library is asked for.
LARGEST_WHOLE = 20_000
_ORDER = ("source", "start")
_CANDIDATE = ("vector", "passage", *_ORDER)


class SharedIndex(Index):
    """An index whose passages stay in Milvus; it follows what others publish there.

    `nearest` and `of` return what a question and what some documents need. The documents' texts are
    fetched when they are read.
    """

    def __init__(self, url: str, *, encoder: Encoder | None = None) -> None:
        """Open the library at a URL or in a Milvus Lite file; raise `StoredIndexError`."""
        self.milvus, said = open_store(url, published=True)
        self.encoder = encoder_of(url, said, encoder)
        self._version = ""
        self._following = Lock()
        self.follow()

    def follow(self) -> None:
        """Read the catalogue if there is a new one."""
        with self._following:
            version = (self.milvus.properties or {}).get("meetingbot.version", "")
            if version == self._version:
                return
            catalogue = read_catalogue(self.milvus, version)
            self.entries: dict[str, Row] = catalogue["documents"]
            self.documents = documents_of(self.milvus, self.entries)
            self._said_in = said_in(self.documents)
            self.about = {id: about_of(one) for id, one in self.entries.items()}
            self.speakers = [name for one in self.about.values() for name in one.speakers]
            terms: dict[str, Any] = catalogue["terms"]  # how often, in what, and the word
            passages, sentences = (
                Statistics(size, length, {term: row[place] for term, row in terms.items()})
                for place, (size, length) in enumerate(catalogue["counts"])
            )
            self.lexical = PartialBm25([], passages)
            self._counted = passages, sentences
            self._wordings: dict[str, str] = {term: row[2] for term, row in terms.items()}
            self.said = frozenset(catalogue["words"])
            self.usual_names = catalogue["usual_names"]
            self.id = catalogue["id"]
            self._whole = lru_cache(maxsize=4)(self._read_whole)
            self._version = version

    @property
    def size(self) -> int:
        """Return how many passages there are."""
        return self._counted[0].size

    def nearest(self, query: Query, count: int, scope: Scope) -> Index:
        """Return the `count` passages of a scope that are nearest, and as many by their words."""
        self.follow()
        entries, about, counted = self.entries, self.about, self._counted
        where = self._where(scope)
        nearest = self.milvus.search(query.encoded.vector, count, where=where)
        places = {*nearest, *self._sharing(query.stems, count, where)}
        rows = list(self.milvus.rows(sorted(places), [*_CANDIDATE, *token_fields(self.encoder)]))
        return self._sample(in_order(rows, entries), about, counted, scope.documents or ())

    def _sharing(self, stems: Sequence[str], count: int, where: str) -> list[int]:
        """Return the places of the passages that share most with a question, by BM25."""
        frequencies = self._counted[0].frequencies
        known = sorted({*stems} & frequencies.keys(), key=lambda stem: (frequencies[stem], stem))
        total = 0
        rarest: list[str] = []
        for stem in known:
            total += frequencies[stem]
            if rarest and total > SHARING:
                break
            rarest.append(stem)
        if not rarest:
            return []
        sharing = f"array_contains_any(stems, {quoted(rarest)})"
        rows = self.milvus.where(f"{sharing} and {where}" if where else sharing, ["words", *_ORDER])
        rows = in_order(rows, self.entries)
        scores = PartialBm25([row["words"] for row in rows], self._counted[0]).scores(stems)
        return [rows[one]["id"] for one in np.argsort(-scores, kind="stable")[:count]]

    def _where(self, scope: Scope) -> str:
        """Return a scope as Milvus' expression; raise `QuestionError`."""
        parts = []
        if scope.documents is not None:
            check_documents(scope.documents, self.entries)
            parts.append(f"document in {quoted(scope.documents)}")
        if scope.speakers is not None:
            scope.check_speakers(self)
            folded = quoted([one.casefold() for one in scope.speakers])
            parts.append(f"array_contains_any(speakers, {folded})")
        # A passage may be let in whose sentences are outside one by one: ranking looks again.
        if (after := moment(scope.after, "after")) is not None:
            parts.append(
                f"day >= {after.toordinal()}" if isinstance(after, date) else f"last >= {after}"
            )
        if (before := moment(scope.before, "before")) is not None:
            parts.append(
                f"day > 0 and day < {before.toordinal()}"
                if isinstance(before, date)
                else f"first >= 0 and first < {before}"
            )
        return " and ".join(parts)

    def _sample(
        self,
        rows: Sequence[Row],
        about: Mapping[str, About],
        counted: tuple[Statistics, Statistics],
        known: Sequence[str],
    ) -> Index:
        """Return an index of some rows, in the library's order, as if it had all of them."""
        held = [json.loads(row["passage"]) for row in rows]
        passages = [passage_of(one) for one in held]
        marks: dict[str, set[Mark]] = {id: set() for id in known}
        for one in held:
            found = (Mark(**mark) for mark in one["marks"])
            marks.setdefault(one["document_id"], set()).update(found)
        documents = [
            Document(id, "", marks=tuple(sorted(own, key=lambda mark: mark.offset)))
            for id, own in marks.items()
        ]
        whole, sentences = searched_texts(passages)
        index = Index(
            documents,
            passages,
            self.encoder,
            vectors_of(rows, self.encoder),
            tokens_of(rows, self.encoder),
            PartialBm25(whole, counted[0]),
            PartialBm25(sentences, counted[1]),
        )
        index.about = {id: about[id] for id in marks}
        index.speakers = self.speakers
        return index

    def of(self, documents: Sequence[str] | None = None) -> Index:
        """Return these documents, by default all, as an index in memory.

        Raises `QuestionError` for an unknown one, and when there are too many.
        """
        self.follow()
        check_documents(documents or (), self.entries)
        return self._whole(tuple(dict.fromkeys(self.ids(documents))))

    def _read_whole(self, documents: Sequence[str]) -> Index:
        sources = [self.entries[id]["source"] for id in documents]
        if sum(self.entries[id]["passages"] for id in documents) > LARGEST_WHOLE:
            raise QuestionError(
                f"that needs every word of {len(documents)} documents: choose fewer of them"
            )
        found = dict(stored_documents(self.milvus, sources))
        texts = {found[source][0].id: found[source][0] for source in sources}
        passages = [one for source in sources for one in found[source][1]]
        rows: dict[tuple[str, int], Row] = {}
        for source in sources:
            places = [row["id"] for row in self.milvus.where(f'source == "{source}"', [])]
            for row in self.milvus.rows(places, [*_CANDIDATE, *token_fields(self.encoder)]):
                rows[json.loads(row["passage"])["document_id"], row["start"]] = row
        ordered = [rows[one.document_id, one.start] for one in passages]
        whole, sentences = searched_texts(passages)
        return Index(
            list(texts.values()),
            passages,
            self.encoder,
            vectors_of(ordered, self.encoder),
            tokens_of(ordered, self.encoder),
            Bm25.build(whole),
            Bm25.build(sentences),
        )

    def mentions(self, stem: str, documents: Sequence[str] | None = None) -> bool:
        """Say whether documents, by default all, hold a word of a stem."""
        if documents is None:
            return self.lexical.knows(stem) or holds(self.said, stem)
        self.follow()
        check_documents(documents, self.entries)
        held = f"document in {quoted(documents)} and array_contains(stems, {quoted([stem])[1:-1]})"
        return bool(self.milvus.where(held, [], most=1)) or any(
            holds(self._said_in(id), stem) for id in documents
        )

    def wording(self, term: str) -> str:
        """Return the word, as the record has it, of a stem that it holds."""
        return self._wordings[term]
