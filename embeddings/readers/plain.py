"""Read plain text and Markdown."""

from __future__ import annotations

from embeddings.datatypes import Document
from embeddings.readers.encoding import decode
from embeddings.readers.spoken import spoken


def read_plain(id: str, content: bytes) -> Document:
    """Decode a text, and leave it as it is unless it is a transcript; raise `DocumentError`."""
    document = Document(id, decode(content))
    return spoken(document) or document
