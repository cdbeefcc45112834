"""Open an index of which little is read at once: what is large stays on disk until it is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np

from embeddings.acronyms import usual_names
from embeddings.datatypes import Document
from embeddings.documents import Documents
from embeddings.encoder import Encoder
from embeddings.index import Index
from embeddings.lexical import Bm25
from embeddings.places import Places
from embeddings.saved.record import Record
from embeddings.saved.row_file import JoinedRows
from embeddings.saved.segment import Segment, key_hash
from embeddings.saved.token_file import JoinedTokens
from embeddings.stores.joined import JoinedStore
from embeddings.vectors import Key

# Each is looked at several times while a question's candidates are ranked.
PASSAGES_KEPT = 4096


class StoredIndex(Index):
    """What some segments hold of the documents that a record has, in its order.

    Whoever reads what was damaged is told so.
    """

    def __init__(self, segments: Sequence[Segment], record: Record, encoder: Encoder) -> None:
        """Put segments together."""
        self.segments, self.record, self.encoder = segments, record, encoder
        entries = record.entries
        number = {one.name: number for number, one in enumerate(segments)}
        for one in entries.values():
            if not 0 <= one.row < len(segments[number[one.segment]].documents):
                raise ValueError("its record names documents that are not there")
        runs = [(number[one.segment], one.first, one.passages) for one in entries.values()]

        def read(id: str) -> Document:
            return segments[number[entries[id].segment]].documents[entries[id].row]

        self.documents = Documents(entries, read)
        self._where = places = Places(np.asarray(runs), [len(one) for one in segments])
        self.passages = JoinedRows([one.passages for one in segments], places, kept=PASSAGES_KEPT)
        # The encoder would have to load its network to tell.
        dimension = segments[0].store.dimension if segments else encoder.dimension
        self.store = JoinedStore([one.store for one in segments], places, dimension)
        self.tokens = tokens = JoinedTokens([one.tokens for one in segments], places)
        self.lexical = Bm25([one.lexical for one in segments], places)
        counts = [one.sentence_lexical for one in segments]
        self.sentence_lexical = Bm25(counts, tokens.sentence_places())
        self.said = record.said.keys()
        self.about = {id: one.about for id, one in entries.items()}
        ends = accumulate(one.passages for one in entries.values())
        self._places = {
            id: range(end - one.passages, end)
            for (id, one), end in zip(entries.items(), ends, strict=True)
        }

    @cached_property
    def usual_names(self) -> dict[str, str]:
        """Return for acronyms, or their long forms, the other one where it is used more."""
        return usual_names(self.record.acronyms, self.record.uses)

    def find(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Return where passages stand of which this holds the vectors, by their keys."""
        wanted = {*keys}
        hashes = np.asarray([key_hash(key) for key in wanted], dtype=np.uint64)
        found: dict[Key, int] = {}
        for segment, places in zip(self.segments, self._where.of, strict=True):
            alive = np.flatnonzero(np.isin(segment.keys, hashes) & (places >= 0))
            _, first = np.unique(segment.keys[alive], return_index=True)  # of each, one will do
            for place in places[alive[first]].tolist():
                if (key := self.key_at(place)) in wanted:
                    found[key] = place
        return found
