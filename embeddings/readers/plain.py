"""Read plain text and Markdown."""

from __future__ import annotations

import re

from embeddings.datatypes import Document
from embeddings.readers.encoding import decode
from embeddings.readers.line_numbers import without_line_numbers
from embeddings.readers.spoken import spoken
from embeddings.readers.transcripts import read_srt, read_vtt
from embeddings.text.hearings import with_colons

# How captions begin, in a file of whatever name.
_SRT = re.compile(r"\s*\d+[ \t]*\n[ \t]*\d+:\d\d:\d\d[.,]\d{3}[ \t]*-->")
_VTT = re.compile(r"\s*WEBVTT\b[^\n]*\n.*?\d:\d\d\.\d{3}[ \t]*-->", re.DOTALL)
# What a mail program writes before each line that it quotes; ">5 per cent" is none.
_QUOTED = re.compile(r"^(?:>(?: |(?=>|$)))+", re.MULTILINE)


def read_plain(id: str, content: bytes) -> Document:
    """Decode a text, without a mail's signs of quotation and a court's numbers of lines.

    Else it is left as it is, unless it is a hearing, a transcript or captions. Raises
    `DocumentError`.
    """
    text = decode(content)
    for begins, read in ((_SRT, read_srt), (_VTT, read_vtt)):
        if begins.match(text):
            return read(id, content)
    (text,) = with_colons([without_line_numbers(_QUOTED.sub("", text))])
    document = Document(id, text)
    return spoken(document) or document
