"""Write documents to a saved index: new ones in a segment, the others stay where they are.

Where segments of a size have piled up, they are merged, so that there are never many, and a
passage is copied as often as the library has grown to `FAN` times its size.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from embeddings.acronyms import count_uses
from embeddings.documents import words_said
from embeddings.index import Index
from embeddings.readers.finding import File
from embeddings.saved.forms import FORMAT
from embeddings.saved.generations import current, publish, writing
from embeddings.saved.record import RECORD, Entry, Record, entries_of
from embeddings.saved.segment import UNHASHED, Segment, write_segment
from embeddings.saved.stored_index import StoredIndex
from embeddings.terms import stems

# So many segments of about a size become one.
FAN = 8


def save(index: Index, folder: Path) -> None:
    """Write an index, whole or not at all; one that was there is replaced.

    Raises `StoredIndexError` when that fails, when another process is writing there, or when the
    folder has anything else in it.
    """
    with writing(folder):
        put(folder, [*index.documents], index)


def put(
    folder: Path,
    ids: Sequence[str],
    new: Index,
    previous: StoredIndex | None = None,
    files: Mapping[str, File] = MappingProxyType({}),
) -> StoredIndex:
    """Make an index hold the documents of some ids, in order, and return it.

    Those of `new` are written, the others are in `previous`, which is what the folder holds;
    `files` are those that were found of the documents. To be called while `writing`; raises
    `StoredIndexError`, and `DocumentError` where there is nothing to search.
    """
    made: list[StoredIndex] = []

    def write(generation: Path) -> dict[str, Any]:
        index = _write(generation, ids, new, previous, files)
        made.append(index)
        used = {one.name for one in index.segments}
        found = current(folder) if previous else None
        return {
            "format": FORMAT,
            "encoder": {
                "name": index.encoder.name,
                "path": str(index.encoder.path.resolve()),
                "sha256": index.encoder.fingerprint,
            },
            "files": {
                name: hashed
                for name, hashed in (found[1]["files"] if found else {}).items()
                if Path(name).parts[0] in used and Path(name).name != RECORD
            },
        }

    publish(folder, write, unhashed=UNHASHED)
    return made[0]


def _write(
    generation: Path,
    ids: Sequence[str],
    new: Index,
    previous: StoredIndex | None,
    files: Mapping[str, File],
) -> StoredIndex:
    before = previous.record if previous else Record({}, Counter(), Counter())
    opened = [*previous.segments] if previous else []
    added: Mapping[str, Entry] = {}
    if new.documents:
        kept = (before.entries[id].passages for id in ids if id not in new.documents)
        write_segment(new, generation, new.size + sum(kept))
        opened.append(Segment(generation))
        known = new.record.entries if isinstance(new, StoredIndex) else {}
        added = entries_of(new, generation.name, known)
    entries = {id: added.get(id) or before.entries[id] for id in ids}
    for id, file in files.items():
        entries[id] = entries[id]._replace(stamp=file.stamp, path=file.real)
    used = {one.segment for one in entries.values()}
    record = Record(entries, Counter(before.said), Counter())
    index = StoredIndex([one for one in opened if one.name in used], record, new.encoder)
    index.check_filled()
    _count(index, previous)
    record.write(generation)
    return index


def _count(index: StoredIndex, previous: StoredIndex | None) -> None:
    """Bring the counts of words and acronyms up to date: only what differs is read."""
    record = index.record
    before = previous.record if previous else Record({}, Counter(), Counter())
    differ = {
        id
        for id in record.entries.keys() | before.entries.keys()
        if _source(record, id) != _source(before, id)
    }
    come = [id for id in record.entries if id in differ]
    gone = [id for id in before.entries if id in differ]
    names = {*chain(*record.acronyms)}
    known = names & before.uses.keys()
    record.uses.update({name: before.uses[name] for name in known})
    record.said.update(word for id in come for word in words_said(index.documents[id]))
    record.uses.update(count_uses(known, _texts(index, come)))
    if previous:
        record.said.subtract(word for id in gone for word in words_said(previous.documents[id]))
        record.uses.subtract(count_uses(known, _texts(previous, gone)))
    for word in [word for word, count in record.said.items() if not count]:
        del record.said[word]
    record.uses.update(count_uses(names - known, _holding(index, names - known)))


def _source(record: Record, id: str) -> tuple[str, str] | None:
    """Return what tells whether a document is the same as another of its id."""
    one = record.entries.get(id)
    return (one.about.sha256, one.fingerprint) if one else None


def _texts(index: Index, ids: Iterable[str]) -> Iterable[str]:
    return (index.passages[place].text for place in index.places_of([*ids]))


def _holding(index: Index, names: Collection[str]) -> Iterable[str]:
    """Yield the texts of the passages that may use names: those with all of one's stems."""
    places: set[int] = set()
    for name in names:
        found = [index.lexical.holding(stem) for stem in stems(name)]
        # "US" has none: it is looked for everywhere.
        places.update(reduce(np.intersect1d, found).tolist() if found else range(index.size))
    return (index.passages[place].text for place in sorted(places))


def merge(folder: Path, index: StoredIndex) -> StoredIndex:
    """Merge the segments of a saved index that have piled up; to be called while `writing`."""
    alive = Counter[str]()
    for one in index.record.entries.values():
        alive[one.segment] += one.passages
    chosen = _piled_up({one.name: (len(one), alive[one.name]) for one in index.segments})
    if not chosen:
        return index
    segments = [one for one in index.segments if one.name in chosen]
    part = StoredIndex(segments, index.record.only(chosen), index.encoder)
    return put(folder, [*index.documents], part, index)


def _piled_up(sizes: Mapping[str, tuple[int, int]]) -> set[str]:
    """Return the segments to merge, by how many passages each has and how many of them are alive.

    Those are the ones of a size of which there are `FAN`, with all that are smaller, and those most
    of whose passages are dead.
    """
    chosen = {name for name, (size, alive) in sizes.items() if 2 * alive < size}
    levels = {name: int(math.log(max(alive, 1), FAN)) for name, (_, alive) in sizes.items()}
    for level, count in Counter(levels.values()).items():
        if count >= FAN:
            chosen.update(name for name, own in levels.items() if own <= level)
    return chosen
