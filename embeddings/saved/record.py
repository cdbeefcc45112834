"""Tell what is known of all documents of a saved index without reading one: record.json.

entries             an `Entry` for each document
said                every word, and how many documents say it
uses                acronyms and what they are short for, and how often passages use each
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from embeddings.acronyms import spelt_out
from embeddings.datatypes import Document
from embeddings.documents import About
from embeddings.index import Index

RECORD = "record.json"


class Entry(NamedTuple):
    """Where a document stands, and what is known of it.

    It is the `row`th of its segment's documents and has `passages` there from the `first` on.
    `fingerprint` is its file's hash, `stamp` the file's size and times: while that is the same, the
    file is not opened. It stands at `path`; all three are "" where it was made in Python. `names`
    are the acronyms that it spells out, with what each is short for.
    """

    segment: str
    row: int
    first: int
    passages: int
    fingerprint: str
    stamp: str
    path: str
    names: tuple[tuple[str, str], ...]
    about: About


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of all documents."""

    entries: Mapping[str, Entry]
    said: Counter[str]
    uses: Counter[str]

    def write(self, folder: Path) -> None:
        """Write it to a folder."""
        entries = {id: [*one[:-1], one.about.written()] for id, one in self.entries.items()}
        held = {"entries": entries, "said": self.said, "uses": self.uses}
        text = json.dumps(held, ensure_ascii=False)
        (folder / RECORD).write_text(text, "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Record:
        """Read what `write` wrote."""
        read = json.loads((folder / RECORD).read_text("utf-8"))
        entries = {
            id: Entry(*row)._replace(about=About.read(row[-1]))
            for id, row in read["entries"].items()
        }
        return cls(entries, Counter(read["said"]), Counter(read["uses"]))

    def only(self, segments: Iterable[str]) -> Record:
        """Return the record of some segments' documents alone; its counts are those of all."""
        chosen = {*segments}
        entries = {id: one for id, one in self.entries.items() if one.segment in chosen}
        return Record(entries, self.said, self.uses)

    @property
    def acronyms(self) -> list[tuple[str, str]]:
        """Return the acronyms that documents spell out, with what each is short for."""
        return [(short, long) for one in self.entries.values() for short, long in one.names]


def entries_of(index: Index, segment: str, known: Mapping[str, Entry]) -> dict[str, Entry]:
    """Return the entries of an index's documents, written to a segment; some may be known."""
    entries = {}
    first = 0
    for row, id in enumerate(index.documents):
        size = len(index.places_of([id]))
        described = known[id] if id in known else _described(index.documents[id])
        entries[id] = described._replace(segment=segment, row=row, first=first, passages=size)
        first += size
    return entries


def _described(document: Document) -> Entry:
    """Return the entry of a document that stands nowhere yet."""
    names = tuple(dict.fromkeys(spelt_out(document.text)))
    return Entry("", 0, 0, 0, document.fingerprint, "", "", names, About.of(document))
