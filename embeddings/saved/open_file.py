"""Read parts of a file that stays open: who has opened an index keeps it, whatever is written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from weakref import finalize

import numpy as np
from numpy.typing import NDArray


def mapped(path: Path) -> NDArray[Any]:
    """Open an array that stays on disk until it is used."""
    # As a plain array: a part of a memmap takes ten times as long to name.
    return np.asarray(np.load(path, mmap_mode="r"))


class OpenFile:
    """A file of which parts are read by many threads.

    Not mapped into memory: that would read 128 KB around each part, in ten times the time where
    the file is larger than what the system keeps of it.
    """

    def __init__(self, path: Path) -> None:
        """Open a file."""
        self._descriptor = os.open(path, os.O_RDONLY)
        self.size = os.fstat(self._descriptor).st_size
        finalize(self, os.close, self._descriptor)

    def read(self, begin: int, end: int) -> bytes:
        """Return what stands from one place to another; less where the file ends before."""
        return os.pread(self._descriptor, end - begin, begin)
