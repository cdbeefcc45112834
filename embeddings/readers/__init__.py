"""Read files into Documents; a file's suffix chooses its reader.

A reader's library is imported when the first such file is read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.layout import lay_out
from embeddings.readers.markup import read_docx, read_html
from embeddings.readers.pdf import read_pdf
from embeddings.readers.plain import read_plain
from embeddings.readers.transcripts import read_json, read_srt, read_vtt

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


def read_documents(*sources: str | Path) -> list[Document]:
    """Read files, and folders with all below them, in order of their names.

    A document's id is its path below the folder that was read, or its file's name. In a folder,
    files of other types are passed over; a file that is named must be of a known one. Raises
    `DocumentError`.
    """
    return [read_file(id, path, load_file(path)) for id, path in find_files(*sources).items()]


def find_files(*sources: str | Path) -> dict[str, Path]:
    """Return the files that `read_documents` reads, each under its document's id."""
    found: dict[str, Path] = {}
    for source in sources:
        try:
            files = list(_files(Path(source)))
        except OSError as error:
            raise DocumentError(f"{error.filename}: cannot be read: {error.strerror}") from error
        for id, path in files:
            if id in found:
                raise DocumentError(
                    f"{path}: {found[id]} is called {id} too;"
                    " rename one, or read the folder above both"
                )
            found[id] = path
    return found


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
        raise DocumentError(f"{path}: is nested too deeply; save it anew") from error
    except UnicodeEncodeError as error:
        raise DocumentError(
            f"{path}: has half a character at {error.start}; save it anew as UTF-8"
        ) from error
    laid_out = document if document.blocks is not None else lay_out(document)
    return replace(laid_out, fingerprint=fingerprint(content))


def fingerprint(content: bytes) -> str:
    """Return the hash that tells whether a file has changed."""
    return hashlib.sha256(content).hexdigest()


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder; a part of it that cannot be read is an error, not empty."""

    def refuse(error: OSError) -> None:
        raise error

    for parent, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(parent, name) for name in names)


def _files(source: Path) -> Iterator[tuple[str, Path]]:
    """Yield the id and path of each file to read."""
    if source.is_file():
        if source.suffix.lower() not in READERS:
            raise DocumentError(
                f"{source}: cannot read {source.suffix or 'a file without a suffix'};"
                f" known types are {', '.join(READERS)}"
            )
        yield source.name, source
        return
    if not source.is_dir():
        raise DocumentError(f"{source}: no such file or folder; check the path")
    found = False
    for path in sorted(_walk(source), key=lambda path: path.parts):
        if path.suffix.lower() in READERS and path.is_file():
            found = True
            yield path.relative_to(source).as_posix(), path
    if not found:
        raise DocumentError(
            f"{source}: no file to read in it; known types are {', '.join(READERS)}"
        )
