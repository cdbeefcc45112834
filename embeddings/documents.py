"""Read documents and their words when they are needed: a library may hold more than memory does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache

from embeddings.datatypes import Document
from embeddings.terms import plain_words

# As many documents are kept as a search may cite and a visitor open.
DOCUMENTS_KEPT = 256


class Documents(Mapping[str, Document]):
    """Be documents by id, each read when it is asked for."""

    def __init__(self, ids: Collection[str], read: Callable[[str], Document]) -> None:
        """Take the ids in order, and what reads the document of one."""
        self._ids, self._read = ids, read

    def __getitem__(self, id: str) -> Document:
        """Return a document."""
        if id not in self._ids:
            raise KeyError(id)
        return self._read(id)

    def __contains__(self, id: object) -> bool:
        """Say whether there is a document of an id, without reading it."""
        return id in self._ids

    def __iter__(self) -> Iterator[str]:
        """Return the ids in order."""
        return iter(self._ids)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._ids)


def words_said(document: Document) -> frozenset[str]:
    """Return every word of a document and its title, without case and accents."""
    return plain_words(f"{document.title}\n{document.text}")


def said_in(documents: Mapping[str, Document]) -> Callable[[str], frozenset[str]]:
    """Return what tells the `words_said` of a document by its id, which keeps some."""
    return lru_cache(maxsize=DOCUMENTS_KEPT)(lambda id: words_said(documents[id]))
