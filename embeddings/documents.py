"""Read documents and their words when they are needed: a library may hold more than memory does.

What is known of one without reading it is an `About`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from embeddings.datatypes import Document
from embeddings.errors import DocumentError, QuestionError
from embeddings.terms import plain_words
from embeddings.text.times import day

# As many documents are kept as a search may cite and a visitor open.
DOCUMENTS_KEPT = 256
# So many names are told where one is unknown.
LISTED = 10


class About(NamedTuple):
    """What is known of a document without its text, of which it has the hash.

    `day` is None where the document states no clear date, `timed` tells whether its words have
    times.
    """

    title: str
    day: date | None
    timed: bool
    speakers: tuple[str, ...]
    sha256: str

    @classmethod
    def of(cls, document: Document) -> About:
        """Return what is known of a document."""
        known = (document.title, day(document.date), document.timed, document.speakers)
        return cls(*known, document.sha256)

    def written(self) -> Sequence[Any]:
        """Return what `read` reads, as JSON has it."""
        return self._replace(day=str(self.day) if self.day else "")  # type: ignore[arg-type]

    @classmethod
    def read(cls, written: Sequence[Any]) -> About:
        """Return what was written."""
        title, stated, timed, speakers, sha256 = written
        return cls(title, day(stated), timed, tuple(speakers), sha256)


class Documents(Mapping[str, Document]):
    """Documents by id, each read when it is asked for."""

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


def holds(said: Collection[str], stem: str) -> bool:
    """Say whether some words hold one of a stem; a number has none but itself."""
    return stem in said if stem.isdigit() else any(stem in word for word in said)


def said_in(documents: Mapping[str, Document]) -> Callable[[str], frozenset[str]]:
    """Return a function from a document's id to its `words_said`, which remembers some."""
    return lru_cache(maxsize=DOCUMENTS_KEPT)(lambda id: words_said(documents[id]))


def check_documents(documents: Sequence[str], known: Collection[str]) -> None:
    """Raise `QuestionError` for a document that is not among those known."""
    for document in documents:
        if document not in known:
            raise QuestionError(f"no document {document!r} in the index; it has: {some_of(known)}")


def some_of(names: Collection[str]) -> str:
    """Return names as an error lists them: the first ones, and how many more there are."""
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    return ", ".join(islice(names, LISTED)) + more


def nothing_to_find(id: str) -> DocumentError:
    """Return the error of documents, the first one's id given, of which none has a sentence."""
    return DocumentError(
        f"{id}: nothing to index but titles, dates or blank lines;"
        " give a document with sentences in it"
    )
