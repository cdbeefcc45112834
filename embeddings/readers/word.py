"""Read Word documents, which mammoth turns into the elements of a page."""

from __future__ import annotations

import io
import zipfile

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.readers.markup import compose_element, words_of

# A few kilobytes can unpack to gigabytes.
LARGEST_UNPACKED = 200_000_000
# The title is told from the headings by its class; a subtitle is no heading.
_STYLES = "p[style-name='Title'] => h1.title:fresh\np[style-name='Subtitle'] => p:fresh"


def read_docx(id: str, content: bytes) -> Document:
    """Read a Word document, headings, lists and tables in their order; raise `DocumentError`."""
    import mammoth
    from lxml import html

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise DocumentError("is not a Word document that can be opened; save it anew") from error
    if unpacked > LARGEST_UNPACKED:
        raise DocumentError(
            f"is larger than {LARGEST_UNPACKED // 1_000_000} MB when unpacked; save it anew without"
            " its pictures, or give a part of it"
        )
    try:
        converted = mammoth.convert_to_html(
            io.BytesIO(content), style_map=_STYLES, convert_image=lambda image: []
        ).value
    except Exception as error:  # the zip, XML and Word layers each raise what they like
        raise DocumentError("is not a Word document that can be opened; save it anew") from error
    if not converted.strip():
        raise DocumentError("has no text in it; give a document with text")
    body = html.fragment_fromstring(converted, create_parent="body")
    title = next((words_of(one) for one in body.iter("h1") if one.get("class") == "title"), "")
    return compose_element(id, body, title=title)
