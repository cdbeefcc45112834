"""Show a record before it can be asked: its index is made meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot.web.work import Work
from embeddings.datatypes import Document
from embeddings.encoder import Encoder, Progress
from embeddings.index import Index


class ComingIndex(Index):
    """An index that is being made: its documents are there, who needs the rest waits for it."""

    def __init__(
        self, documents: Sequence[Document], encoder: Encoder, make: Callable[[Progress], Index]
    ) -> None:
        """Begin to make it, beside; `make` is given what it is to call with its progress."""
        self.documents = {one.id: one for one in documents}
        self.encoder = encoder
        self.made = Work(make)

    def __getattr__(self, name: str) -> Any:
        """Wait for what is not there yet; raise what went wrong with it."""
        return getattr(self.made.result(), name)
