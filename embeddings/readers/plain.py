"""Read plain text and Markdown."""

from __future__ import annotations

from embeddings.datatypes import Document
from embeddings.readers.encoding import decode


def read_plain(id: str, content: bytes) -> Document:
    """Decode a text, and leave it as it is; raise `DocumentError`."""
    return Document(id, decode(content))
