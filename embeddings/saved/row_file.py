"""Keep rows in a file that nobody reads whole: each is read, and checked, when it is needed.

NAME.jsonl          a row a line
NAME.npy            where each line ends, and its CRC-32
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, overload
from zlib import crc32

import numpy as np

from embeddings.places import Places
from embeddings.saved.generations import Damaged
from embeddings.saved.open_file import OpenFile, mapped

Made = TypeVar("Made")
Row = dict[str, Any]


def standing(path: Path) -> Path:
    """Return the file that tells where each row of another stands."""
    return path.with_suffix(".npy")


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write rows to a file, and beside it where each stands."""
    lines = []
    end = 0
    with path.open("wb") as file:
        for row in rows:
            line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
            file.write(line)
            end += len(line)
            lines.append((end, crc32(line)))
    np.save(standing(path), np.asarray(lines, dtype=np.int64).reshape(-1, 2))


class Rows(Sequence[Made], ABC):
    """A sequence of what is read one by one; of those read last some are kept."""

    def __init__(self, kept: int) -> None:
        """Keep so many."""
        self._kept = lru_cache(maxsize=kept)(self._read)

    @overload
    def __getitem__(self, place: int) -> Made: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Made]: ...
    def __getitem__(self, place: int | slice) -> Made | Sequence[Made]:
        """Return what is at a place; raise `Damaged` if it has changed since it was written."""
        if isinstance(place, slice):
            return [self._kept(one) for one in range(len(self))[place]]
        return self._kept(range(len(self))[place])

    @abstractmethod
    def _read(self, place: int) -> Made: ...


class JoinedRows(Rows[Made]):
    """The rows at some places, each in its segment."""

    def __init__(self, segments: Sequence[Sequence[Made]], places: Places, *, kept: int) -> None:
        """Take the segments' rows, and where each that is there stands."""
        super().__init__(kept)
        self._segments, self._places = segments, places

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._places)

    def _read(self, place: int) -> Made:
        number, row = self._places.at(place)
        return self._segments[number][row]


class StoredRows(Rows[Made]):
    """What `make` makes of each row of a file."""

    def __init__(self, path: Path, make: Callable[[Row], Made], *, kept: int = 0) -> None:
        """Open what `write_rows` wrote to a generation of an index."""
        super().__init__(kept)
        self._path, self._make = path, make
        self._lines = mapped(standing(path))
        self._file = OpenFile(path)
        if self._file.size != (int(self._lines[-1, 0]) if len(self._lines) else 0):
            raise self._damaged

    @property
    def _damaged(self) -> Damaged:
        return Damaged(self._path.parent.parent, self._path)

    def _read(self, place: int) -> Made:
        begin = int(self._lines[place - 1, 0]) if place else 0
        end, expected = self._lines[place].tolist()
        line = self._file.read(begin, end)
        if crc32(line) != expected:
            raise self._damaged
        try:
            return self._make(json.loads(line))
        except Exception as error:  # a row of something else
            raise self._damaged from error

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._lines)
