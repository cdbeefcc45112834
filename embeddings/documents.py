"""Read documents when they are needed: a library may hold more than memory does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from embeddings.datatypes import Document

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
