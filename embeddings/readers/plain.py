"""Read plain text and Markdown."""

from __future__ import annotations

import codecs

from embeddings.datatypes import Document
from embeddings.errors import DocumentError


def read_plain(id: str, content: bytes) -> Document:
    """Decode UTF-8 text, its line ends made one newline each; raise `DocumentError`."""
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"is not UTF-8 text (byte {error.start + 1:,}); save it as UTF-8"
        ) from error
    if "\0" in text:
        raise DocumentError("is a binary file, not text; give a text file")
    if not text.strip():
        raise DocumentError("is empty; give a file with text in it")
    return Document(id, text.replace("\r\n", "\n").replace("\r", "\n"))
