"""Read files into Documents; a file's suffix chooses its reader.

A reader's library is imported when the first such file is read. Where to look:

files          finding, encoding
texts          plain; spoken: transcripts in them
transcripts    transcripts, cues, labels
pages          web_page, word (word_numbers), markup of both, numerals
PDFs           pdf: pdf_rows (line_numbers), pdf_columns, pdf_notes, pdf_hyphens
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.readers.finding import Found, find
from embeddings.readers.pdf import read_pdf
from embeddings.readers.plain import read_plain
from embeddings.readers.transcripts import read_json, read_srt, read_vtt
from embeddings.readers.web_page import read_html
from embeddings.readers.word import read_docx
from embeddings.text.layout import lay_out

Reader = Callable[[str, bytes], Document]

# By suffix, in lower case: what can be read.
READERS: dict[str, Reader] = {
    ".txt": read_plain,
    ".text": read_plain,
    ".md": read_plain,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".vtt": read_vtt,
    ".srt": read_srt,
    ".json": read_json,
}


# A week of speech has about two million characters; more is no meeting, and takes minutes to index.
MOST_CHARACTERS = 5_000_000
LARGEST_FILE = 200_000_000

_log = logging.getLogger(__name__)


def read_documents(*sources: str | Path) -> list[Document]:
    """Read files, and folders with all below them, in order of their names.

    A document's id is its path below the folder that was read, or its file's name. In a folder,
    files of other types are passed over, and what cannot be read is left out, each with a warning;
    a file that is named twice is read once. Raises `DocumentError` for a file that is named and
    cannot be read, or if no file can.
    """
    named = {str(Path(source)) for source in sources}
    documents: list[Document] = []
    found = find_files(*sources)
    failures = [*found.failures.values()]
    for id, file in found.files.items():
        path = Path(file.path)
        try:
            documents.append(read_file(id, path, load_file(path)))
        except DocumentError as error:
            if file.path in named:
                raise
            failures.append(error)
    if failures and not documents:
        raise failures[0]
    for failure in failures:
        _log.warning("left out: %s", failure)
    if found.passed_over:
        _log.warning("%s", found.passed_over)
    return documents


def find_files(*sources: str | Path) -> Found:
    """Find the files that `read_documents` reads, each under its document's id."""
    if not sources:
        raise DocumentError("no files to read: give at least one file or folder")
    return find(sources, READERS)


def load_file(path: Path) -> bytes:
    """Return a file's content; raise `DocumentError`."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DocumentError(
                f"{path}: is larger than {LARGEST_FILE // 1_000_000} MB; give a part of it"
            )
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}") from error


def read_file(id: str, path: Path, content: bytes) -> Document:
    """Read a file's content as its suffix says; raise `DocumentError`, which names the file."""
    try:
        id.encode()
    except UnicodeEncodeError as error:
        raise DocumentError(f"{str(path)!a}: its name is not UTF-8; rename it") from error
    try:
        document = READERS[path.suffix.lower()](id, content)
        if len(document.text) > MOST_CHARACTERS:
            raise DocumentError(
                f"has {len(document.text):,} characters, more than {MOST_CHARACTERS:,};"
                " give it in parts"
            )
        document.text.encode()
    except DocumentError as error:
        raise DocumentError(f"{path}: {error}") from error
    except RecursionError as error:
        raise DocumentError(
            f"{path}: is nested too deeply; save it again in a simpler form"
        ) from error
    except UnicodeEncodeError as error:
        raise DocumentError(
            f"{path}: has half a character at {error.start}; save it again as UTF-8"
        ) from error
    laid_out = document if document.blocks is not None else lay_out(document)
    return replace(laid_out, fingerprint=fingerprint(content))


def fingerprint(content: bytes) -> str:
    """Return the hash that tells whether a file has changed."""
    return hashlib.sha256(content).hexdigest()
