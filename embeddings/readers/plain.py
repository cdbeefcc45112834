"""Read plain text and Markdown."""

from __future__ import annotations

import re

from embeddings.datatypes import Document
from embeddings.readers.encoding import decode
from embeddings.readers.spoken import spoken

# What a mail program writes before each line that it quotes; ">5 per cent" is none.
_QUOTED = re.compile(r"^(?:>(?: |(?=>|$)))+", re.MULTILINE)


def read_plain(id: str, content: bytes) -> Document:
    """Decode a text, without a mail's signs of quotation; raise `DocumentError`.

    Else it is left as it is, unless it is a transcript.
    """
    document = Document(id, _QUOTED.sub("", decode(content)))
    return spoken(document) or document
